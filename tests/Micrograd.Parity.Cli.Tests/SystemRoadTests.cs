namespace Micrograd.Parity.Cli.Tests;

/// <summary>What only the road by an installed libtorch has: the bridge, whose absence is how PyTorch's absence is shown here.</summary>
public class SystemRoadTests
{
    [Theory]
    [InlineData("run")]
    [InlineData("ops")]
    [InlineData("prove")]
    [InlineData("fuzz")]
    [InlineData("opinions")]
    [InlineData("report")]
    [InlineData("doctor")]
    public void Without_PyTorch_nothing_passes(string command)
    {
        string[] arguments = command == "report" ? [command, "--out", Path.GetTempPath()] : [command];
        var outcome = Cli.Run(arguments, ("PARITY_BRIDGE", "/no/such/bridge.so"));
        Assert.Equal(3, outcome.Status);
        Assert.Contains("apt-get install libtorch-dev", outcome.Out + outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("PARITY\n", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void List_and_draw_need_no_PyTorch()
    {
        Assert.Equal(0, Cli.Run(["list"], ("PARITY_BRIDGE", "/no/such/bridge.so")).Status);
        Assert.Equal(0, Cli.Run(["draw", "neuron"], ("PARITY_BRIDGE", "/no/such/bridge.so")).Status);
    }

    [Fact]
    public void A_LIBTORCH_that_names_an_empty_folder_is_told_and_exits_3()
    {
        var folder = Directory.CreateTempSubdirectory();
        var outcome = Cli.Start(Cli.Script, ["run", "neuron"], ("LIBTORCH", folder.FullName));
        Assert.Equal(3, outcome.Status);
        Assert.Contains(folder.FullName, outcome.Error, StringComparison.Ordinal);
        folder.Delete();
    }
}
