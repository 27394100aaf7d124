namespace TorchSharp;

public static partial class torch
{
    /// <summary>The sum of each two elements.</summary>
    public static Tensor add(Tensor left, Tensor right) => left.add(right);

    /// <summary>Each element plus a number.</summary>
    public static Tensor add(Tensor left, Scalar right) => left.add(right);

    /// <summary>Each element plus <paramref name="alpha"/> times another.</summary>
    public static Tensor add(Tensor left, Tensor right, Scalar alpha) => left.add(right, alpha);

    /// <summary>Each element plus <paramref name="alpha"/> times a number.</summary>
    public static Tensor add(Tensor left, Scalar right, Scalar alpha) => left.add(right, alpha);

    /// <summary>The difference of each two elements.</summary>
    public static Tensor sub(Tensor left, Tensor right) => left.sub(right);

    /// <summary>Each element less a number.</summary>
    public static Tensor sub(Tensor left, Scalar right) => left.sub(right);

    /// <summary>The difference of each two elements.</summary>
    public static Tensor subtract(Tensor left, Tensor right) => left.sub(right);

    /// <summary>Each element less a number.</summary>
    public static Tensor subtract(Tensor left, Scalar right) => left.sub(right);

    /// <summary>The quotient of each two elements, rounded as <paramref name="rounding_mode"/> says.</summary>
    public static Tensor div(Tensor left, Tensor right, RoundingMode rounding_mode = RoundingMode.None) => left.div(right, rounding_mode);

    /// <summary>Each element over a number, rounded as <paramref name="rounding_mode"/> says.</summary>
    public static Tensor div(Tensor left, Scalar right, RoundingMode rounding_mode = RoundingMode.None) => left.div(right, rounding_mode);

    /// <summary>The quotient of each two elements, rounded as <paramref name="rounding_mode"/> says.</summary>
    public static Tensor divide(Tensor left, Tensor right, RoundingMode rounding_mode = RoundingMode.None) =>
        left.div(right, rounding_mode);

    /// <summary>Each element over a number, rounded as <paramref name="rounding_mode"/> says.</summary>
    public static Tensor divide(Tensor left, Scalar right, RoundingMode rounding_mode = RoundingMode.None) =>
        left.div(right, rounding_mode);

    /// <summary>The quotient of each two elements.</summary>
    public static Tensor true_divide(Tensor dividend, Tensor divisor) => dividend.div(divisor);

    /// <summary>Each element rounded half to even, at a decimal place.</summary>
    public static Tensor round(Tensor input, long decimals = 0) => input.round(decimals);

    /// <summary>Each element held between two bounds, either of which may be absent.</summary>
    public static Tensor clamp(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp(min, max);

    /// <summary>Each element held between two bounds, either of which may be absent.</summary>
    public static Tensor clamp(Tensor input, Tensor? min = null, Tensor? max = null) => input.clamp(min, max);

    /// <summary>Each element held between two bounds, either of which may be absent.</summary>
    public static Tensor clip(Tensor input, Scalar? min = null, Scalar? max = null) => input.clip(min, max);

    /// <summary>The first's elements where the condition holds, else the second's.</summary>
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => x.where(condition, y);

    /// <summary>A copy of the tensor, through which gradients flow.</summary>
    public static Tensor clone(Tensor input) => input.clone();
}
