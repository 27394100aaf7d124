using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Tests;

public class FilterAndFigureTests
{
    private static readonly IReadOnlyList<IComparison> s_all = ParitySuite.Default.Comparisons();

    [Theory]
    [InlineData("tanh", "tanh")]
    [InlineData("TANH", "tanh")]
    [InlineData("hardsw", "hardswish")]
    [InlineData("soft*(0.5)", "softshrink(0.5)")]
    public void Selects_by_name(string filter, string expected) =>
        Assert.Equal([expected], ItemFilter.Parse(filter).Select(s_all).Select(c => c.Name));

    [Fact]
    public void Selects_by_kind() => Assert.All(ItemFilter.Parse("program").Select(s_all), c => Assert.Equal(ItemKind.Program, c.Kind));

    [Fact]
    public void Selects_all_without_a_filter() => Assert.Equal(s_all.Count, ItemFilter.Parse(null).Select(s_all).Count);

    [Fact]
    public void Reads_a_point()
    {
        var filter = ItemFilter.Parse("div @ 1, -5E-324 upstream -Infinity");
        Assert.Equal("div", filter.Pattern);
        Assert.Equal([1, -5e-324], filter.Point!.Value.Operands);
        Assert.Equal(double.NegativeInfinity, filter.Point.Value.Upstream);
        Assert.Equal(1, ItemFilter.Parse("tanh @ NaN").Point!.Value.Upstream);
    }

    [Theory]
    [InlineData("div @ one")]
    [InlineData("div @ 1,")]
    [InlineData("div @ 1 upstream 2 upstream 3")]
    public void Refuses_what_is_no_point(string filter) => Assert.Throws<FormatException>(() => ItemFilter.Parse(filter));

    [Theory]
    [InlineData("0.6044", 0.60444, true)]
    [InlineData("0.6044", 0.6045, false)]
    [InlineData("0.7071067811865476", 0.7071067811865476, true)]
    [InlineData("0.7071067811865476", 0.7071067811865477, false)]
    [InlineData("-7.286496", -7.2864960000000005, true)]
    [InlineData("20.0", 20.0, true)]
    [InlineData("20.0", double.NaN, false)]
    public void A_figure_is_met_by_the_numbers_that_print_so(string printed, double number, bool met) =>
        Assert.Equal(met, new PrintedFigure(0, Quantity.Value, printed).IsPrintOf(number));
}
