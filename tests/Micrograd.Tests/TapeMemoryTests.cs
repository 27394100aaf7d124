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
        if (OperatingSystem.IsLinux())
            Assert.Equal("500500 20", OwnProcess.Run(FewAddresses, addresses: 8_000_000).Trim());
    }

    internal static void ManyThreads()
    {
        using var done = new ManualResetEventSlim();
        using var ready = new CountdownEvent(500);
        var threads = new List<Thread>();
        for (var i = 0; i < 500; i++)
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
        PrintPeak();
        done.Set();
        threads.ForEach(thread => thread.Join());
    }

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

    /// <summary>One tape after another, then twenty at once, where there are few addresses.</summary>
    internal static void FewAddresses()
    {
        var sum = 0.0;
        for (var i = 1; i <= 1000; i++)
        {
            using (new Tape().Use())
                sum += (new Value(i) + 0).Data;
        }

        var tapes = new List<Tape>();
        for (var i = 0; i < 20; i++)
        {
            tapes.Add(new Tape());
            using (tapes[i].Use())
                Compute();
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sum} {tapes.Count(tape => tape.Count > 1)}"));
    }

    private static void Compute()
    {
        var x = new Value(3);
        (x * x + 1).Tanh().Backward();
    }

    /// <summary>Peak of the process' real memory, in KB; 0 where the system does not say.</summary>
    private static int PeakOf(Action action) => int.Parse(OwnProcess.Run(action), CultureInfo.InvariantCulture);

    private static void PrintPeak() =>
        Console.WriteLine(
            OperatingSystem.IsLinux()
                ? File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal))[6..^2].Trim()
                : "0"
        );
}
