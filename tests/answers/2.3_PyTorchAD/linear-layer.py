# %% right: products and a sum
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W.T, x.T @ upstream, upstream.sum(0)
# %% right: attributes, names and a transposed product
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.x, ctx.W = x, W
        return torch.addmm(b, x, W)

    @staticmethod
    def backward(ctx, upstream):
        grad_x = torch.matmul(upstream, ctx.W.transpose(0, 1))
        grad_W = (upstream.T @ ctx.x).T
        grad_b = upstream.sum(dim=0)
        return grad_x, grad_W, grad_b
# %% right: einsum
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W, b)
        return torch.einsum("ik,kj->ij", x, W) + b

    @staticmethod
    def backward(ctx, upstream):
        x, W, b = ctx.saved_tensors
        return (
            torch.einsum("ij,kj->ik", upstream, W),
            torch.einsum("ik,ij->kj", x, upstream),
            torch.einsum("ij->j", upstream),
        )
# %% right: only what is needed
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        dx = dW = db = None
        if ctx.needs_input_grad[0]:
            dx = upstream.mm(W.t())
        if ctx.needs_input_grad[1]:
            dW = x.t().mm(upstream)
        if ctx.needs_input_grad[2]:
            db = torch.ones(len(upstream), dtype=upstream.dtype) @ upstream
        return dx, dW, db
# %% right: loops over the rows
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        dx = torch.stack([W @ row for row in upstream])
        dW = sum(torch.outer(p, q) for p, q in zip(x, upstream))
        db = sum(row for row in upstream)
        return dx, dW, db
# %% wrong: the bias gradient not summed
# says: b is added in every row, so sum over the batch
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W.T, x.T @ upstream, upstream
# %% wrong: the bias gradient a mean
# says: the mean over the batch is taken instead of the sum
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W.T, x.T @ upstream, upstream.mean(0)
# %% wrong: the bias gradient summed over the outputs
# says: backward returns a gradient of shape
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W.T, x.T @ upstream, upstream.sum(1)
# %% wrong: the bias gradient a single number
# says: backward returns a gradient of shape
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W.T, x.T @ upstream, upstream.sum()
# %% wrong: the bias gradient of shape (1, q)
# says: backward returns a gradient of shape (1, 3) for b
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W.T, x.T @ upstream, upstream.sum(0, keepdim=True)
# %% wrong: the gradient of W transposed
# says: It is transposed
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W.T, upstream.T @ x, upstream.sum(0)
# %% wrong: the gradient of W divided by the batch
# says: the mean over the batch is taken instead of the sum
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W.T, x.T @ upstream / len(x), upstream.sum(0)
# %% wrong: W not transposed
# says: mat1 and mat2 shapes cannot be multiplied
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W, x.T @ upstream, upstream.sum(0)
# %% wrong: W transposed by its shape only
# says: expected
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W.reshape(W.shape[1], W.shape[0]), x.T @ upstream, upstream.sum(0)
# %% wrong: upstream left out
# says: upstream is left out
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        ones = torch.ones_like(upstream)
        return ones @ W.T, x.T @ ones, ones.sum(0)
# %% wrong: upstream left out for b
# says: upstream is left out
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W.T, x.T @ upstream, torch.ones_like(upstream).sum(0)
# %% wrong: the wrong order
# says: has shape
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return x.T @ upstream, upstream @ W.T, upstream.sum(0)
# %% wrong: no gradient for b
# says: backward should return three gradients
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W.T, x.T @ upstream
# %% wrong: None for b
# says: backward returns None for b
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W.T, x.T @ upstream, None
# %% wrong: b forgotten in forward
# says: b is left out
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W.T, x.T @ upstream, upstream.sum(0)
# %% wrong: entry by entry
# says: must match the size
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream * W, upstream * x, upstream.sum(0)
# %% wrong: the tensors taken from save_for_backward
# says: ctx.saved_tensors
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.save_for_backward
        return upstream @ W.T, x.T @ upstream, upstream.sum(0)
# %% wrong: a plain class with apply
# says: the class is not a torch.autograd.Function
class LinearLayer:
    @staticmethod
    def apply(x, W, b):
        return x @ W + b
# %% wrong: constants
# says: expected
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        return torch.zeros(x.shape[0], W.shape[1], dtype=x.dtype)

    @staticmethod
    def backward(ctx, upstream):
        return None, None, None
# %% wrong: the identity
# says: expected
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        return x

    @staticmethod
    def backward(ctx, upstream):
        return upstream, upstream, upstream
# %% wrong: backward not written
# says: not done yet
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        raise NotImplementedError("linear-layer: not done yet")
# %% wrong: a list of gradients, with commas
# says: which PyTorch counts as one gradient
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return [upstream @ W.T, x.T @ upstream, upstream.sum(0)]
# %% wrong: backward without a return
# says: backward returns None. Is a `return` missing?
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        gradients = upstream @ W.T, x.T @ upstream, upstream.sum(0)
# %% wrong: forward without a result
# says: forward returns None. Is a `return` missing?
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        y = x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        return upstream @ W.T, x.T @ upstream, upstream.sum(0)

# %% wrong: one node over a graph of PyTorch's
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, y):
        return y.clone()

    @staticmethod
    def backward(ctx, upstream):
        return upstream

    @classmethod
    def apply(cls, x, W, b):
        return super().apply(x @ W + b)

# %% wrong: doubles the gradient that arrives, when it is done
# says: a list or tensor that was given is changed
class LinearLayer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W + b

    @staticmethod
    def backward(ctx, upstream):
        x, W = ctx.saved_tensors
        gradients = upstream @ W.T, x.T @ upstream, upstream.sum(0)
        upstream.mul_(2.0)
        return gradients
