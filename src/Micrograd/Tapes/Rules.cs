namespace Micrograd.Tapes;

/// <summary>What every op's rule has: the name PyTorch gives the op.</summary>
internal interface IRule
{
    static abstract string Name { get; }
}

/// <summary>An op of one operand: y = f(x), and the share of an upstream gradient g that x receives.</summary>
internal interface IUnaryRule : IRule
{
    static abstract double Forward(double x);

    static abstract double Pull(double g, double x, double y);
}

/// <summary>An op of one operand and up to two settings (a slope, bounds): the settings are numbers and receive no gradient.</summary>
internal interface ISettingRule : IRule
{
    static abstract double Forward(double x, double p, double q);

    static abstract double Pull(double g, double x, double p, double q, double y);
}

/// <summary>An op of two operands. The share of <c>a</c> is added before the share of <c>b</c>, as PyTorch's engine does.</summary>
internal interface IBinaryRule : IRule
{
    static abstract double Forward(double a, double b);

    static abstract double PullA(double g, double a, double b, double y);

    static abstract double PullB(double g, double a, double b, double y);
}

/// <summary>An op of three operands. Their shares are added in order.</summary>
internal interface ITernaryRule : IRule
{
    static abstract double Forward(double a, double b, double c);

    static abstract double Pull(int operand, double g, double a, double b, double c);
}

/// <summary>An op of any number of operands, at offsets from a start, that all receive the same share.</summary>
internal interface IManyRule : IRule
{
    static abstract unsafe double Forward(byte* start, ReadOnlySpan<int> operands);

    static abstract double Pull(double g, int count);
}
