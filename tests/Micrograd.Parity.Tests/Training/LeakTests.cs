using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Training;
using TorchSharp;

namespace Micrograd.Parity.Tests.Training;

/// <summary>
/// By TorchSharp's statistics of this thread. The process's <c>Tensor.TotalCount</c> never comes down again for a <c>Parameter</c>, whose
/// constructor takes over another tensor's handle.
/// </summary>
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
        Context.Compare(run, mirror, TrainingLength.Brief); // a function's first use may make a tensor that the thread keeps
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Context.Compare(run, mirror, TrainingLength.Brief);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
