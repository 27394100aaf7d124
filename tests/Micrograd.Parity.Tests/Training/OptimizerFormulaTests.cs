using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Training;

/// <summary>An optimizer's formula is the engine's update: the same bits in doubles, and around them in enclosures.</summary>
public class OptimizerFormulaTests
{
    public static TheoryData<string, string> Choices
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var row in AllParts.Default.Optimizer.Rows.Values)
            {
                foreach (var setting in row.Settings.Select(s => s.Key).Prepend(""))
                    data.Add(row.Name, setting);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public void A_formula_has_the_engines_bits_and_its_enclosure_holds_them(string optimizer, string setting)
    {
        var choice = With(optimizer, setting);
        var formula = OptimizerRow.FormulaOf(choice);
        var bounds = new OptimizerBounds(choice, FloatFormat.Binary64);
        using var tape = new Tape();
        using var current = tape.Use();
        var parameter = new Value(0.3);
        var engine = ((OptimizerRow)choice.Row).Ours([parameter], choice);
        var (ours, rate, random) = (0.3, choice["lr"], new PythonRandom(7));
        var memory = formula.States.ToDictionary(s => s.Name, s => s.Initial);
        for (var step = 1; step <= 40; step++)
        {
            var gradient = random.Normal(0, step % 5 == 0 ? 1e-3 : 2);
            var enclosed = memory.ToDictionary(m => m.Key, m => Enclosure.Of(m.Value));
            var enclosure = bounds.Update(ours, Enclosure.Of(gradient), Enclosure.Of(rate), step, enclosed);
            parameter.ZeroGrad();
            using (tape.BeginStep())
                (parameter * gradient).Backward();
            engine.Step();
            ours = formula.Apply(DoubleArithmetic.Instance, ours, gradient, rate, step, memory);
            Assert.Equal(BitConverter.DoubleToInt64Bits(parameter.Data), BitConverter.DoubleToInt64Bits(ours));
            Assert.Equal(engine.States.Select(s => (s.Name, s.Values[0])).Order(), memory.Select(m => (m.Key, m.Value)).Order());
            Assert.True(enclosure.IsBounded && enclosure.Contains(ours), $"{ours} is not in {enclosure}");
            Assert.InRange(enclosure.Width, 0, 1e-11);
            Assert.All(memory, m => Assert.True(enclosed[m.Key].Contains(m.Value), $"{m.Key}: {m.Value} is not in {enclosed[m.Key]}"));
        }
    }

    [Fact]
    public void What_is_not_known_has_no_formula_of_another()
    {
        var parts = new TrainingParts([], [], [], [], [], [], []);
        Assert.Throws<KeyNotFoundException>(() => parts.Optimizer.Choose("lion"));
        var choice = AllParts.ClipOf("value", ("limit", 1.0));
        Assert.Throws<InvalidCastException>(() => new OptimizerBounds(choice, FloatFormat.Binary64));
    }

    /// <summary>The defaults with one setting changed, and what it needs.</summary>
    private static Choice With(string optimizer, string setting)
    {
        var row = AllParts.Default.Optimizer.Rows[optimizer];
        var choice = AllParts.OptimizerOf(optimizer, ("lr", 0.05));
        if (setting == "")
            return choice;
        if (setting is "nesterov" or "dampening")
            choice = choice.With("momentum", 0.9);
        return choice.With(setting, row.Settings.Single(s => s.Key == setting).Shape is FlagShape ? true : 0.25);
    }
}
