using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Reports;

namespace Micrograd.Parity.Tests.Reports;

public class RunComparisonTests
{
    private static readonly RunEnvironment s_environment = new("2.10.0", "0.107.0", "AVX2", "2024.2", "A processor", ".NET", "Linux", 2, 1.5);

    [Fact]
    public void A_run_and_itself_are_the_same()
    {
        var comparison = new RunComparison(ReportFixture.Red, ReportFixture.Red);
        Assert.True(comparison.IsGood);
        Assert.Empty(comparison.Environment);
        Assert.All(comparison.Items, i => Assert.Equal(Change.Same, i.Change));
    }

    [Theory]
    [InlineData(10, 0, 0, 0UL, 20, 0, 0, 0UL, Change.Same)] // more points, all of them good
    [InlineData(10, 0, 0, 0UL, 9, 0, 1, 1UL, Change.Worse)]
    [InlineData(9, 0, 1, 1UL, 10, 0, 0, 0UL, Change.Better)]
    [InlineData(9, 0, 1, 1UL, 9, 0, 1, 2UL, Change.Worse)]
    [InlineData(9, 0, 1, 1UL, 9, 0, 1, ulong.MaxValue, Change.Worse)]
    [InlineData(8, 0, 2, 9UL, 9, 0, 1, 10UL, Change.Better)]
    [InlineData(10, 0, 0, 0UL, 9, 1, 0, 1UL, Change.Worse)]
    [InlineData(9, 0, 1, 1UL, 9, 1, 0, 1UL, Change.Better)]
    public void The_gravest_measure_decides(
        long same,
        long known,
        long mismatch,
        ulong ulp,
        long same2,
        long known2,
        long mismatch2,
        ulong ulp2,
        Change expected
    )
    {
        var comparison = new RunComparison(Run(Item("x", same, known, mismatch, ulp)), Run(Item("x", same2, known2, mismatch2, ulp2)));
        Assert.Equal(expected, comparison.Items.Single().Change);
        Assert.Equal(expected != Change.Worse, comparison.IsGood);
    }

    [Fact]
    public void An_error_is_worse_than_numbers() =>
        Assert.Equal(
            Change.Worse,
            new RunComparison(Run(Item("x", 1, 0, 1, 1)), Run(Item("x", 1, 0, 1, 1) with { Errors = ["bad"] })).Items.Single().Change
        );

    [Fact]
    public void New_and_gone_are_told()
    {
        var comparison = new RunComparison(Run(Item("a", 1), Item("b", 1)), Run(Item("b", 1), Item("c", 1)));
        Assert.Equal([Change.Same, Change.New, Change.Gone], comparison.Items.Select(i => i.Change));
        Assert.True(comparison.IsGood);
    }

    [Fact]
    public void What_is_new_and_mismatches_is_bad() => Assert.False(new RunComparison(Run(), Run(Item("a", 1, 0, 1, 1))).IsGood);

    [Fact]
    public void Other_surroundings_are_told()
    {
        var comparison = new RunComparison(Run(), new RunReport(s_environment with { Torch = "2.1.0", Filter = "tanh", Seconds = 9 }, []));
        const string Rest = "(TorchSharp 0.107.0, kernels AVX2, MKL 2024.2)";
        Assert.Equal([("PyTorch", $"PyTorch 2.10.0 {Rest}", $"PyTorch 2.1.0 {Rest}"), ("only", "everything", "tanh")], comparison.Environment);
    }

    [Fact]
    public void Another_processor_and_other_kernels_are_told()
    {
        var comparison = new RunComparison(Run(), new RunReport(s_environment with { Kernels = "DEFAULT", Mkl = null, Processor = "Another" }, []));
        Assert.Equal(
            [
                ("PyTorch", "PyTorch 2.10.0 (TorchSharp 0.107.0, kernels AVX2, MKL 2024.2)", "PyTorch 2.10.0 (TorchSharp 0.107.0, kernels DEFAULT)"),
                ("processor", "A processor", "Another"),
            ],
            comparison.Environment
        );
    }

    private static RunReport Run(params ItemResult[] items) => new(s_environment, items);

    private static ItemResult Item(string name, long same, long known = 0, long mismatch = 0, ulong ulp = 0) =>
        new(name, ItemKind.Op) { Counts = new Counts(same, 0, known, mismatch), GreatestUlp = ulp };
}
