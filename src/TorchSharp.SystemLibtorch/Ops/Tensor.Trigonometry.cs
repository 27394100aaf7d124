namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sine of each element, in radians.</summary>
        public unsafe Tensor sin() => Op.Unary(&Native.t_sin, this);

        /// <summary>The cosine of each element, in radians.</summary>
        public unsafe Tensor cos() => Op.Unary(&Native.t_cos, this);

        /// <summary>The tangent of each element, in radians.</summary>
        public unsafe Tensor tan() => Op.Unary(&Native.t_tan, this);

        /// <summary>The inverse sine of each element.</summary>
        public unsafe Tensor asin() => Op.Unary(&Native.t_asin, this);

        /// <summary>The inverse sine of each element.</summary>
        public unsafe Tensor arcsin() => Op.Unary(&Native.t_asin, this);

        /// <summary>The inverse cosine of each element.</summary>
        public unsafe Tensor acos() => Op.Unary(&Native.t_acos, this);

        /// <summary>The inverse cosine of each element.</summary>
        public unsafe Tensor arccos() => Op.Unary(&Native.t_acos, this);

        /// <summary>The inverse tangent of each element.</summary>
        public unsafe Tensor atan() => Op.Unary(&Native.t_atan, this);

        /// <summary>The inverse tangent of each element.</summary>
        public unsafe Tensor arctan() => Op.Unary(&Native.t_atan, this);

        /// <summary>The hyperbolic sine of each element.</summary>
        public unsafe Tensor sinh() => Op.Unary(&Native.t_sinh, this);

        /// <summary>The hyperbolic cosine of each element.</summary>
        public unsafe Tensor cosh() => Op.Unary(&Native.t_cosh, this);

        /// <summary>The hyperbolic tangent of each element.</summary>
        public unsafe Tensor tanh() => Op.Unary(&Native.t_tanh, this);

        /// <summary>The inverse hyperbolic sine of each element.</summary>
        public unsafe Tensor asinh() => Op.Unary(&Native.t_asinh, this);

        /// <summary>The inverse hyperbolic sine of each element.</summary>
        public unsafe Tensor arcsinh() => Op.Unary(&Native.t_asinh, this);

        /// <summary>The inverse hyperbolic cosine of each element.</summary>
        public unsafe Tensor acosh() => Op.Unary(&Native.t_acosh, this);

        /// <summary>The inverse hyperbolic cosine of each element.</summary>
        public unsafe Tensor arccosh() => Op.Unary(&Native.t_acosh, this);

        /// <summary>The inverse hyperbolic tangent of each element.</summary>
        public unsafe Tensor atanh() => Op.Unary(&Native.t_atanh, this);

        /// <summary>The inverse hyperbolic tangent of each element.</summary>
        public unsafe Tensor arctanh() => Op.Unary(&Native.t_atanh, this);

        /// <summary>sin(πx) / (πx) of each element.</summary>
        public unsafe Tensor sinc() => Op.Unary(&Native.t_sinc, this);

        /// <summary>The angle of each point (other, this).</summary>
        public unsafe Tensor atan2(Tensor other) => Op.Binary(&Native.t_atan2, this, other);

        /// <summary>The angle of each point (other, this).</summary>
        public unsafe Tensor arctan2(Tensor other) => Op.Binary(&Native.t_atan2, this, other);

        /// <summary>The hypotenuse of each two legs.</summary>
        public unsafe Tensor hypot(Tensor other) => Op.Binary(&Native.t_hypot, this, other);
    }
}
