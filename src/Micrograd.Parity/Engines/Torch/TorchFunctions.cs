using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>
/// The elementary functions as the loaded PyTorch computes them on this processor, for the engine to compute with: given these, every
/// value and gradient of the engine is to have PyTorch's bits.
/// </summary>
/// <remarks>
/// Each function is taken from where it is fastest with PyTorch's own bits: what PyTorch takes from Intel's MKL is called there, by the
/// functions that libtorch exports, where they agree with PyTorch's op; what PyTorch takes from the C library is called there, where that
/// agrees; everything else is asked of PyTorch, by an op on a tensor of one number. Agreement is looked at over <see cref="Points"/> points when
/// PyTorch is loaded. It also makes the first call of each function, on one thread, before anything is compared: MKL's first calls from several
/// threads at once may give other results (pytorch/pytorch#188792).
/// </remarks>
public sealed unsafe class TorchFunctions : ElementaryFunctions
{
    /// <summary>The number of points at which two sources of a function are compared before the faster one is used.</summary>
    public const int Points = 2000;

    private readonly TorchFunction _exp = new("exp", x => x.exp_(), Math.Exp, "vmdExp");
    private readonly TorchFunction _exp2 = new("exp2", x => x.exp2_(), CMath.Exp2);
    private readonly TorchFunction _expm1 = new("expm1", x => x.expm1_(), CMath.Expm1);
    private readonly TorchFunction _log = new("log", x => x.log_(), Math.Log, "vmdLn");
    private readonly TorchFunction _log2 = new("log2", x => x.log2_(), Math.Log2, "vmdLog2");
    private readonly TorchFunction _log10 = new("log10", x => x.log10_(), Math.Log10, "vmdLog10");
    private readonly TorchFunction _log1p = new("log1p", x => x.log1p_(), CMath.Log1p);
    private readonly TorchFunction _sqrt = new("sqrt", x => x.sqrt_(), Math.Sqrt, "vmdSqrt");
    private readonly TorchFunction _sin = new("sin", x => x.sin_(), Math.Sin, "vmdSin");
    private readonly TorchFunction _cos = new("cos", x => x.cos_(), Math.Cos, "vmdCos");
    private readonly TorchFunction _tan = new("tan", x => x.tan_(), Math.Tan, "vmdTan");
    private readonly TorchFunction _asin = new("asin", x => x.asin_(), Math.Asin, "vmdAsin");
    private readonly TorchFunction _acos = new("acos", x => x.acos_(), Math.Acos, "vmdAcos");
    private readonly TorchFunction _atan = new("atan", x => x.atan_(), Math.Atan, "vmdAtan");
    private readonly TorchFunction _sinh = new("sinh", x => x.sinh_(), Math.Sinh);
    private readonly TorchFunction _cosh = new("cosh", x => x.cosh_(), Math.Cosh);
    private readonly TorchFunction _tanh = new("tanh", x => x.tanh_(), Math.Tanh, "vmdTanh");
    private readonly TorchFunction _asinh = new("asinh", x => x.asinh(), Math.Asinh);
    private readonly TorchFunction _acosh = new("acosh", x => x.acosh(), Math.Acosh);
    private readonly TorchFunction _atanh = new("atanh", x => x.atanh(), Math.Atanh);
    private readonly TorchFunction _erf = new("erf", x => x.erf_(), CMath.Erf, "vmdErf");
    private readonly TorchFunction _erfc = new("erfc", x => x.erfc_(), CMath.Erfc, "vmdErfc");
    private readonly TorchFunction _vectorExp = new("exp_of_logsigmoid", LogsigmoidExp.Of, x => Math.Exp(-Math.Abs(x)));

    /// <summary>The functions by their numbers as <see cref="ElementaryFunction"/>.</summary>
    private readonly TorchFunction[] _all;

    /// <summary>Looks where each function is to be had. PyTorch must be loaded.</summary>
    internal TorchFunctions()
    {
        _all =
        [
            _exp,
            _exp2,
            _expm1,
            _log,
            _log2,
            _log10,
            _log1p,
            _sqrt,
            _sin,
            _cos,
            _tan,
            _asin,
            _acos,
            _atan,
            _sinh,
            _cosh,
            _tanh,
            _asinh,
            _acosh,
            _atanh,
            _erf,
            _erfc,
            _vectorExp,
        ];
        foreach (var function in _all)
            function.Choose();
        FusesMultiplyAdd = AsksForFusion();
    }

