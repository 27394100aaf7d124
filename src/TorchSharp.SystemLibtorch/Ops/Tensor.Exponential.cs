namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>e to the power of each element.</summary>
        public unsafe Tensor exp() => Op.Unary(&Native.t_exp, this);

        /// <summary>Two to the power of each element.</summary>
        public unsafe Tensor exp2() => Op.Unary(&Native.t_exp2, this);

        /// <summary>e to the power of each element, less one, precise near zero.</summary>
        public unsafe Tensor expm1() => Op.Unary(&Native.t_expm1, this);

        /// <summary>The natural logarithm of each element.</summary>
        public unsafe Tensor log() => Op.Unary(&Native.t_log, this);

        /// <summary>The logarithm to base two of each element.</summary>
        public unsafe Tensor log2() => Op.Unary(&Native.t_log2, this);

        /// <summary>The logarithm to base ten of each element.</summary>
        public unsafe Tensor log10() => Op.Unary(&Native.t_log10, this);

        /// <summary>The natural logarithm of one plus each element, precise near zero.</summary>
        public unsafe Tensor log1p() => Op.Unary(&Native.t_log1p, this);

        /// <summary>The error function of each element.</summary>
        public unsafe Tensor erf() => Op.Unary(&Native.t_erf, this);

        /// <summary>One less the error function of each element, precise for great ones.</summary>
        public unsafe Tensor erfc() => Op.Unary(&Native.t_erfc, this);

        /// <summary>The inverse of the error function of each element.</summary>
        public unsafe Tensor erfinv() => Op.Unary(&Native.t_erfinv, this);

        /// <summary>The logarithm of the absolute value of the gamma function of each element.</summary>
        public unsafe Tensor lgamma() => Op.Unary(&Native.t_lgamma, this);

        /// <summary>Each element times the logarithm of another; zero where the first is zero.</summary>
        public unsafe Tensor xlogy(Tensor y) => Op.Binary(&Native.t_xlogy, this, y);

        /// <summary>The logarithm of the sum of the exponentials of each two elements.</summary>
        public unsafe Tensor logaddexp(Tensor other) => Op.Binary(&Native.t_logaddexp, this, other);

        /// <summary>The same to base two.</summary>
        public unsafe Tensor logaddexp2(Tensor other) => Op.Binary(&Native.t_logaddexp2, this, other);

        /// <summary>Each element times the logarithm of a number; zero where the element is zero.</summary>
        public unsafe Tensor xlogy(Scalar y) => Op.WithNumber(&Native.t_xlogy_s, this, y);
    }
}
