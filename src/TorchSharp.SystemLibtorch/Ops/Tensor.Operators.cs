namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum of each two elements.</summary>
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

        /// <summary>Each element plus a number.</summary>
        public static unsafe Tensor operator +(Tensor left, Scalar right) => left.Plus(right, 1);

        /// <summary>Each element plus a number.</summary>
        public static unsafe Tensor operator +(Tensor left, int right) => left.Plus((long)right, 1);

        /// <summary>Each element plus a number.</summary>
        public static unsafe Tensor operator +(Tensor left, long right) => left.Plus(right, 1);

        /// <summary>Each element plus a number.</summary>
        public static unsafe Tensor operator +(Tensor left, float right) => left.Plus((double)right, 1);

        /// <summary>Each element plus a number.</summary>
        public static unsafe Tensor operator +(Tensor left, double right) => left.Plus(right, 1);

        /// <summary>A number plus each element.</summary>
        public static Tensor operator +(Scalar left, Tensor right) => right + left;

        /// <summary>A number plus each element.</summary>
        public static Tensor operator +(int left, Tensor right) => right + left;

        /// <summary>A number plus each element.</summary>
        public static Tensor operator +(long left, Tensor right) => right + left;

        /// <summary>A number plus each element.</summary>
        public static Tensor operator +(float left, Tensor right) => right + left;

        /// <summary>A number plus each element.</summary>
        public static Tensor operator +(double left, Tensor right) => right + left;

        /// <summary>The difference of each two elements.</summary>
        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

        /// <summary>Each element less a number.</summary>
        public static unsafe Tensor operator -(Tensor left, Scalar right) => left.Minus(right, 1);

        /// <summary>Each element less a number.</summary>
        public static unsafe Tensor operator -(Tensor left, int right) => left.Minus((long)right, 1);

        /// <summary>Each element less a number.</summary>
        public static unsafe Tensor operator -(Tensor left, long right) => left.Minus(right, 1);

        /// <summary>Each element less a number.</summary>
        public static unsafe Tensor operator -(Tensor left, float right) => left.Minus((double)right, 1);

        /// <summary>Each element less a number.</summary>
        public static unsafe Tensor operator -(Tensor left, double right) => left.Minus(right, 1);

        /// <summary>A number less each element.</summary>
        public static Tensor operator -(Scalar left, Tensor right) => right.negative() + left;

        /// <summary>A number less each element.</summary>
        public static Tensor operator -(int left, Tensor right) => right.negative() + left;

        /// <summary>A number less each element.</summary>
        public static Tensor operator -(long left, Tensor right) => right.negative() + left;

        /// <summary>A number less each element.</summary>
        public static Tensor operator -(float left, Tensor right) => right.negative() + left;

        /// <summary>A number less each element.</summary>
        public static Tensor operator -(double left, Tensor right) => right.negative() + left;

        /// <summary>The product of each two elements.</summary>
        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

        /// <summary>Each element times a number.</summary>
        public static unsafe Tensor operator *(Tensor left, Scalar right) => left.Numbered(&Native.t_mul_s, right);

        /// <summary>Each element times a number.</summary>
        public static unsafe Tensor operator *(Tensor left, int right) => left.Numbered(&Native.t_mul_s, (long)right);

        /// <summary>Each element times a number.</summary>
        public static unsafe Tensor operator *(Tensor left, long right) => left.Numbered(&Native.t_mul_s, right);

        /// <summary>Each element times a number.</summary>
        public static unsafe Tensor operator *(Tensor left, float right) => left.Numbered(&Native.t_mul_s, (double)right);

        /// <summary>Each element times a number.</summary>
        public static unsafe Tensor operator *(Tensor left, double right) => left.Numbered(&Native.t_mul_s, right);

        /// <summary>A number times each element.</summary>
        public static Tensor operator *(Scalar left, Tensor right) => right * left;

        /// <summary>A number times each element.</summary>
        public static Tensor operator *(int left, Tensor right) => right * left;

        /// <summary>A number times each element.</summary>
        public static Tensor operator *(long left, Tensor right) => right * left;

        /// <summary>A number times each element.</summary>
        public static Tensor operator *(float left, Tensor right) => right * left;

        /// <summary>A number times each element.</summary>
        public static Tensor operator *(double left, Tensor right) => right * left;

        /// <summary>The quotient of each two elements.</summary>
        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

        /// <summary>Each element over a number.</summary>
        public static unsafe Tensor operator /(Tensor left, Scalar right) => left.Numbered(&Native.t_div_s, right);

        /// <summary>Each element over a number.</summary>
        public static unsafe Tensor operator /(Tensor left, int right) => left.Numbered(&Native.t_div_s, (long)right);

        /// <summary>Each element over a number.</summary>
        public static unsafe Tensor operator /(Tensor left, long right) => left.Numbered(&Native.t_div_s, right);

        /// <summary>Each element over a number.</summary>
        public static unsafe Tensor operator /(Tensor left, float right) => left.Numbered(&Native.t_div_s, (double)right);

        /// <summary>Each element over a number.</summary>
        public static unsafe Tensor operator /(Tensor left, double right) => left.Numbered(&Native.t_div_s, right);

        /// <summary>A number over each element: its reciprocal times the number.</summary>
        public static Tensor operator /(Scalar left, Tensor right) => right.reciprocal() * left;

        /// <summary>A number over each element: its reciprocal times the number.</summary>
        public static Tensor operator /(int left, Tensor right) => right.reciprocal() * left;

        /// <summary>A number over each element: its reciprocal times the number.</summary>
        public static Tensor operator /(long left, Tensor right) => right.reciprocal() * left;

        /// <summary>A number over each element: its reciprocal times the number.</summary>
        public static Tensor operator /(float left, Tensor right) => right.reciprocal() * left;

        /// <summary>A number over each element: its reciprocal times the number.</summary>
        public static Tensor operator /(double left, Tensor right) => right.reciprocal() * left;

        /// <summary>The remainder of each division, with the divisor's sign.</summary>
        public static Tensor operator %(Tensor left, Tensor right) => left.remainder(right);

        /// <summary>The remainder of each division, with the divisor's sign.</summary>
        public static unsafe Tensor operator %(Tensor left, Scalar right) => left.Numbered(&Native.t_remainder_s, right);

        /// <summary>The remainder of each division, with the divisor's sign.</summary>
        public static unsafe Tensor operator %(Tensor left, int right) => left.Numbered(&Native.t_remainder_s, (long)right);

        /// <summary>The remainder of each division, with the divisor's sign.</summary>
        public static unsafe Tensor operator %(Tensor left, long right) => left.Numbered(&Native.t_remainder_s, right);

        /// <summary>The remainder of each division, with the divisor's sign.</summary>
        public static unsafe Tensor operator %(Tensor left, float right) => left.Numbered(&Native.t_remainder_s, (double)right);

        /// <summary>The remainder of each division, with the divisor's sign.</summary>
        public static unsafe Tensor operator %(Tensor left, double right) => left.Numbered(&Native.t_remainder_s, right);

        /// <summary>Each element with its sign turned.</summary>
        public static Tensor operator -(Tensor tensor) => tensor.neg();

        /// <summary>Each element with its bits, or its truth, turned.</summary>
        public static unsafe Tensor operator ~(Tensor left) => Op.Unary(&Native.t_bitwise_not, left);

        /// <summary>The exclusive or of each two elements.</summary>
        public static unsafe Tensor operator ^(Tensor left, Tensor right) => Op.Binary(&Native.t_bitwise_xor, left, right);

        /// <summary>Whether each element equals the other.</summary>
        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);

        /// <summary>Whether each element equals the number.</summary>
        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);

        /// <summary>Whether the number equals each element.</summary>
        public static Tensor operator ==(Scalar left, Tensor right) => right.eq(left);

        /// <summary>Whether each element differs from the other.</summary>
        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);

        /// <summary>Whether each element differs from the number.</summary>
        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);

        /// <summary>Whether the number differs from each element.</summary>
        public static Tensor operator !=(Scalar left, Tensor right) => right.ne(left);

        /// <summary>Whether each element is less than the other.</summary>
        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);

        /// <summary>Whether each element is less than the number.</summary>
        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);

        /// <summary>Whether the number is less than each element.</summary>
        public static Tensor operator <(Scalar left, Tensor right) => right.gt(left);

        /// <summary>Whether each element is at most the other.</summary>
        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);

        /// <summary>Whether each element is at most the number.</summary>
        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);

        /// <summary>Whether the number is at most each element.</summary>
        public static Tensor operator <=(Scalar left, Tensor right) => right.ge(left);

        /// <summary>Whether each element is greater than the other.</summary>
        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);

        /// <summary>Whether each element is greater than the number.</summary>
        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);

        /// <summary>Whether the number is greater than each element.</summary>
        public static Tensor operator >(Scalar left, Tensor right) => right.lt(left);

        /// <summary>Whether each element is at least the other.</summary>
        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);

        /// <summary>Whether each element is at least the number.</summary>
        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);

        /// <summary>Whether the number is at least each element.</summary>
        public static Tensor operator >=(Scalar left, Tensor right) => right.le(left);

        private unsafe Tensor Numbered(delegate*<nint, Number, nint> f, Number number) => Op.WithNumber(f, this, number);
    }
}
