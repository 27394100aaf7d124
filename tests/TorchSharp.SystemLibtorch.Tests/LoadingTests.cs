namespace TorchSharp.SystemLibtorch.Tests;

public class LoadingTests
{
    [Fact]
    public void The_bridge_says_what_it_is()
    {
        Assert.Matches(@"^\d+\.\d+\.\d+", SystemLibtorch.Version);
        Assert.Equal(SystemLibtorch.Version, __version__);
        Assert.NotEqual("unknown", SystemLibtorch.CpuCapability);
        Assert.True(File.Exists(SystemLibtorch.LibraryPath));
    }

    [Fact]
    public void A_bridge_that_is_not_there_is_named()
    {
        var before = Environment.GetEnvironmentVariable(SystemLibtorch.PathVariable);
        try
        {
            Environment.SetEnvironmentVariable(SystemLibtorch.PathVariable, "/nowhere/libbridge.so");
            var e = Assert.Throws<DllNotFoundException>(() => SystemLibtorch.LibraryPath);
            Assert.Contains("/nowhere/libbridge.so", e.Message, StringComparison.Ordinal);
            Assert.Contains("build.sh", e.Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(SystemLibtorch.PathVariable, before);
        }
    }

    [Fact]
    public void Threads_are_as_many_as_asked_for()
    {
        var before = get_num_threads();
        set_num_threads(1);
        Assert.Equal(1, get_num_threads());
        set_num_threads(before);
    }
}
