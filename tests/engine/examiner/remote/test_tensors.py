# ruff: noqa: E501, ISC004 - notebooks as texts, a line for a cell where that reads best
"""Tensors and gradients across the wall: each case is model, test and wrong answers."""

from __future__ import annotations

import pytest

from autograder.model.results import Status

pytest.importorskip("torch")

CASES = {
    "backward and grad on the real objects": (
        "x = torch.tensor(0.5, requires_grad=True)\ny = torch.tensor(4.2, requires_grad=True)\nz = x * y + torch.sin(x)\nz.backward()",
        "assert isinstance(z, torch.Tensor) and type(x) is torch.Tensor\nassert torch.isclose(x.grad, y + torch.cos(x)).item()\n"
        "assert abs(y.grad.item() - 0.5) < 1e-6\nassert z.grad_fn is not None and not z.is_leaf and x.is_leaf\n"
        "assert x.requires_grad and z.requires_grad\nassert x.grad is not None\nassert z.shape == ()",
        (
            "x = torch.tensor(0.5, requires_grad=True)\ny = torch.tensor(4.2, requires_grad=True)\nz = x * y + torch.sin(x)",
            "x = y = z = torch.tensor(0.5)",
        ),
    ),
    "backward called by the test": (
        "def build(a):\n    w = torch.tensor(a, requires_grad=True)\n    return w, w ** 3",
        "w, out = build(2.0)\nout.backward()\nassert w.grad.item() == 12\nw.grad.zero_()\nassert w.grad.item() == 0\n"
        "w, out = build(2.0)\n(2 * out).backward()\nassert w.grad.item() == 24\nw, out = build(3.0)\n"
        "(g,) = torch.autograd.grad(out, w)\nassert g.item() == 27\nw, out = build(3.0)\nout.backward()\ntry:\n    out.backward()\n"
        "except RuntimeError:\n    pass\nelse:\n    assert False, 'the graph was kept'",
        (
            "def build(a):\n    w = torch.tensor(a, requires_grad=True)\n    return w, w ** 2",
            "def build(a):\n    w = torch.tensor(a, requires_grad=True)\n    return w, torch.tensor(w.item() ** 3)",
        ),
    ),
    "a leaf of the test's through the hand-in": (
        "def loss(x, w):\n    return ((x @ w) ** 2).sum()",
        "x = torch.randn(4, 3)\nw = torch.randn(3, requires_grad=True)\nl = loss(x, w)\nl.backward()\n"
        "v = w.detach().clone().requires_grad_()\n((x @ v) ** 2).sum().backward()\nassert torch.allclose(w.grad, v.grad)\n"
        "w.grad = None\n(3 * loss(x, w * 2)).backward()\nassert torch.allclose(w.grad, 12 * v.grad)\n"
        "loss(x, w).backward()\nassert torch.allclose(w.grad, 13 * v.grad)",
        (
            "def loss(x, w):\n    return (x @ w).sum()",
            "def loss(x, w):\n    return ((x @ w.detach()) ** 2).sum()",
            "def loss(x, w):\n    return ((x @ w) ** 2).sum().item()",
        ),
    ),
    "second derivatives, jacobian and gradcheck": (
        "def f(x):\n    return torch.stack([x[0] ** 2 * x[1], torch.sin(x[1])])\n\n\ndef g(x):\n    return (x ** 3).sum()",
        "x = torch.tensor([1.5, 0.5], dtype=torch.float64, requires_grad=True)\nassert torch.autograd.gradcheck(f, (x,))\n"
        "J = torch.autograd.functional.jacobian(f, x)\n"
        "want = torch.tensor([[1.5, 2.25], [0.0, 0.8775825618903728]], dtype=torch.float64)\nassert torch.allclose(J, want)\n"
        "H = torch.autograd.functional.hessian(g, x)\nassert torch.allclose(H, torch.diag(6 * x.detach()))\n"
        "(first,) = torch.autograd.grad(g(x), x, create_graph=True)\n(second,) = torch.autograd.grad(first.sum(), x)\n"
        "assert torch.allclose(second, 6 * x.detach())",
        (
            "def f(x):\n    return torch.stack([x[0] ** 2, torch.sin(x[1])])\ndef g(x):\n    return (x ** 2).sum()",
            "def f(x):\n    return torch.stack([x[0].detach() ** 2 * x[1], torch.sin(x[1])])\ndef g(x):\n    return (x ** 3).sum()",
        ),
    ),
    "a custom Function": (
        "class Cube(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n        ctx.save_for_backward(x)\n"
        "        return x ** 3\n    @staticmethod\n    def backward(ctx, g):\n        (x,) = ctx.saved_tensors\n        return 3 * x ** 2 * g",
        "x = torch.randn(3, dtype=torch.float64, requires_grad=True)\nassert torch.autograd.gradcheck(Cube.apply, (x,))\n"
        "assert issubclass(Cube, torch.autograd.Function)\nassert torch.equal(Cube.apply(x), x ** 3)",
        (
            "class Cube(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n        return x ** 3\n"
            "    @staticmethod\n    def backward(ctx, g):\n        return 3 * g",
        ),
    ),
    "a step of the hand-in's on the test's parameters": (
        "def step(params, rate):\n    with torch.no_grad():\n        for p in params:\n            p -= rate * p.grad\n            p.grad.zero_()",
        "w = torch.tensor([1.0, 2.0], requires_grad=True)\n(w ** 2).sum().backward()\nstep([w], 0.1)\n"
        "assert torch.allclose(w.detach(), torch.tensor([0.8, 1.6])), w\nassert torch.equal(w.grad, torch.zeros(2))\nassert w.is_leaf",
        (
            "def step(params, rate):\n    for p in params:\n        p = p - rate * p.grad\n        p.grad = None",
            "def step(params, rate):\n    with torch.no_grad():\n        for p in params:\n            p += rate * p.grad\n            p.grad.zero_()",
        ),
    ),
    "a module trained by the test": (
        "class Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.layer = torch.nn.Linear(2, 1)\n"
        "    def forward(self, x):\n        return self.layer(x).squeeze(-1)",
        "torch.manual_seed(0)\nnet = Net()\nassert isinstance(net, torch.nn.Module)\nx = torch.randn(20, 2)\n"
        "y = x @ torch.tensor([1.0, -2.0]) + 0.5\nassert net(x).shape == (20,)\nopt = torch.optim.SGD(net.parameters(), lr=0.3)\n"
        "for _ in range(40):\n    opt.zero_grad()\n    loss = ((net(x) - y) ** 2).mean()\n    loss.backward()\n    opt.step()\n"
        "assert loss.item() < 0.05, loss\nassert isinstance(net.layer.weight, torch.nn.Parameter)\n"
        "assert net.layer.weight.grad is not None\nassert len(list(net.parameters())) == 2",
        (
            "class Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.layer = torch.nn.Linear(2, 1, bias=False)\n"
            "    def forward(self, x):\n        return self.layer(x)",
            "class Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.layer = torch.nn.Linear(2, 1)\n"
            "    def forward(self, x):\n        return self.layer(x).squeeze(-1).detach()",
        ),
    ),
    "the same random numbers on both sides": (
        "def sample(mu, sigma, n):\n    return mu + sigma * torch.randn(n)",
        "torch.manual_seed(11)\ngot = sample(2.0, 3.0, 5)\ntorch.manual_seed(11)\nassert torch.allclose(got, 2.0 + 3.0 * torch.randn(5))\n"
        "big = sample(1.0, 2.0, 20000)\nassert abs(big.mean().item() - 1) < 0.1 and abs(big.std() - 2) < 0.1\n"
        "mu = torch.tensor(1.0, requires_grad=True)\nsample(mu, 1.0, 10).sum().backward()\nassert mu.grad == 10\n"
        "assert not torch.equal(sample(0.0, 1.0, 4), sample(0.0, 1.0, 4))",
        (
            "def sample(mu, sigma, n):\n    return mu + sigma * torch.ones(n)",
            "def sample(mu, sigma, n):\n    return torch.randn(n)",
        ),
    ),
    "in-place and requires_grad by the test": (
        "v = torch.zeros(3)\ndef total():\n    return v.sum()",
        "v[0] = 5.0\nassert total().item() == 5\nv += 1\nassert total() == 8\nv.requires_grad_()\nassert v.requires_grad\n"
        "total().backward()\nassert torch.equal(v.grad, torch.ones(3))\nassert v.tolist() == [6, 1, 1]\nassert v.detach().numpy().sum() == 8",
        ("v = torch.zeros(3)\ndef total():\n    return torch.tensor(8.0)",),
    ),
    "a hook of the test's": (
        "def double(x):\n    return 2 * x",
        "x = torch.tensor(3.0, requires_grad=True)\nseen = []\ny = double(x)\ny.register_hook(lambda g: seen.append(g.item()))\n"
        "y.backward()\nassert seen == [1.0] and x.grad == 2",
        ("def double(x):\n    return 3 * x",),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_right(course, name):
    """The model answer gets full marks when the test works with the hand-in's tensors and gradients."""
    model, test, _ = CASES[name]
    item = course.one(model, test, model, given="import torch")
    assert (2.0, Status.SCORED, "") == (item.points, item.status, item.message)


@pytest.mark.parametrize(("name", "answer"), [(name, answer) for name, case in CASES.items() for answer in case[2]])
def test_wrong(course, name, answer):
    """A wrong answer gets nothing by the same test."""
    model, test, _ = CASES[name]
    item = course.one(model, test, answer, given="import torch")
    assert (0.0, Status.SCORED) == (item.points, item.status)
