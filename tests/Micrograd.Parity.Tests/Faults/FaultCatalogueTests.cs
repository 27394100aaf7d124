using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Tests.Faults;

/// <summary>Every mistake is explained, and is one: it changes numbers.</summary>
public class FaultCatalogueTests
{
    [Fact]
    public void There_are_many_and_each_has_a_name_of_its_own()
    {
        var all = FaultCatalogue.All;
        Assert.True(all.Count >= 250, $"{all.Count}");
        Assert.Equal(all.Count, all.Select(f => f.Name).Distinct().Count());
        Assert.All(all, f => Assert.Matches("^[a-z0-9.-]+$", f.Name));
        foreach (var level in Enum.GetValues<FaultLevel>())
            Assert.True(all.Count(f => f.Level == level) >= 10);
    }

    [Fact]
    public void Every_op_has_some()
    {
        var with = OpFaults.All.Select(f => f.Model.Op!.Op).ToHashSet();
        Assert.All(ParitySuite.Default.Ops.All, op => Assert.Contains(op.Name, with));
    }

    [Fact]
    public void Each_is_explained_in_full() => Assert.All(FaultCatalogue.All, fault =>
        {
            foreach (var text in new[] { fault.Title, fault.What, fault.Effect, fault.Example, fault.Repair })
                Assert.True(text.Trim().Length > 0 && !text.Contains("  ", StringComparison.Ordinal), $"{fault.Name}: '{text}'");
            Assert.NotEqual(fault.What, fault.Effect);
            Assert.All(new[] { fault.What, fault.Effect, fault.Example, fault.Repair }, text =>
                Assert.True(text[^1] is '.' or '…' or ')', $"{fault.Name}: {text}")
            );
        });

    [Fact]
    public void Each_replaces_rules_at_one_place_only() => Assert.All(FaultCatalogue.All, fault =>
        {
            if (fault is TrainingFault training)
            {
                Assert.Equal(ModelRules.Right, training.Model);
                Assert.NotEqual(LoopRules.Right, training.Loop);
                Assert.True(training.CanBeIn(training.PlantedIn), fault.Name);
                return;
            }

            var (op, gather, sweep) = (fault.Model.Op is not null, fault.Model.Gather is not null, fault.Model.Sweep is not null);
            Assert.Equal(1, new[] { op, gather, sweep }.Count(x => x));
        });

    /// <summary>On numbers that had no part in choosing the mistakes.</summary>
    [Fact]
    public void Each_in_an_op_changes_its_numbers_at_other_points_too() => Assert.All(OpFaults.All, fault =>
        {
            var rule = fault.Model.Op!;
            var op = ParitySuite.Default.Ops[rule.Op];
            var random = new SeededRandom(5);
            var changed = op
                .Settings.SelectMany(s => Enumerable.Range(0, 60).Select(_ => (Settings: s, Operands: Draw(op, random, s))))
                .Any(point => Changes(op, point.Operands, point.Settings, rule));
            Assert.True(changed, fault.Name);
        });

    private static bool Changes(Op op, double[] operands, double[] settings, OpRule rule)
    {
        var call = OpCall.Create(op, operands, settings);
        if (!rule.Where(call))
            return false;
        if (rule.Value is not null && !Ulps.Same(rule.Value(call), call.Result))
            return true;
        var shares = call.Shares(-0.7);
        return rule.Share is not null && shares.Select((share, k) => !Ulps.Same(rule.Share(call, k, -0.7, share), share)).Any(x => x);
    }

    private static double[] Draw(Op op, SeededRandom random, double[] settings)
    {
        var operands = new double[op.Arity == Op.Any ? 4 : op.Arity];
        for (var k = 0; k < operands.Length; k++)
            operands[k] = op.Domains[Math.Min(k, op.Domains.Count - 1)].Draw(random);
        if (operands.Length > 1 && random.Next(5) == 0)
            operands[1] = operands[0];
        double[] kinks = [.. op.Kinks, .. settings, .. settings.Select(s => -s)];
        if (kinks.Length > 0 && random.Next(3) == 0)
            operands[0] = kinks[random.Next(kinks.Length)];
        return operands;
    }
}
