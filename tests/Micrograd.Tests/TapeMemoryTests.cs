using System.Globalization;

namespace Micrograd.Tests;

/// <summary>The memory of tapes, each case in a process of its own. What the system says of a process is read where it says so: on Linux.</summary>
public class TapeMemoryTests
{
    private const int SmallStack = 1 << 18;

    [Fact]
    public void An_idle_tape_takes_less_than_100_KB() => Assert.True(PeakOf(ManyThreads) - PeakOf(ShortThreads) < 100 * 500, "500 threads");

    [Fact]
    public void A_tape_is_freed_with_its_thread() => Assert.InRange(PeakOf(ShortThreads), 0, 100_000);

    [Fact]
    public void An_undisposed_tape_is_freed() => Assert.InRange(PeakOf(UndisposedTapes), 0, 100_000);

    [Fact]
    public void The_memory_of_an_undisposed_graph_is_freed() => Assert.InRange(PeakOf(UndisposedGraphs), 0, 250_000);

    [Fact]
    public void Tapes_leave_addresses_to_others()
    {
        if (!OperatingSystem.IsLinux())
            return;
        const int limit = 8_000_000;
        var words = OwnProcess.Run(FewAddresses, limit).Trim().Split(' ');
        Assert.Equal(["500500", "200"], words[..2]);
        Assert.InRange(int.Parse(words[2], CultureInfo.InvariantCulture), 0, limit - 200_000);
    }

    internal static void ManyThreads() => AtOnce(500, PrintPeak);

    internal static void ShortThreads()
    {
        for (var i = 0; i < 3000; i++)
        {
            var thread = new Thread(Compute, SmallStack);
            thread.Start();
            thread.Join();
        }

        PrintPeak();
    }

    internal static void UndisposedTapes()
    {
        for (var i = 0; i < 3000; i++)
        {
            using (new Tape().Use())
                Compute();
        }

        PrintPeak();
    }

    /// <summary>300 graphs of 4.4 MB.</summary>
    internal static void UndisposedGraphs()
    {
        for (var i = 0; i < 300; i++)
        {
            using (new Tape().Use())
            {
                var x = new Value(0.5);
                var y = x;
                for (var k = 0; k < 100_000; k++)
                    y = y * x + 0.1;
            }
        }

        PrintPeak();
    }

    /// <summary>One tape after another, then two hundred at once, where there are few addresses; and the most addresses there ever were in use, in KB.</summary>
    internal static void FewAddresses()
    {
        var sum = 0.0;
        for (var i = 1; i <= 1000; i++)
        {
            using (new Tape().Use())
                sum += (new Value(i) + 0).Data;
        }

        AtOnce(200, () => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sum} 200 {Peak("VmPeak")}")));
    }

    /// <summary>Runs an action while threads are there that have each computed with a tape of their own.</summary>
    private static void AtOnce(int count, Action action)
    {
        using var done = new ManualResetEventSlim();
        using var ready = new CountdownEvent(count);
        var threads = new List<Thread>();
        for (var i = 0; i < count; i++)
        {
            var thread = new Thread(
                () =>
                {
                    Compute();
                    ready.Signal();
                    done.Wait();
                },
                SmallStack
            );
            thread.Start();
            threads.Add(thread);
        }

        ready.Wait();
        action();
        done.Set();
        threads.ForEach(thread => thread.Join());
    }

    private static void Compute()
    {
        var x = new Value(3);
        (x * x + 1).Tanh().Backward();
    }

    /// <summary>Peak of the process' real memory, in KB; 0 where the system does not say.</summary>
    private static int PeakOf(Action action) => int.Parse(OwnProcess.Run(action), CultureInfo.InvariantCulture);

    private static void PrintPeak() => Console.WriteLine(Peak("VmHWM"));

    /// <summary>A peak that the system tells of this process, in KB; 0 where it does not.</summary>
    private static string Peak(string name) =>
        OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal))[(name.Length + 1)..^2].Trim()
            : "0";
}
