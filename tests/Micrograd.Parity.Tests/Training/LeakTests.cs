using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Training;
using TorchSharp;

namespace Micrograd.Parity.Tests.Training;

/// <summary>Alone, so that no other test's tensors are counted.</summary>
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
[Collection(nameof(LeakTests))]
public class LeakTests
{
    [Theory]
    [InlineData("Adam", MirrorKind.ZeroDim)]
    [InlineData("Adam", MirrorKind.Modules)]
    [InlineData("exploding start, normalised", MirrorKind.ZeroDim)]
    [InlineData("exploding start, normalised", MirrorKind.Modules)]
    public void A_run_leaves_no_tensor_behind(string name, MirrorKind mirror)
    {
        var run = TrainingRuns.All.Single(r => r.Name == name);
        Context.Compare(run, mirror, TrainingLength.Brief);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = torch.Tensor.TotalCount;

        Context.Compare(run, mirror, TrainingLength.Brief);

        Assert.Equal(before, torch.Tensor.TotalCount);
    }
}
