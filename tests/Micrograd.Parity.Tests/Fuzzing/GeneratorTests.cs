using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Tests.Fuzzing;

/// <summary>What random programs have in them.</summary>
public class GeneratorTests
{
    private static readonly List<Program> s_programs = [.. Enumerable.Range(0, 2000).Select(i => Campaigns.Generator().Make(5, i))];

    private static readonly List<Trace> s_traces = [.. s_programs.Select(p => SuiteFixture.Context.Ours.Run(p, p.DefaultInput))];

    [Fact]
    public void They_can_be_run() => Assert.All(s_programs, p => Assert.Null(ProgramRules.Problem(p, ParitySuite.Default.Ops)));

    [Fact]
    public void They_have_1_to_200_nodes()
    {
        Assert.Equal(1, s_programs.Min(p => p.Nodes.Count));
        Assert.Equal(ProgramGenerator.MaximumNodes, s_programs.Max(p => p.Nodes.Count));
    }

    [Fact]
    public void They_use_every_op_under_every_setting()
    {
        var used = s_programs
            .SelectMany(p => p.Nodes)
            .Where(n => n.Op is not null)
            .Select(n => $"{n.Op}({string.Join(' ', n.Settings)})")
            .ToHashSet();
        Assert.All(ParitySuite.Default.Ops.All.SelectMany(op => op.Settings.Select(s => $"{op.Name}({string.Join(' ', s)})")), name =>
            Assert.Contains(name, used)
        );
    }

    [Fact]
    public void They_share_nodes_widely_repeat_operands_and_hold_constants()
    {
        Assert.Contains(s_programs, p => p.Nodes.SelectMany(n => n.Operands).CountBy(o => o).Max(o => (int?)o.Value) > 40);
        Assert.True(s_programs.Count(p => p.Nodes.Any(n => n.Operands.Count == 2 && n.Operands[0] == n.Operands[1])) > 200);
        Assert.True(s_programs.Count(p => p.Nodes.Any(n => n.Op is null && !n.RequiresGrad)) > 200);
        Assert.True(s_programs.Count(p => p.Nodes.Any(n => n.Op == "sum" && n.Operands.Count > 8)) > 200);
    }

    [Fact]
    public void They_start_backward_from_several_roots_with_all_kinds_of_upstream_gradients()
    {
        Assert.True(s_programs.Count(p => p.Passes.DistinctBy(pass => pass.Root).Count() > 1) > 200);
        Assert.True(s_programs.Count(p => p.Passes.Count > 1 && p.Passes.DistinctBy(pass => pass.Root).Count() == 1) > 100);
        Assert.True(s_programs.Count(p => p.Passes.Any(pass => pass.Clear)) > 100);
        var upstreams = s_programs.SelectMany(p => p.Passes).Select(pass => pass.Upstream).ToList();
        Assert.All([1.0, 0.0, double.PositiveInfinity, double.NaN], u => Assert.Contains(u, upstreams));
    }

    [Fact]
    public void They_have_dead_branches_of_infinity_and_NaN_on_nodes_that_have_finite_gradients()
    {
        var dead = 0;
        for (var i = 0; i < s_programs.Count; i++)
        {
            var (program, trace) = (s_programs[i], s_traces[i]);
            dead += Enumerable
                .Range(0, program.Nodes.Count)
                .Count(n =>
                    program.Nodes[n].Op is not null
                    && !double.IsFinite(trace.Values[n])
                    && trace.Gradients[n] is null
                    && program.Nodes[n].Operands.Any(o => trace.Gradients[o] is { } g && double.IsFinite(g))
                );
        }

        Assert.True(dead > 300, $"{dead} dead branches");
    }

    [Fact]
    public void Most_of_their_numbers_are_finite_and_most_leaves_are_reached()
    {
        var values = s_traces.SelectMany(t => t.Values).ToList();
        var gradients = s_traces.SelectMany(t => t.Gradients).ToList();
        var (finite, reached) = (values.Count(double.IsFinite), gradients.Count(g => g is not null));
        var (some, zero) = (gradients.Count(g => g is { } x && double.IsFinite(x)), gradients.Count(g => g is 0.0));
        var figures = $"{values.Count} values, {finite} finite; {reached} gradients, {some} finite, {zero} of them 0";
        Assert.True(finite > 0.75 * values.Count, figures);
        Assert.True(reached > 0.55 * values.Count, figures);
        Assert.True(some - zero > 0.4 * reached, figures);
    }

    [Fact]
    public void One_seed_and_index_give_one_program()
    {
        Assert.Equal(ProgramWriter.Write(s_programs[1234]), ProgramWriter.Write(Campaigns.Generator().Make(5, 1234)));
        Assert.NotEqual(ProgramWriter.Write(s_programs[1234]), ProgramWriter.Write(Campaigns.Generator().Make(6, 1234)));
        var random = new SeededRandom(1, 2);
        Assert.Equal([9006, 2801, 75], Enumerable.Range(0, 3).Select(_ => random.Next(10_000)));
    }

    [Fact]
    public void They_can_be_made_of_some_ops_only()
    {
        var generator = Campaigns.Generator("tanh", "mul");
        var used = Enumerable.Range(0, 300).SelectMany(i => generator.Make(1, i).Nodes).Select(n => n.Op).OfType<string>().Distinct();
        Assert.Equal(["mul", "tanh"], used.Order());
    }

    [Fact]
    public void A_condition_alone_gives_no_gradient()
    {
        Node[] nodes = [Node.Leaf(1), Node.Constant(2), Node.Of("where", [0, 1, 1]), Node.Of("where", [1, 0, 1])];
        Assert.Equal([true, false, false, true], ProgramRules.WantsGradient(new Program("", nodes, []), ParitySuite.Default.Ops));
        Assert.Equal(0, ParitySuite.Default.Ops["where"].Condition);
        Assert.All(ParitySuite.Default.Ops.All.Where(op => op.Name != "where"), op => Assert.Null(op.Condition));
    }
}
