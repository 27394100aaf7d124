namespace TorchSharp.SystemLibtorch;

/// <summary>Counts the native objects that managed objects own, for tests that look for leaks.</summary>
public static class NativeHandles
{
    private static long s_live;

    /// <summary>Native objects (tensors, optimizers) made and not yet freed in this process.</summary>
    public static long Live => Interlocked.Read(ref s_live);

    internal static void Made() => Interlocked.Increment(ref s_live);

    internal static void Freed() => Interlocked.Decrement(ref s_live);
}
