namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The continuously differentiable exponential linear unit of each element, with alpha 1.</summary>
        public Tensor celu() => celu(1.0);

        /// <summary>The exponential linear unit of each element.</summary>
        public Tensor elu(double alpha = 1) => Op.New(Native.t_elu(Handle, alpha, 1.0, 1.0), this);

        /// <summary>The exponential linear unit of each element, scaled outside and inside.</summary>
        public Tensor elu(Scalar alpha, Scalar scale, Scalar input_scale) => Op.New(Native.t_elu(Handle, alpha, scale, input_scale), this);

        /// <summary>
        /// log(1 + exp(<paramref name="beta"/> x)) / <paramref name="beta"/>, and x itself where the argument exceeds the threshold.
        /// </summary>
        public Tensor softplus(double beta = 1, double threshold = 20) => Op.New(Native.t_softplus(Handle, beta, threshold), this);

        /// <summary>Each element above the threshold, and the value for the others.</summary>
        public Tensor threshold(Scalar threshold, Scalar value) => Op.New(Native.t_threshold(Handle, threshold, value), this);

        /// <summary>The logarithm of the odds of each element, which is held in [eps, 1 − eps].</summary>
        public unsafe Tensor logit(double? eps = null)
        {
            var bound = eps ?? 0;
            return Op.New(Native.t_logit(Handle, eps is null ? null : &bound), this);
        }

        /// <summary>The exponentials along a dimension, over their sum.</summary>
        public Tensor softmax(long dim, ScalarType? dtype = null) => Op.New(Native.t_softmax(Handle, dim, Native.Type(dtype)), this);

        /// <summary>The logarithm of the softmax along a dimension.</summary>
        public Tensor log_softmax(long dim, ScalarType? dtype = null) =>
            Op.New(Native.t_log_softmax(Handle, dim, Native.Type(dtype)), this);

        /// <summary>The logarithm of the sum of the exponentials along a dimension.</summary>
        public Tensor logsumexp(long dim, bool keepdim = false) => Op.New(Native.t_logsumexp(Handle, dim, Native.Flag(keepdim)), this);
    }

    /// <summary>The exponentials along a dimension, over their sum.</summary>
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

    /// <summary>The logarithm of the sum of the exponentials along a dimension.</summary>
    public static Tensor logsumexp(Tensor input, long dim, bool keepdim = false) => input.logsumexp(dim, keepdim);

    /// <summary>The logarithm of the odds of each element, which is held in [eps, 1 − eps].</summary>
    public static Tensor logit(Tensor input, double? eps = null) => input.logit(eps);

    /// <summary>Special functions.</summary>
    public static partial class special
    {
        /// <summary>The error function of each element.</summary>
        public static Tensor erf(Tensor input) => input.erf();

        /// <summary>One less the error function of each element, precise for great ones.</summary>
        public static Tensor erfc(Tensor input) => input.erfc();

        /// <summary>The inverse of the error function of each element.</summary>
        public static Tensor erfinv(Tensor input) => input.erfinv();

        /// <summary>Two to the power of each element.</summary>
        public static Tensor exp2(Tensor input) => input.exp2();

        /// <summary>e to the power of each element, less one, precise near zero.</summary>
        public static Tensor expm1(Tensor input) => input.expm1();

        /// <summary>The logistic function of each element.</summary>
        public static Tensor expit(Tensor input) => input.sigmoid();

        /// <summary>The logistic function of each element.</summary>
        public static Tensor sigmoid(Tensor input) => input.sigmoid();

        /// <summary>The logarithm of the absolute value of the gamma function of each element.</summary>
        public static Tensor gammaln(Tensor input) => input.lgamma();

        /// <summary>The logarithm of the odds of each element.</summary>
        public static Tensor logit(Tensor input) => input.logit();

        /// <summary>sin(πx) / (πx) of each element.</summary>
        public static Tensor sinc(Tensor input) => input.sinc();

        /// <summary>The exponentials along a dimension, over their sum.</summary>
        public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

        /// <summary>The logarithm of the softmax along a dimension.</summary>
        public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);
    }
}
