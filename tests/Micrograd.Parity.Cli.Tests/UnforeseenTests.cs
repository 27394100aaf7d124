using System.CommandLine;

namespace Micrograd.Parity.Cli.Tests;

/// <summary>What nobody foresaw is told in one line and exits 2, wherever it is thrown.</summary>
[Collection(nameof(UnforeseenTests))]
public class UnforeseenTests
{
    public static TheoryData<string> Places => ["action", "task", "validator", "many at once"];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task An_exception_that_nobody_foresaw_is_one_line(string place)
    {
        var (status, text) = await Told(Throwing(place, new InvalidCastException("planted\u001b[31m\nPARITY")));
        Assert.Equal(2, status);
        var line = Assert.Single(text.TrimEnd('\n').Split('\n'));
        Assert.StartsWith(
            $"parity: this was not foreseen, and is a mistake of parity: InvalidCastException: planted\\u001b[31m\\nPARITY{(place == "many at once" ? "" : " (at Micrograd.")}",
            line,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Too_little_memory_is_told()
    {
        var (status, text) = await Told(Throwing("task", new InsufficientMemoryException()));
        Assert.Equal((2, "parity: there is not enough memory for this.\n"), (status, text));
    }

    [Fact]
    public async Task An_interruption_exits_130() => Assert.Equal(130, (await Told(Throwing("task", new OperationCanceledException()))).Status);

    private static async Task<(int Status, string Text)> Told(RootCommand root)
    {
        var text = new StringWriter();
        int status;
        using (Screen.RedirectError(text))
            status = await CommandLine.Run(root, ["fail"]);
        return (status, text.ToString());
    }

    private static RootCommand Throwing(string place, Exception planted)
    {
        var command = new Command("fail", "Fails.");
        if (place == "validator")
            command.Validators.Add(_ => throw planted);
        command.SetAction(
            (_, _) =>
                place switch
                {
                    "task" => Task.Run(int () => throw planted),
                    "many at once" => Task.Run(int () => throw new AggregateException(new AggregateException(planted))),
                    _ => throw planted,
                }
        );
        return [command];
    }
}
