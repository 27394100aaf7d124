namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether each element is not a number.</summary>
        public unsafe Tensor isnan() => Op.Unary(&Native.t_isnan, this);

        /// <summary>Whether each element is infinite.</summary>
        public unsafe Tensor isinf() => Op.Unary(&Native.t_isinf, this);

        /// <summary>Whether each element is finite.</summary>
        public unsafe Tensor isfinite() => Op.Unary(&Native.t_isfinite, this);

        /// <summary>Whether each element is zero.</summary>
        public unsafe Tensor logical_not() => Op.Unary(&Native.t_logical_not, this);

        /// <summary>Whether each two elements are equal.</summary>
        public unsafe Tensor eq(Tensor target) => Op.Binary(&Native.t_eq, this, target);

        /// <summary>Whether each two elements are equal.</summary>
        public unsafe Tensor equal(Tensor target) => Op.Binary(&Native.t_eq, this, target);

        /// <summary>Whether each two elements differ.</summary>
        public unsafe Tensor ne(Tensor target) => Op.Binary(&Native.t_ne, this, target);

        /// <summary>Whether each two elements differ.</summary>
        public unsafe Tensor not_equal(Tensor target) => Op.Binary(&Native.t_ne, this, target);

        /// <summary>Whether each element is less.</summary>
        public unsafe Tensor lt(Tensor target) => Op.Binary(&Native.t_lt, this, target);

        /// <summary>Whether each element is less.</summary>
        public unsafe Tensor less(Tensor target) => Op.Binary(&Native.t_lt, this, target);

        /// <summary>Whether each element is less or equal.</summary>
        public unsafe Tensor le(Tensor target) => Op.Binary(&Native.t_le, this, target);

        /// <summary>Whether each element is less or equal.</summary>
        public unsafe Tensor less_equal(Tensor target) => Op.Binary(&Native.t_le, this, target);

        /// <summary>Whether each element is greater.</summary>
        public unsafe Tensor gt(Tensor target) => Op.Binary(&Native.t_gt, this, target);

        /// <summary>Whether each element is greater.</summary>
        public unsafe Tensor greater(Tensor target) => Op.Binary(&Native.t_gt, this, target);

        /// <summary>Whether each element is greater or equal.</summary>
        public unsafe Tensor ge(Tensor target) => Op.Binary(&Native.t_ge, this, target);

        /// <summary>Whether each element is greater or equal.</summary>
        public unsafe Tensor greater_equal(Tensor target) => Op.Binary(&Native.t_ge, this, target);

        /// <summary>Whether both elements are not zero.</summary>
        public unsafe Tensor logical_and(Tensor other) => Op.Binary(&Native.t_logical_and, this, other);

        /// <summary>Whether either element is not zero.</summary>
        public unsafe Tensor logical_or(Tensor other) => Op.Binary(&Native.t_logical_or, this, other);

        /// <summary>Whether exactly one element is not zero.</summary>
        public unsafe Tensor logical_xor(Tensor other) => Op.Binary(&Native.t_logical_xor, this, other);

        /// <summary>Whether each element equals a number.</summary>
        public unsafe Tensor eq(Scalar target) => Op.WithNumber(&Native.t_eq_s, this, target);

        /// <summary>Whether each element differs from a number.</summary>
        public unsafe Tensor ne(Scalar target) => Op.WithNumber(&Native.t_ne_s, this, target);

        /// <summary>Whether each element is less than a number.</summary>
        public unsafe Tensor lt(Scalar target) => Op.WithNumber(&Native.t_lt_s, this, target);

        /// <summary>Whether each element is less than a number or equal.</summary>
        public unsafe Tensor le(Scalar target) => Op.WithNumber(&Native.t_le_s, this, target);

        /// <summary>Whether each element is greater than a number.</summary>
        public unsafe Tensor gt(Scalar target) => Op.WithNumber(&Native.t_gt_s, this, target);

        /// <summary>Whether each element is greater than a number or equal.</summary>
        public unsafe Tensor ge(Scalar target) => Op.WithNumber(&Native.t_ge_s, this, target);
    }
}
