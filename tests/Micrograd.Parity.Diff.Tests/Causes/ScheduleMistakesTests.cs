using Micrograd.Parity.Diff.Causes;

namespace Micrograd.Parity.Diff.Tests.Causes;

public sealed class ScheduleMistakesTests
{
    private static readonly double[] s_falling = [0.1, 0.09, 0.081, 0.0729];

    public static TheoryData<string, double[]> Rates =>
        new()
        {
            { "learning-rate", [0.05, 0.045, 0.0405, 0.03645] },
            { "schedule-a-step-early", [0.09, 0.081, 0.0729, 0.06561] },
            { "schedule-a-step-late", [0.1, 0.1, 0.09, 0.081] },
            { "schedule-stepped-twice", [0.1, 0.081, 0.06561, 0.0531441] },
            { "not-scheduled", [0.1, 0.1, 0.1, 0.1] },
            { "another-schedule", [0.1, 0.05, 0.3, 0.2] },
        };

    [Theory]
    [MemberData(nameof(Rates))]
    public void A_mistake_in_a_schedule_is_named(string name, double[] port) =>
        Assert.Equal(name, ScheduleMistakes.OfRates(BySteps(s_falling), BySteps(port)).Name);

    [Fact]
    public void A_schedule_that_the_original_has_not_is_named() =>
        Assert.Equal("scheduled", ScheduleMistakes.OfRates(BySteps([0.1, 0.1, 0.1, 0.1]), BySteps(s_falling)).Name);

    private static SortedDictionary<int, double> BySteps(double[] rates) => new(rates.Index().ToDictionary());
}
