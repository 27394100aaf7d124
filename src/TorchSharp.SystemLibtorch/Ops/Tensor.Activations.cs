namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The logistic function of each element.</summary>
        public unsafe Tensor sigmoid() => Op.Unary(&Native.t_sigmoid, this);

        /// <summary>The logarithm of the logistic function of each element.</summary>
        public unsafe Tensor log_sigmoid() => Op.Unary(&Native.t_log_sigmoid, this);

        /// <summary>Each element, or zero where it is negative.</summary>
        public unsafe Tensor relu() => Op.Unary(&Native.t_relu, this);

        /// <summary>Each element, held between 0 and 6.</summary>
        public unsafe Tensor relu6() => Op.Unary(&Native.t_relu6, this);

        /// <summary>The scaled exponential linear unit of each element.</summary>
        public unsafe Tensor selu() => Op.Unary(&Native.t_selu, this);

        /// <summary>Each element times its logistic function.</summary>
        public unsafe Tensor silu() => Op.Unary(&Native.t_silu, this);

        /// <summary>Each element times the normal distribution function at it (the form with erf).</summary>
        public unsafe Tensor gelu() => Op.Unary(&Native.t_gelu, this);

        /// <summary>The piecewise linear sigmoid of each element.</summary>
        public unsafe Tensor hardsigmoid() => Op.Unary(&Native.t_hardsigmoid, this);

        /// <summary>Each element times its piecewise linear sigmoid.</summary>
        public unsafe Tensor hardswish() => Op.Unary(&Native.t_hardswish, this);

        /// <summary>Each element, times the weight where it is negative.</summary>
        public unsafe Tensor prelu(Tensor target) => Op.Binary(&Native.t_prelu, this, target);

        /// <summary>The continuously differentiable exponential linear unit of each element.</summary>
        public unsafe Tensor celu(Scalar alpha) => Op.WithNumber(&Native.t_celu_s, this, alpha);

        /// <summary>Each element, times the slope where it is negative.</summary>
        public unsafe Tensor leaky_relu(Scalar negative_slope) => Op.WithNumber(&Native.t_leaky_relu_s, this, negative_slope);
    }
}
