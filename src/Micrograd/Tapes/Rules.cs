namespace Micrograd.Tapes;

/// <summary>Rule of an op: its name in PyTorch, its value and its VJP.</summary>
internal interface IRule
{
    static abstract string Name { get; }
}

/// <summary>Op of one operand: y = f(x), and its VJP, the contribution of upstream gradient g to the gradient of x.</summary>
internal interface IUnaryRule : IRule
{
    /// <summary>The elementary function that <see cref="Forward"/> is; null if it is none, or more than that.</summary>
    static virtual ElementaryFunction? Function => null;

    /// <summary>The elementary function that the VJP needs, and of which number; null if it needs none.</summary>
    static virtual ElementaryFunction? VjpFunction => null;

    static virtual double VjpArgument(double x) => x;

    static abstract double Forward(double x);

    static abstract double Vjp(double g, double x, double y);

    /// <summary>The same, given the elementary function of the argument.</summary>
    static virtual double VjpBy(double function, double g, double x) => throw new NotSupportedException();
}

/// <summary>Op of one operand with up to two attributes (a slope, bounds), which receive no gradient.</summary>
internal interface IAttributedRule : IRule
{
    static abstract double Forward(double x, double p, double q);

    static abstract double Vjp(double g, double x, double p, double q, double y);
}

/// <summary>Op of two operands. The contribution to <c>a</c> is accumulated before that to <c>b</c>, as in PyTorch's engine.</summary>
internal interface IBinaryRule : IRule
{
    static abstract double Forward(double a, double b);

    static abstract double VjpA(double g, double a, double b, double y);

    static abstract double VjpB(double g, double a, double b, double y);
}

/// <summary>Op of three operands. Contributions are accumulated in their order.</summary>
internal interface ITernaryRule : IRule
{
    static abstract double Forward(double a, double b, double c);

    static abstract double Vjp(int operand, double g, double a, double b, double c);
}

/// <summary>Op of any number of operands, at offsets from a start, that all receive the same contribution.</summary>
internal interface IManyRule : IRule
{
    static abstract unsafe double Forward(byte* start, ReadOnlySpan<int> operands);

    static abstract double Vjp(double g, int count);
}
