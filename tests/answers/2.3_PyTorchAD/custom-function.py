# %% right: saved tensors
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream * (y + torch.cos(x)), upstream * x
# %% right: the weights saved instead
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(y + torch.cos(x), x)
        a = x * y
        return a + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        wx, wy = ctx.saved_tensors
        return wx * upstream, wy * upstream
# %% right: attributes of ctx
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.x = x
        ctx.y = y
        return torch.add(torch.mul(x, y), x.sin())

    @staticmethod
    def backward(ctx, grad_output):
        grad_x = grad_output * ctx.y + grad_output * ctx.x.cos()
        grad_y = grad_output * ctx.x
        return grad_x, grad_y
# %% right: only what is needed
class ProductPlusSine(torch.autograd.Function):
    """With needs_input_grad."""

    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        dx = dy = None
        if ctx.needs_input_grad[0]:
            dx = (y + torch.cos(x)) * upstream
        if ctx.needs_input_grad[1]:
            dy = x * upstream
        return dx, dy
# %% wrong: upstream left out
# says: backward leaves out the gradient that arrives from above
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return y + torch.cos(x), x
# %% wrong: the order of the gradients
# says: the two gradients in the wrong order
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream * x, upstream * (y + torch.cos(x))
# %% wrong: the sign of the cosine
# says: the derivative of the sine has the wrong sign
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream * (y - torch.cos(x)), upstream * x
# %% wrong: the cosine missing
# says: the derivative of the sine is missing
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream * y, upstream * x
# %% wrong: upstream for the first term only
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream * y + torch.cos(x), upstream * x
# %% wrong: upstream for the first gradient only
# says: upstream multiplies only the first gradient
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream * (y + torch.cos(x)), x
# %% wrong: one gradient only
# says: returned an incorrect number of gradients
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream * (y + torch.cos(x))
# %% wrong: None for y
# says: no gradient is returned for y
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream * (y + torch.cos(x)), None
# %% wrong: nothing saved
# says: unless forward has called ctx.save_for_backward
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream * (y + torch.cos(x)), upstream * x
# %% wrong: a method without @staticmethod
class ProductPlusSine(torch.autograd.Function):
    def forward(self, ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    def backward(self, ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream * (y + torch.cos(x)), upstream * x
# %% wrong: the mean of upstream
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream.mean() * (y + torch.cos(x)), upstream.mean() * x
# %% wrong: the sine of y
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(y)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream * (y + torch.cos(x)), upstream * x
# %% wrong: backward not written
# says: not done yet
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        raise NotImplementedError("custom-function: not done yet")
# %% wrong: the tensors taken from save_for_backward
# says: ctx.saved_tensors
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.save_for_backward
        return upstream * (y + torch.cos(x)), upstream * x
# %% wrong: the tensors taken from save_for_backward, called
# says: ctx.saved_tensors
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.save_for_backward()
        return upstream * (y + torch.cos(x)), upstream * x
# %% wrong: a plain class with apply
# says: the class is not a torch.autograd.Function
class ProductPlusSine:
    @staticmethod
    def apply(x, y):
        return x * y + torch.sin(x)
# %% wrong: a Function whose apply goes round it
# says: expected ProductPlusSineBackward
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        return x * y

    @classmethod
    def apply(cls, x, y):
        return x * y + torch.sin(x)
# %% wrong: constants
# says: expected
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        return torch.zeros_like(x)

    @staticmethod
    def backward(ctx, upstream):
        return torch.ones_like(upstream), torch.ones_like(upstream)
# %% wrong: the identity
# says: expected
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        return x.clone()

    @staticmethod
    def backward(ctx, upstream):
        return upstream, upstream
# %% wrong: a list of gradients
# says: a list counts as one gradient
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return [upstream * (y + torch.cos(x)), upstream * x]
# %% wrong: backward without a return
# says: so does a missing `return`
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        dx, dy = upstream * (y + torch.cos(x)), upstream * x
# %% wrong: the gradients are read from .grad
# says: it has to compute the two gradients itself
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return x.grad, y.grad
# %% wrong: forward without a result
# says: forward returns None. Is a `return` missing?
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        z = x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream * (y + torch.cos(x)), upstream * x

# %% wrong: one node over a graph of PyTorch's
# says: and not straight to its 2 arguments
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z):
        return z.clone()

    @staticmethod
    def backward(ctx, upstream):
        return upstream

    @classmethod
    def apply(cls, x, y):
        return super().apply(x * y + torch.sin(x))

# %% wrong: a plain class that goes to a Function
# says: the class is not a torch.autograd.Function
class Node(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        return upstream * (y + torch.cos(x)), upstream * x


Node.__name__ = "ProductPlusSine"


class ProductPlusSine:
    apply = Node.apply

# %% wrong: keeps what it needs on the class
# says: the gradients through apply(apply(x, y), y)
class ProductPlusSine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ProductPlusSine.kept = x.detach().clone(), y.detach().clone()
        return x * y + torch.sin(x)

    @staticmethod
    def backward(ctx, upstream):
        x, y = ProductPlusSine.kept
        return upstream * (y + torch.cos(x)), upstream * x
