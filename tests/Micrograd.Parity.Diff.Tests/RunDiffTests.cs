using Micrograd.Parity.Recording;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests;

public sealed class RunDiffTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("diff-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_run_is_the_same() => Assert.Equal(DiffVerdict.Same, Compare(new SmallRun(), new SmallRun()).Verdict);

    [Fact]
    public void Two_types_differ_by_rounding_alone()
    {
        var result = Compare(
            new SmallRun
            {
                Dtype = ScalarType.Float64,
                Steps = 20,
                Prepare = SmallRun.Alike,
            },
            new SmallRun { Steps = 20, Prepare = SmallRun.Alike }
        );
        Assert.Equal([], result.Findings);
    }

    [Fact]
    public void A_forgotten_zero_grad_is_seen_at_the_second_step()
    {
        var finding = Compare(new SmallRun(), new SmallRun { Clears = false }).Findings[0];
        Assert.Equal((Stage.Backward, 1), (finding.Stage, finding.Step));
        Assert.Equal(Side.Port, finding.WrongSides);
    }

    private DiffResult Compare(SmallRun original, SmallRun port) =>
        Diffs.Of(original.Record(Path.Combine(_folder, "original")), port.Record(Path.Combine(_folder, "port")));
}
