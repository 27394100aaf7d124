namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum of each two elements.</summary>
        public Tensor add(Tensor target) => Op.New(Native.t_add(Handle, Op.In(target), 1L), this, target);

        /// <summary>Each element plus <paramref name="alpha"/> times another.</summary>
        public Tensor add(Tensor target, Scalar alpha) => Op.New(Native.t_add(Handle, Op.In(target), alpha), this, target);

        /// <summary>Each element plus a number.</summary>
        public Tensor add(Scalar scalar) => Plus(scalar, 1L);

        /// <summary>Each element plus <paramref name="alpha"/> times a number.</summary>
        public Tensor add(Scalar scalar, Scalar alpha) => Plus(scalar, alpha);

        /// <summary>Adds to each element in place.</summary>
        public Tensor add_(Tensor target) => add_(target, 1L);

        /// <summary>Adds <paramref name="alpha"/> times another to each element in place.</summary>
        public Tensor add_(Tensor target, Scalar alpha) => Self(Native.t_add_(Handle, Op.In(target), alpha), target);

        /// <summary>Adds a number to each element in place.</summary>
        public Tensor add_(Scalar scalar) => add_(scalar, 1L);

        /// <summary>Adds <paramref name="alpha"/> times a number to each element in place.</summary>
        public Tensor add_(Scalar scalar, Scalar alpha) => Self(Native.t_adds_(Handle, scalar, alpha));

        /// <summary>The difference of each two elements.</summary>
        public Tensor sub(Tensor target) => Op.New(Native.t_sub(Handle, Op.In(target), 1L), this, target);

        /// <summary>Each element less a number.</summary>
        public Tensor sub(Scalar target) => Minus(target, 1L);

        /// <summary>The difference of each two elements.</summary>
        public Tensor subtract(Tensor target) => sub(target);

        /// <summary>Each element less a number.</summary>
        public Tensor subtract(Scalar target) => sub(target);

        /// <summary>Subtracts from each element in place.</summary>
        public Tensor sub_(Tensor target) => Self(Native.t_sub_(Handle, Op.In(target)), target);

        /// <summary>Subtracts a number from each element in place.</summary>
        public Tensor sub_(Scalar target) => Self(Native.t_subs_(Handle, target));

        /// <summary>The quotient of each two elements, rounded as <paramref name="rounding_mode"/> says.</summary>
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Op.New(
            rounding_mode == RoundingMode.None
                ? Native.t_div(Handle, Op.In(target))
                : Native.t_div_mode(Handle, Op.In(target), Native.Flag(rounding_mode == RoundingMode.floor)),
            this,
            target);

        /// <summary>Each element over a number, rounded as <paramref name="rounding_mode"/> says.</summary>
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Op.New(
            rounding_mode == RoundingMode.None
                ? Native.t_div_s(Handle, target)
                : Native.t_div_mode_s(Handle, target, Native.Flag(rounding_mode == RoundingMode.floor)),
            this);

        /// <summary>The quotient of each two elements, rounded as <paramref name="rounding_mode"/> says.</summary>
        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        /// <summary>Each element over a number, rounded as <paramref name="rounding_mode"/> says.</summary>
        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        /// <summary>The quotient of each two elements.</summary>
        public Tensor true_divide(Tensor other) => div(other);

        /// <summary>Each element over a number.</summary>
        public Tensor true_divide(Scalar other) => div(other);

        /// <summary>Each element rounded half to even, at a decimal place.</summary>
        public Tensor round(long decimals = 0) => Op.New(Native.t_round(Handle, decimals), this);

        /// <summary>Each element held between two bounds, either of which may be absent.</summary>
        public unsafe Tensor clamp(Scalar? min = null, Scalar? max = null)
        {
            Number low = min?.Number ?? default, high = max?.Number ?? default;
            return Op.New(Native.t_clamp(Handle, min is null ? null : &low, max is null ? null : &high), this);
        }

        /// <summary>Each element held between two bounds, either of which may be absent.</summary>
        public Tensor clamp(Tensor? min = null, Tensor? max = null) =>
            Op.New(Native.t_clamp_tensor(Handle, Op.Maybe(min), Op.Maybe(max)), this, min, max);

        /// <summary>Each element held between two bounds, either of which may be absent.</summary>
        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        /// <summary>Each element where the condition holds, else <paramref name="y"/>'s.</summary>
        public Tensor where(Tensor condition, Tensor y) =>
            Op.New(Native.t_where(Op.In(condition), Handle, Op.In(y)), this, condition, y);

        /// <summary>Overwrites the elements with <paramref name="source"/>'s.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Self(Native.t_copy(Handle, Op.In(source)), source);

        /// <summary>Sets all elements to zero.</summary>
        public Tensor zero_() => Self(Native.t_zero(Handle));

        internal Tensor Plus(Number number, Number alpha) => Op.New(Native.t_add_s(Handle, number, alpha), this);

        internal Tensor Minus(Number number, Number alpha) => Op.New(Native.t_sub_s(Handle, number, alpha), this);

        /// <summary>This very tensor, after an operation in place.</summary>
        internal Tensor Self(int status, Tensor? other = null)
        {
            GC.KeepAlive(other);
            Native.Check(status);
            return this;
        }
    }
}
