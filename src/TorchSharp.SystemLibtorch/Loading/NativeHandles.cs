namespace TorchSharp.SystemLibtorch;

/// <summary>Counts the native objects that managed objects own, for tests that look for leaks.</summary>
public static class NativeHandles
{
    // Threads count tensors in places of their own, a cache line apart, so that they do not wait for each other.
    private const int Places = 16;
    private const int Apart = 16;

    private static readonly long[] s_tensors = new long[(Places + 1) * Apart];
    private static long s_others;

    /// <summary>Native objects (tensors, optimizers) made and not yet freed in this process.</summary>
    public static long Live => Tensors + Interlocked.Read(ref s_others);

    /// <summary>Tensors among them.</summary>
    internal static long Tensors
    {
        get
        {
            var live = 0L;
            for (var i = 1; i <= Places; i++)
                live += Interlocked.Read(ref s_tensors[i * Apart]);
            return live;
        }
    }

    internal static void TensorMade() => Interlocked.Increment(ref Own);

    internal static void TensorFreed() => Interlocked.Decrement(ref Own);

    internal static void OtherMade() => Interlocked.Increment(ref s_others);

    internal static void OtherFreed() => Interlocked.Decrement(ref s_others);

    private static ref long Own => ref s_tensors[(1 + (Environment.CurrentManagedThreadId & (Places - 1))) * Apart];
}
