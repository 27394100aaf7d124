namespace TorchSharp.SystemLibtorch;

/// <summary>Counts the native objects that managed objects own, for tests that look for leaks.</summary>
public static class NativeHandles
{
    // Threads count in places of their own, a cache line apart, so that they do not wait for each other.
    private const int Places = 16;
    private const int Apart = 16;

    private static readonly long[] s_live = new long[(Places + 1) * Apart];

    /// <summary>Native objects (tensors, optimizers) made and not yet freed in this process.</summary>
    public static long Live
    {
        get
        {
            var live = 0L;
            for (var i = 1; i <= Places; i++)
                live += Interlocked.Read(ref s_live[i * Apart]);
            return live;
        }
    }

    internal static void Made() => Interlocked.Increment(ref Own);

    internal static void Freed() => Interlocked.Decrement(ref Own);

    private static ref long Own => ref s_live[(1 + (Environment.CurrentManagedThreadId & (Places - 1))) * Apart];
}
