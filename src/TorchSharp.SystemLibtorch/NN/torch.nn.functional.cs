namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Layers, activations and losses as functions.</summary>
        public static partial class functional
        {
            /// <summary>input · weightsᵀ + bias.</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) =>
                Op.New(Native.t_linear(Op.In(input), Op.In(weights), Op.Maybe(bias)), input, weights, bias);

            /// <summary>The continuously differentiable exponential linear unit of each element.</summary>
            public static Tensor celu(Tensor x, double alpha, bool inplace = false) => Put(x, x.celu(alpha), inplace);

            /// <summary>The exponential linear unit of each element.</summary>
            public static Tensor elu(Tensor x, double alpha, bool inplace = false) => Put(x, x.elu(alpha), inplace);

            /// <summary>Each element times the normal distribution function at it (the form with erf).</summary>
            public static Tensor gelu(Tensor x) => x.gelu();

            /// <summary>Each element times the normal distribution function at it (the form with erf).</summary>
            public static Tensor gelu(Tensor x, bool inplace) => Put(x, x.gelu(), inplace);

            /// <summary>Each element, or zero where it lies within ±<paramref name="lambda"/>.</summary>
            public static unsafe Tensor hardshrink(Tensor x, double lambda = 0.5) => Op.WithNumber(&Native.t_hardshrink_s, x, lambda);

            /// <summary>The piecewise linear sigmoid of each element.</summary>
            public static Tensor hardsigmoid(Tensor input, bool inplace = false) => Put(input, input.hardsigmoid(), inplace);

            /// <summary>Each element times its piecewise linear sigmoid.</summary>
            public static Tensor hardswish(Tensor input, bool inplace = false) => Put(input, input.hardswish(), inplace);

            /// <summary>Each element, held between two bounds.</summary>
            public static Tensor hardtanh(Tensor x, double min_val = -1, double max_val = 1, bool inplace = false) =>
                Put(x, Op.New(Native.t_hardtanh(Op.In(x), min_val, max_val), x), inplace);

            /// <summary>Each element, times the slope where it is negative.</summary>
            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                Put(input, input.leaky_relu(negative_slope), inplace);

            /// <summary>The logarithm of the softmax along a dimension.</summary>
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            /// <summary>The logarithm of the logistic function of each element.</summary>
            public static Tensor logsigmoid(Tensor x) => x.log_sigmoid();

            /// <summary>Each element times tanh(softplus) of it.</summary>
            public static unsafe Tensor mish(Tensor x, bool inplace = false) => Put(x, Op.Unary(&Native.t_mish, x), inplace);

            /// <summary>For each class number a row with 1 in its place and 0 elsewhere.</summary>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => Op.New(Native.t_one_hot(Op.In(x), num_classes), x);

            /// <summary>Each element, times the weight where it is negative.</summary>
            public static Tensor prelu(Tensor input, Tensor weight) => input.prelu(weight);

            /// <summary>Each element, or zero where it is negative.</summary>
            public static Tensor relu(Tensor x, bool inplace = false) => Put(x, x.relu(), inplace);

            /// <summary>Each element, held between 0 and 6.</summary>
            public static Tensor relu6(Tensor x, bool inplace = false) => Put(x, x.relu6(), inplace);

            /// <summary>The scaled exponential linear unit of each element.</summary>
            public static Tensor selu(Tensor x, bool inplace = false) => Put(x, x.selu(), inplace);

            /// <summary>The logistic function of each element.</summary>
            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            /// <summary>The logistic function of each element.</summary>
            public static Tensor sigmoid(Tensor x, bool inplace) => Put(x, x.sigmoid(), inplace);

            /// <summary>Each element times its logistic function.</summary>
            public static Tensor silu(Tensor x, bool inplace = false) => Put(x, x.silu(), inplace);

            /// <summary>The exponentials along a dimension, over their sum.</summary>
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            /// <summary>The softmax of the negated elements along a dimension.</summary>
            public static Tensor softmin(Tensor x, long dim) => x.neg().softmax(dim);

            /// <summary>
            /// log(1 + exp(<paramref name="beta"/> x)) / <paramref name="beta"/>, and x itself where the argument exceeds the
            /// threshold.
            /// </summary>
            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => x.softplus(beta, threshold);

            /// <summary>
            /// Each element drawn towards zero by <paramref name="lambda"/>, or zero where it lies within ±<paramref name="lambda"/>.
            /// </summary>
            public static unsafe Tensor softshrink(Tensor x, double lambda = 0.5) => Op.WithNumber(&Native.t_softshrink_s, x, lambda);

            /// <summary>x / (1 + |x|) of each element.</summary>
            public static unsafe Tensor softsign(Tensor x, bool inplace = false) => Put(x, Op.Unary(&Native.t_softsign, x), inplace);

            /// <summary>The hyperbolic tangent of each element.</summary>
            public static Tensor tanh(Tensor x, bool inplace = false) => Put(x, x.tanh(), inplace);

            /// <summary>x − tanh(x) of each element.</summary>
            public static unsafe Tensor tanhshrink(Tensor x, bool inplace = false) => Put(x, Op.Unary(&Native.t_tanhshrink, x), inplace);

            /// <summary>Each element above the threshold, and the value for the others.</summary>
            public static Tensor threshold(Tensor x, double threshold, double value, bool inplace = false) =>
                Put(x, x.threshold(threshold, value), inplace);

            private static Tensor Put(Tensor x, Tensor result, bool inplace)
            {
                if (!inplace)
                    return result;
                using (result)
                    return x.copy_(result);
            }
        }
    }
}
