using System.Runtime.Versioning;
using Shell = Micrograd.Parity.Cli.Tests.Cli;

namespace Micrograd.Parity.Tools.Tests.Additions;

/// <summary>What CONTRIBUTING says one writes to add something, carried out on a copy of the repository.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class AdditionTests(AdditionTests.Additions added) : IClassFixture<AdditionTests.Additions>
{
    /// <summary>A copy with all additions. It is built with the skeletons of an operation in it, and again with that filled in.</summary>
    public sealed class Additions : IDisposable
    {
        public Additions()
        {
            Copy.CopyAll();
            AddedParts.Add(Copy);
            AddedSection.Add(Copy);
            AddedOp.WriteSkeleton(Copy);
            Copy.Build(restores: true);
            WithSkeleton = Copy.Run("run", "sinc", "--quiet");
            AddedOp.FillIn(Copy);
            Copy.Build(restores: false);
        }

        internal RepositoryCopy Copy { get; } = new();

        /// <summary>A run of the operation while it is a skeleton.</summary>
        internal Shell.Outcome WithSkeleton { get; }

        public void Dispose() => Copy.Dispose();
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void An_op_goes_from_skeleton_to_green()
    {
        Assert.Equal(1, added.WithSkeleton.Status);
        Assert.Contains("NotImplementedException: SincRule.Forward", added.WithSkeleton.Out, StringComparison.Ordinal);
        var green = added.Copy.Run("run", "sinc");
        Assert.True(green.Status == 0, green.Out + green.Error);
        Assert.Contains(green.Lines, l => l.StartsWith("PARITY: ", StringComparison.Ordinal));
        Assert.Contains(green.Lines, l => l.Contains("sinc", StringComparison.Ordinal) && l.Contains("same bits", StringComparison.Ordinal));
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void Each_part_of_a_training_a_program_and_a_training_are_compared_as_soon_as_they_are_written()
    {
        var training = added.Copy.Run("train", "mine.json");
        Assert.True(training.Status == 0, training.Out + training.Error);
        Assert.Contains(training.Lines, l => l.Contains("same bits", StringComparison.Ordinal));
        var program = added.Copy.Run("run", "a copy's own");
        Assert.True(program.Status == 0, program.Out + program.Error);
        Assert.Contains(program.Lines, l =>
            l.Contains("a copy's own", StringComparison.Ordinal) && l.Contains("same bits", StringComparison.Ordinal)
        );

        // The trace of another engine is judged by the same rows.
        var recorded = added.Copy.Run("record", "mine.json", "--out", "mine.jsonl");
        Assert.True(recorded.Status == 0, recorded.Out + recorded.Error);
        var check = added.Copy.Run("check", "mine.jsonl");
        Assert.True(check.Status == 0, check.Out + check.Error);
    }

    [Trait("Speed", "slow")]
    [Fact]
    public void A_section_of_the_report_stands_in_every_format_as_soon_as_it_has_its_row()
    {
        var report = added.Copy.Run("report", "tanh", "--out", "report");
        Assert.True(report.Status == 0, report.Out + report.Error);
        Assert.Contains("## Numbers a point", added.Copy.Read("report/report.md"), StringComparison.Ordinal);
        Assert.Contains("| tanh | 6 |", added.Copy.Read("report/report.md"), StringComparison.Ordinal);
        Assert.Contains("href=\"#per-point\"", added.Copy.Read("report/report.html"), StringComparison.Ordinal);
        Assert.Contains("\"per_point\": {", added.Copy.Read("report/report.json"), StringComparison.Ordinal);
        var saved = added.Copy.Run("report", "--from", "report/report.json", "--out", "again");
        Assert.True(saved.Status == 0, saved.Out + saved.Error);
        Assert.Equal(added.Copy.Read("report/report.html"), added.Copy.Read("again/report.html"));
    }
}
