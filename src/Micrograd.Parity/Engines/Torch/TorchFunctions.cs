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

    private readonly Function _exp = new("exp", x => x.exp_(), Math.Exp, "vmdExp");
    private readonly Function _exp2 = new("exp2", x => x.exp2_(), CMath.Exp2);
    private readonly Function _expm1 = new("expm1", x => x.expm1_(), CMath.Expm1);
    private readonly Function _log = new("log", x => x.log_(), Math.Log, "vmdLn");
    private readonly Function _log2 = new("log2", x => x.log2_(), Math.Log2, "vmdLog2");
    private readonly Function _log10 = new("log10", x => x.log10_(), Math.Log10, "vmdLog10");
    private readonly Function _log1p = new("log1p", x => x.log1p_(), CMath.Log1p);
    private readonly Function _sqrt = new("sqrt", x => x.sqrt_(), Math.Sqrt, "vmdSqrt");
    private readonly Function _sin = new("sin", x => x.sin_(), Math.Sin, "vmdSin");
    private readonly Function _cos = new("cos", x => x.cos_(), Math.Cos, "vmdCos");
    private readonly Function _tan = new("tan", x => x.tan_(), Math.Tan, "vmdTan");
    private readonly Function _asin = new("asin", x => x.asin_(), Math.Asin, "vmdAsin");
    private readonly Function _acos = new("acos", x => x.acos_(), Math.Acos, "vmdAcos");
    private readonly Function _atan = new("atan", x => x.atan_(), Math.Atan, "vmdAtan");
    private readonly Function _sinh = new("sinh", x => x.sinh_(), Math.Sinh);
    private readonly Function _cosh = new("cosh", x => x.cosh_(), Math.Cosh);
    private readonly Function _tanh = new("tanh", x => x.tanh_(), Math.Tanh, "vmdTanh");
    private readonly Function _asinh = new("asinh", x => x.asinh(), Math.Asinh);
    private readonly Function _acosh = new("acosh", x => x.acosh(), Math.Acosh);
    private readonly Function _atanh = new("atanh", x => x.atanh(), Math.Atanh);
    private readonly Function _erf = new("erf", x => x.erf_(), CMath.Erf, "vmdErf");
    private readonly Function _erfc = new("erfc", x => x.erfc_(), CMath.Erfc, "vmdErfc");
    private readonly Function _vectorExp = new("exp_of_logsigmoid", LogsigmoidExp.Of, x => Math.Exp(-Math.Abs(x)));

    /// <summary>The functions by their numbers as <see cref="ElementaryFunction"/>.</summary>
    private readonly Function[] _all;

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

    private Function Named(string name) => _all.First(f => f.Name == name);

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

    /// <summary>One function with its source.</summary>
    private sealed class Function(string name, Func<Tensor, Tensor> op, Func<double, double> ofC, string? export = null)
    {
        /// <summary>MKL's mode: high accuracy, subnormal numbers kept, no error numbers.</summary>
        private const long Mode = 0x140102;

        private delegate* unmanaged[SuppressGCTransition]<nint, double*, double*, long, void> _ofMkl;
        private Lazy<bool> _takesSeveral = new(false);

        internal string Name => name;

        internal FunctionSource Source { get; private set; } = FunctionSource.TorchOp;

        internal double OfC(double x) => ofC(x);

        internal double Of(double x)
        {
            switch (Source)
            {
                case FunctionSource.Mkl:
                    double y;
                    _ofMkl(1, &x, &y, Mode);
                    return y;
                case FunctionSource.CLibrary:
                    return ofC(x);
                default:
                    return Cell.OfThread.Apply(op, x);
            }
        }

        internal void Of(ReadOnlySpan<double> x, Span<double> y)
        {
            if (_takesSeveral.Value)
            {
                OfSeveral(x, y);
                return;
            }

            for (var i = 0; i < x.Length; i++)
                y[i] = Of(x[i]);
        }

        private void OfSeveral(ReadOnlySpan<double> x, Span<double> y)
        {
            if (Source == FunctionSource.Mkl)
            {
                fixed (
                    double* from = x,
                        to = y
                )
                    _ofMkl(x.Length, from, to, Mode);
                return;
            }

            using var scope = NewDisposeScope();
            op(tensor(x.ToArray(), float64)).data<double>().ToArray().CopyTo(y);
        }

        /// <summary>
        /// Decides on the source. What PyTorch takes from MKL is never taken from the C library, which agrees with it at most points.
        /// </summary>
        internal void Choose()
        {
            if (export is null)
            {
                if (Agree(ofC))
                    Source = FunctionSource.CLibrary;
            }
            else if (NativeLibrary.TryGetExport(TorchFiles.Libtorch, export, out var address))
            {
                _ofMkl = (delegate* unmanaged[SuppressGCTransition]<nint, double*, double*, long, void>)address;
                Source = FunctionSource.Mkl;
                if (!Agree(Of))
                    Source = FunctionSource.TorchOp;
            }

            // PyTorch's op takes its time: it is looked at when several numbers are asked for.
            if (Source == FunctionSource.Mkl)
                _takesSeveral = new(AgreesTogether());
            else if (Source == FunctionSource.TorchOp)
                _takesSeveral = new(AgreesTogether);
        }

        /// <summary>True if several numbers in one call have the bits that each has alone, wherever it lies among how many.</summary>
        private bool AgreesTogether()
        {
            double[] points = [.. Torch.SamplePoints.Take(Points)];
            var together = new double[points.Length];
            for (int start = 0, count = 1; start < points.Length; start += count, count++)
            {
                count = Math.Min(count, points.Length - start);
                OfSeveral(points.AsSpan(start, count), together.AsSpan(start, count));
            }

            return !points.Where((x, i) => !AreSame(Of(x), together[i])).Any();
        }

        private bool Agree(Func<double, double> candidate)
        {
            var cell = Cell.OfThread;
            foreach (var x in Torch.SamplePoints.Take(Points))
            {
                if (!AreSame(cell.Apply(op, x), candidate(x)))
                    return false;
            }

            return true;
        }

        private static bool AreSame(double a, double b) =>
            BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) || double.IsNaN(a) && double.IsNaN(b);
    }

    /// <summary>A tensor of one number, whose memory is written and read directly. Each thread has its own.</summary>
    private sealed class Cell
    {
        [ThreadStatic]
        private static Cell? t_cell;

        private readonly Tensor _tensor;
        private readonly double* _number;

        internal static Cell OfThread => t_cell ??= new Cell();

        private Cell()
        {
            _tensor = zeros(1, float64).DetachFromDisposeScope();
            fixed (double* number = TensorNumbers.InPlace(_tensor))
                _number = number;
        }

        internal double Apply(Func<Tensor, Tensor> op, double x)
        {
            *_number = x;
            var result = op(_tensor);
            if (ReferenceEquals(result, _tensor))
                return *_number;
            using (result)
                return result.Number();
        }
    }
}

/// <summary>Source of a function of <see cref="TorchFunctions"/>.</summary>
internal enum FunctionSource
{
    /// <summary>Intel's MKL inside libtorch, called directly.</summary>
    Mkl,

    /// <summary>The C library, as PyTorch's op does.</summary>
    CLibrary,

    /// <summary>PyTorch's op on a tensor of one number.</summary>
    TorchOp,
}