    /// <inheritdoc/>
    public override bool FusesMultiplyAdd { get; }

    /// <summary>The functions by the names of PyTorch's ops, with the source that was chosen for each.</summary>
    internal IReadOnlyDictionary<string, FunctionSource> Sources => _all.ToDictionary(f => f.Name, f => f.Source);

    /// <summary>Numbers of all sizes, the special ones among them, at which functions can be compared.</summary>
    public static IEnumerable<double> SamplePoints(int count) => Torch.SamplePoints.Take(count);

    /// <summary>A function's result.</summary>
    /// <param name="name">One of the names of <see cref="Sources"/>.</param>
    /// <param name="x">The number.</param>
    public double Apply(string name, double x) => Named(name).Of(x);

    /// <summary>The C library's result of a function.</summary>
    /// <param name="name">One of the names of <see cref="Sources"/>.</param>
    /// <param name="x">The number.</param>
    public double ApplyOfC(string name, double x) => Named(name).OfC(x);

    /// <summary>True if several numbers of a function are computed in one call.</summary>
    internal bool TakesSeveral(ElementaryFunction which) => _all[(int)which].TakesSeveral;

    private TorchFunction Named(string name) => _all.First(f => f.Name == name);

    /// <inheritdoc/>
    public override double Exp(double x) => _exp.Of(x);

    /// <inheritdoc/>
    public override double Exp2(double x) => _exp2.Of(x);

    /// <inheritdoc/>
    public override double Expm1(double x) => _expm1.Of(x);

    /// <inheritdoc/>
    public override double Log(double x) => _log.Of(x);

    /// <inheritdoc/>
    public override double Log2(double x) => _log2.Of(x);

    /// <inheritdoc/>
    public override double Log10(double x) => _log10.Of(x);

    /// <inheritdoc/>
    public override double Log1p(double x) => _log1p.Of(x);

    /// <inheritdoc/>
    public override double Sqrt(double x) => _sqrt.Of(x);

    /// <inheritdoc/>
    public override double Sin(double x) => _sin.Of(x);

    /// <inheritdoc/>
    public override double Cos(double x) => _cos.Of(x);

    /// <inheritdoc/>
    public override double Tan(double x) => _tan.Of(x);

    /// <inheritdoc/>
    public override double Asin(double x) => _asin.Of(x);

    /// <inheritdoc/>
    public override double Acos(double x) => _acos.Of(x);

    /// <inheritdoc/>
    public override double Atan(double x) => _atan.Of(x);

    /// <inheritdoc/>
    public override double Sinh(double x) => _sinh.Of(x);

    /// <inheritdoc/>
    public override double Cosh(double x) => _cosh.Of(x);

    /// <inheritdoc/>
    public override double Tanh(double x) => _tanh.Of(x);

    /// <inheritdoc/>
    public override double Asinh(double x) => _asinh.Of(x);

    /// <inheritdoc/>
    public override double Acosh(double x) => _acosh.Of(x);

    /// <inheritdoc/>
    public override double Atanh(double x) => _atanh.Of(x);

    /// <inheritdoc/>
    public override double Erf(double x) => _erf.Of(x);

    /// <inheritdoc/>
    public override double Erfc(double x) => _erfc.Of(x);

    /// <inheritdoc/>
    public override double VectorExp(double x) => _vectorExp.Of(x);

    /// <inheritdoc/>
    public override void Compute(ElementaryFunction which, ReadOnlySpan<double> x, Span<double> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length);
        _all[(int)which].Of(x, y);
    }

    /// <summary>True if PyTorch rounds self + alpha · other once: at a point where rounding the product alone gives 0.</summary>
    private static bool AsksForFusion()
    {
        using var scope = NewDisposeScope();
        var factor = 1 + Math.ScaleB(1, -30);
        using Scalar alpha = factor;
        return tensor(-(factor * factor), float64).add(tensor(factor, float64), alpha).Number() != 0;
    }
}
