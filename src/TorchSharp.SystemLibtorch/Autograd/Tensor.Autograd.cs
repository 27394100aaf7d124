namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether operations on the tensor are recorded for gradients.</summary>
        public bool requires_grad
        {
            get => Native.t_requires_grad(Handle).Kept(this) != 0;
            set => requires_grad_(value);
        }

        /// <summary>Whether the tensor is no recorded operation's result.</summary>
        public bool is_leaf => Native.t_is_leaf(Handle).Kept(this) != 0;

        /// <summary>The gradient that backward passes have added up, or null.</summary>
        public Tensor? grad
        {
            get => Native.Optional(Native.t_grad(Handle)).Kept(this);
            set => Self(Native.t_set_grad(Handle, Op.Maybe(value)), value);
        }

        /// <summary>Sets whether operations on the tensor are recorded for gradients.</summary>
        public Tensor requires_grad_(bool requires_grad = true) => Self(Native.t_set_requires_grad(Handle, Native.Flag(requires_grad)));

        /// <summary>Sets whether operations on the tensor are recorded for gradients.</summary>
        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>Asks that backward passes leave the gradient of this result of an operation too.</summary>
        public void retain_grad() => Self(Native.t_retain_grad(Handle));

        /// <summary>Adds to the leaves' gradients those of this tensor of one element.</summary>
        public void backward() => Self(Native.t_backward(Handle));

        /// <summary>Adds to the leaves' gradients those of this tensor, weighted by <paramref name="grad_tensors"/>.</summary>
        public void backward(
            IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);

        /// <summary>Converts the elements of this very tensor.</summary>
        internal void Become(ScalarType dtype) => Self(Native.t_become(Handle, (int)dtype));

        /// <summary>The same elements, outside the record of operations.</summary>
        public unsafe Tensor detach() => Op.Unary(&Native.t_detach, this);

        /// <summary>A copy of the tensor, through which gradients flow.</summary>
        public unsafe Tensor clone() => Op.Unary(&Native.t_clone, this);
    }
}
