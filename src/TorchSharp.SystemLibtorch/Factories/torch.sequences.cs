namespace TorchSharp;

public static partial class torch
{
    /// <summary>The numbers from 0 up to <paramref name="stop"/>, which is not among them.</summary>
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    /// <summary>The numbers from <paramref name="start"/> up to <paramref name="stop"/>, which is not among them.</summary>
    public static Tensor arange(
        Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    /// <summary>The numbers from <paramref name="start"/> in steps up to <paramref name="stop"/>, which is not among them.</summary>
    public static Tensor arange(
        Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        OnCpu(device);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(stop);
        ArgumentNullException.ThrowIfNull(step);
        var whole = is_integral(start.Type) && is_integral(stop.Type) && is_integral(step.Type);
        var type = dtype ?? (whole ? ScalarType.Int64 : get_default_dtype());
        return new(Native.t_arange(start, stop, step, (int)type, Native.Flag(requires_grad)));
    }

    /// <summary>Evenly spaced numbers from <paramref name="start"/> to <paramref name="end"/>, both among them.</summary>
    public static Tensor linspace(
        double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        OnCpu(device);
        return new(Native.t_linspace(start, end, steps, (int)(dtype ?? get_default_dtype()), Native.Flag(requires_grad)));
    }

    /// <summary>Numbers drawn evenly from [0, 1).</summary>
    public static Tensor rand(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null) => Random(size, false, dtype, device, requires_grad);

    /// <summary>Numbers drawn from the standard normal distribution.</summary>
    public static Tensor randn(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null) => Random(size, true, dtype, device, requires_grad);

    /// <summary>Seeds libtorch's generator of random numbers, and returns it.</summary>
    public static Generator manual_seed(long seed) => Generator.Default.manual_seed(seed);

    private static unsafe Tensor Random(long[] size, bool normal, ScalarType? dtype, Device? device, bool requiresGrad)
    {
        OnCpu(device);
        fixed (long* s = size)
            return new(Native.t_rand(
                new(s, size.Length), Native.Flag(normal), (int)(dtype ?? get_default_dtype()), Native.Flag(requiresGrad)));
    }

    /// <summary>libtorch's generator of random numbers.</summary>
    public class Generator
    {
        internal static readonly Generator Default = new();

        private protected Generator()
        {
        }

        /// <summary>Seeds the generator.</summary>
        public Generator manual_seed(long seed)
        {
            Native.Check(Native.bridge_manual_seed(seed));
            return this;
        }
    }
}
