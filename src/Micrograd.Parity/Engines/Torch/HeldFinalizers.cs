using System.Runtime.CompilerServices;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>
/// Lets no finalizer run while PyTorch computes. TorchSharp makes a <c>Scalar</c> of every plain number, hands its address to native code and
/// keeps nothing alive through the call: a collection that another thread starts meanwhile would let the finalizer free it in use.
/// </summary>
/// <remarks>
/// The finalizer thread is occupied by a finalizer of our own, which waits. Objects that nobody refers to stay as they are until then. In a
/// long piece of work, work stops for a moment every <see cref="LongestHold"/> so that they can be freed; when work has paused for
/// <see cref="Pause"/>, the finalizer thread is let go.
/// </remarks>
internal static class HeldFinalizers
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    // Finalizers that wait in front of ours need their time: another collection would only hold them up.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly ReaderWriterLockSlim s_work = new(LockRecursionPolicy.SupportsRecursion);
    private static readonly Timer s_timer = new(_ => LetGoWhereDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private static Plug.Gate? s_gate;
    private static long s_heldSince;
    private static long s_lastWork;

    /// <summary>The longest time for which finalizers wait.</summary>
    internal static TimeSpan LongestHold { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The time without work after which finalizers run again.</summary>
    internal static TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Begins work with PyTorch on this thread, until <see cref="End"/>. Work may be nested.</summary>
    internal static void Begin()
    {
        s_work.EnterReadLock();
        while (s_gate is null)
        {
            s_work.ExitReadLock();
            s_work.EnterWriteLock();
            if (s_gate is null)
                Hold();
            s_work.ExitWriteLock();
            s_work.EnterReadLock();
        }
    }

    /// <summary>Ends the work that the thread began last.</summary>
    internal static void End()
    {
        Volatile.Write(ref s_lastWork, Environment.TickCount64);
        s_work.ExitReadLock();
    }

    /// <summary>Occupies the finalizer thread. No PyTorch work runs meanwhile.</summary>
    private static void Hold()
    {
        var gate = new Plug.Gate();
        Plug.Drop(gate);
        do
        {
            GC.Collect(0);
        } while (!gate.IsReached(s_patience));
        s_heldSince = s_lastWork = Environment.TickCount64;
        s_gate = gate;
        s_timer.Change(s_tick, s_tick);
    }

    private static void LetGoWhereDue()
    {
        var now = Environment.TickCount64;
        if (s_gate is null || (now - s_heldSince < LongestHold.TotalMilliseconds && now - Volatile.Read(ref s_lastWork) < Pause.TotalMilliseconds))
            return;
        if (!s_work.TryEnterWriteLock(LongestHold))
            return;
        try
        {
            if (s_gate is not { } gate)
                return;
            s_gate = null;
            s_timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            gate.Open();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            s_work.ExitWriteLock();
        }
    }

    /// <summary>An object whose finalizer waits.</summary>
    private sealed class Plug(Plug.Gate gate)
    {
        ~Plug() => gate.Wait();

        /// <summary>Makes one without references to it.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal static void Drop(Gate gate) => _ = new Plug(gate);

        /// <summary>The place where the finalizer waits.</summary>
        internal sealed class Gate
        {
            private readonly object _changed = new();
            private bool _isReached;
            private bool _isOpen;

            internal bool IsReached(TimeSpan timeout)
            {
                lock (_changed)
                    return _isReached || (Monitor.Wait(_changed, timeout) && _isReached);
            }

            internal void Wait()
            {
                lock (_changed)
                {
                    _isReached = true;
                    Monitor.PulseAll(_changed);
                    while (!_isOpen)
                        Monitor.Wait(_changed);
                }
            }

            internal void Open()
            {
                lock (_changed)
                {
                    _isOpen = true;
                    Monitor.PulseAll(_changed);
                }
            }
        }
    }
}
