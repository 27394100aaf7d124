namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The absolute value of each element.</summary>
        public unsafe Tensor abs() => Op.Unary(&Native.t_abs, this);

        /// <summary>The absolute value of each element.</summary>
        public unsafe Tensor absolute() => Op.Unary(&Native.t_abs, this);

        /// <summary>Each element with its sign turned.</summary>
        public unsafe Tensor neg() => Op.Unary(&Native.t_neg, this);

        /// <summary>Each element with its sign turned.</summary>
        public unsafe Tensor negative() => Op.Unary(&Native.t_neg, this);

        /// <summary>One over each element.</summary>
        public unsafe Tensor reciprocal() => Op.Unary(&Native.t_reciprocal, this);

        /// <summary>The square root of each element.</summary>
        public unsafe Tensor sqrt() => Op.Unary(&Native.t_sqrt, this);

        /// <summary>One over the square root of each element.</summary>
        public unsafe Tensor rsqrt() => Op.Unary(&Native.t_rsqrt, this);

        /// <summary>The square of each element.</summary>
        public unsafe Tensor square() => Op.Unary(&Native.t_square, this);

        /// <summary>−1, 0 or 1: the sign of each element.</summary>
        public unsafe Tensor sign() => Op.Unary(&Native.t_sign, this);

        /// <summary>Each element rounded down.</summary>
        public unsafe Tensor floor() => Op.Unary(&Native.t_floor, this);

        /// <summary>Each element rounded up.</summary>
        public unsafe Tensor ceil() => Op.Unary(&Native.t_ceil, this);

        /// <summary>Each element rounded towards zero.</summary>
        public unsafe Tensor trunc() => Op.Unary(&Native.t_trunc, this);

        /// <summary>Each element rounded towards zero.</summary>
        public unsafe Tensor fix() => Op.Unary(&Native.t_trunc, this);

        /// <summary>The fractional part of each element, with its sign.</summary>
        public unsafe Tensor frac() => Op.Unary(&Native.t_frac, this);

        /// <summary>Each element to the power of another.</summary>
        public unsafe Tensor pow(Tensor exponent) => Op.Binary(&Native.t_pow, this, exponent);

        /// <summary>The remainder of each division, with the dividend's sign.</summary>
        public unsafe Tensor fmod(Tensor target) => Op.Binary(&Native.t_fmod, this, target);

        /// <summary>The remainder of each division, with the divisor's sign.</summary>
        public unsafe Tensor remainder(Tensor target) => Op.Binary(&Native.t_remainder, this, target);

        /// <summary>The greater of each two elements; a NaN wins.</summary>
        public unsafe Tensor maximum(Tensor other) => Op.Binary(&Native.t_maximum, this, other);

        /// <summary>The lesser of each two elements; a NaN wins.</summary>
        public unsafe Tensor minimum(Tensor other) => Op.Binary(&Native.t_minimum, this, other);

        /// <summary>The greater of each two elements; a NaN wins.</summary>
        public unsafe Tensor max(Tensor other) => Op.Binary(&Native.t_maximum, this, other);

        /// <summary>The lesser of each two elements; a NaN wins.</summary>
        public unsafe Tensor min(Tensor other) => Op.Binary(&Native.t_minimum, this, other);

        /// <summary>The greater of each two elements; a NaN loses.</summary>
        public unsafe Tensor fmax(Tensor other) => Op.Binary(&Native.t_fmax, this, other);

        /// <summary>The lesser of each two elements; a NaN loses.</summary>
        public unsafe Tensor fmin(Tensor other) => Op.Binary(&Native.t_fmin, this, other);

        /// <summary>The product of each two elements.</summary>
        public unsafe Tensor mul(Tensor target) => Op.Binary(&Native.t_mul, this, target);

        /// <summary>The product of each two elements.</summary>
        public unsafe Tensor multiply(Tensor target) => Op.Binary(&Native.t_mul, this, target);

        /// <summary>Each element to a power.</summary>
        public unsafe Tensor pow(Scalar exponent) => Op.WithNumber(&Native.t_pow_s, this, exponent);

        /// <summary>The remainder of each division, with the dividend's sign.</summary>
        public unsafe Tensor fmod(Scalar scalar) => Op.WithNumber(&Native.t_fmod_s, this, scalar);

        /// <summary>The remainder of each division, with the divisor's sign.</summary>
        public unsafe Tensor remainder(Scalar scalar) => Op.WithNumber(&Native.t_remainder_s, this, scalar);

        /// <summary>Each element, or the bound where it is less.</summary>
        public unsafe Tensor clamp_min(Scalar min) => Op.WithNumber(&Native.t_clamp_min_s, this, min);

        /// <summary>Each element, or the bound where it is greater.</summary>
        public unsafe Tensor clamp_max(Scalar max) => Op.WithNumber(&Native.t_clamp_max_s, this, max);

        /// <summary>Each element times a number.</summary>
        public unsafe Tensor mul(Scalar target) => Op.WithNumber(&Native.t_mul_s, this, target);

        /// <summary>Each element times a number.</summary>
        public unsafe Tensor multiply(Scalar target) => Op.WithNumber(&Native.t_mul_s, this, target);
    }
}
