using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>One function with its source.</summary>
internal sealed unsafe class TorchFunction(string name, Func<Tensor, Tensor> op, Func<double, double> ofC, string? export = null)
{
    /// <summary>MKL's mode: high accuracy, subnormal numbers kept, no error numbers.</summary>
    private const long Mode = 0x140102;

    private delegate* unmanaged[SuppressGCTransition]<nint, double*, double*, long, void> _ofMkl;
    private Lazy<bool> _takesSeveral = new(() => false);

    internal string Name => name;

    internal FunctionSource Source { get; private set; } = FunctionSource.TorchOp;

    /// <summary>True if several numbers are computed in one call.</summary>
    internal bool TakesSeveral => _takesSeveral.Value;

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
                return TensorCell.OfThread.Apply(op, x);
        }
    }

    internal void Of(ReadOnlySpan<double> x, Span<double> y)
    {
        if (TakesSeveral)
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

        if (Source != FunctionSource.CLibrary)
            _takesSeveral = new(AgreesTogether);

        // MKL's first calls are made here, on one thread; PyTorch's op takes its time, and is looked at when several numbers are asked for.
        if (Source == FunctionSource.Mkl)
            _ = TakesSeveral;
    }

    /// <summary>True if several numbers in one call have the bits that each has alone, wherever it lies among how many.</summary>
    private bool AgreesTogether()
    {
        double[] points = [.. Torch.SamplePoints.Take(TorchFunctions.Points)];
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
        var cell = TensorCell.OfThread;
        foreach (var x in Torch.SamplePoints.Take(TorchFunctions.Points))
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
internal sealed unsafe class TensorCell
{
    [ThreadStatic]
    private static TensorCell? t_cell;

    private readonly Tensor _tensor;
    private readonly double* _number;

    internal static TensorCell OfThread => t_cell ??= new TensorCell();

    private TensorCell()
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
