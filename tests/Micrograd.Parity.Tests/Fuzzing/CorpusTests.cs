using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Tools;

namespace Micrograd.Parity.Tests.Fuzzing;

/// <summary>Programs in files: written, read back, run again, and refused where they are broken.</summary>
public sealed class CorpusTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_differs_is_kept_and_run_first_the_next_time()
    {
        var fault = Probe.WrongGradientAt("relu", 0);
        var found = Run(
            new FuzzOptions
            {
                Programs = 20_000,
                Ops = ["relu", "mul"],
                StopAtFirst = true,
            },
            fault
        );
        Assert.NotEmpty(found.Failures);
        Assert.Equal(found.Failures.Count, Directory.GetFiles(_folder.FullName).Length);

        var replayed = Run(new FuzzOptions { Programs = 0 }, fault);
        Assert.Equal(found.Failures.Count, replayed.Replayed);
        Assert.Equal(found.Failures.Count, replayed.Tally.Differing);
        Assert.All(replayed.Failures, f => Assert.Equal("corpus", f.Kind));
        Assert.Equal(
            found.Failures.Select(f => ProgramWriter.Write(f.Program)).Order(),
            replayed.Failures.Select(f => ProgramWriter.Write(f.Program)).Order()
        );

        var mended = Run(new FuzzOptions { Programs = 0 }, fault: null);
        Assert.True(mended.Parity);
        Assert.Equal(found.Failures.Count, mended.Replayed);
        Assert.Equal(0, mended.Tally.Programs);
    }

    [Fact]
    public void Each_shard_runs_its_part_of_the_corpus()
    {
        var corpus = new Corpus(_folder.FullName, ParitySuite.Default.Ops);
        for (var i = 0; i < 5; i++)
            corpus.Keep(Campaigns.Generator().Make(1, i));
        Assert.Equal(3, Run(new FuzzOptions { Programs = 0, Shard = new Shard(1, 2) }, fault: null).Replayed);
        Assert.Equal(2, Run(new FuzzOptions { Programs = 0, Shard = new Shard(2, 2) }, fault: null).Replayed);
    }

    [Fact]
    public void A_program_is_read_as_it_was_written()
    {
        for (var i = 0; i < 200; i++)
        {
            var text = ProgramWriter.Write(Campaigns.Generator().Make(3, i));
            Assert.Equal(text, ProgramWriter.Write(ProgramReader.Read(text, ParitySuite.Default.Ops)));
        }

        var suite = ParitySuite.Default.Programs.Where(p => p.Nodes.Count < 100);
        Assert.All(suite, p =>
            Assert.Equal(ProgramWriter.Write(p), ProgramWriter.Write(ProgramReader.Read(ProgramWriter.Write(p), ParitySuite.Default.Ops)))
        );
    }

    [Theory]
    [InlineData(-0.0)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.Epsilon)]
    [InlineData(double.MaxValue)]
    [InlineData(0.1)]
    [InlineData(1e22)]
    public void Numbers_keep_all_their_bits(double number)
    {
        var program = new Program("x", [Node.Leaf(number)], [new Pass(0, number)]);
        var read = ProgramReader.Read(ProgramWriter.Write(program), ParitySuite.Default.Ops);
        Assert.True(Numerics.Ulps.Same(number, read.Nodes[0].Number));
        Assert.True(Numerics.Ulps.Same(number, read.Passes[0].Upstream));
    }

    [Fact]
    public void The_documented_example_is_read()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Above(AppContext.BaseDirectory)!, "docs", "program-format.md"));
        var example = document.Split("```json")[1].Split("```")[0];
        var program = ProgramReader.Read(example, ParitySuite.Default.Ops);
        Assert.False(ProgramCheck.Run(program, SuiteFixture.Context).Differs);
    }

    [Theory]
    [InlineData("no JSON", "{")]
    [InlineData("the document must be an object", "[]")]
    [InlineData("its format is 'x'", """{"format":"x"}""")]
    [InlineData("its version is 9", """{"format":"micrograd-parity-program","version":9}""")]
    [InlineData("the document has no 'name'", """{"format":"micrograd-parity-program","version":1}""")]
    [InlineData("has 'nods', which is unknown", """{"format":"micrograd-parity-program","version":1,"name":"x","nods":[]}""")]
    [InlineData("'nodes' of the document must be a list", """{"format":"micrograd-parity-program","version":1,"name":"x","nodes":{},"passes":[]}""")]
    public void A_broken_document_is_told(string message, string text) => Refused(message, text);

    [Theory]
    [InlineData("it has no nodes", "", "")]
    [InlineData("node 0 must be an object", "1", "")]
    [InlineData("node 0 must be one of leaf, constant and op; it is none", "{}", "")]
    [InlineData("it is leaf and op", """{"leaf":1,"op":"tanh"}""", "")]
    [InlineData("'leaf' is given twice", """{"leaf":1,"leaf":2}""", "")]
    [InlineData("is a leaf and has neither operands", """{"leaf":1,"operands":[]}""", "")]
    [InlineData("'leaf' of node 0 must be a number", """{"leaf":"one"}""", "")]
    [InlineData("node 0 has no 'operands'", """{"op":"tanh"}""", "")]
    [InlineData("an operand of node 0 must be a whole number", """{"op":"tanh","operands":[0.5]}""", "")]
    [InlineData("node 1: the catalogue has no op 'tahn'", """{"leaf":1},{"op":"tahn","operands":[0]}""", "")]
    [InlineData("node 1: operand 1 is not an earlier node", """{"leaf":1},{"op":"tanh","operands":[1]}""", "")]
    [InlineData("node 1: operand -1 is not an earlier node", """{"leaf":1},{"op":"tanh","operands":[-1]}""", "")]
    [InlineData("node 1: mul takes 2 operand(s), not 1", """{"leaf":1},{"op":"mul","operands":[0]}""", "")]
    [InlineData("sum takes one operand or more, not 0", """{"op":"sum","operands":[]}""", "")]
    [InlineData("clamp takes 2 setting(s), not 1", """{"leaf":1},{"op":"clamp","operands":[0],"settings":[1]}""", "")]
    [InlineData("pass 0: there is no node 3", """{"leaf":1}""", """{"root":3}""")]
    [InlineData("pass 0: node 0 has no gradient", """{"constant":1}""", """{"root":0}""")]
    [InlineData("pass 0 has no 'root'", """{"leaf":1}""", "{}")]
    [InlineData("'upstream' of pass 0 must be a number", """{"leaf":1}""", """{"root":0,"upstream":null}""")]
    [InlineData("'clear' of pass 0 must be true or false", """{"leaf":1}""", """{"root":0,"clear":1}""")]
    public void A_broken_program_is_told(string message, string nodes, string passes) =>
        Refused(message, $$"""{"format":"micrograd-parity-program","version":1,"name":"x","nodes":[{{nodes}}],"passes":[{{passes}}]}""");

    private void Refused(string message, string text)
    {
        var file = Path.Combine(_folder.FullName, "broken.json");
        File.WriteAllText(file, text);
        var raised = Assert.Throws<ProgramFormatException>(() => Run(new FuzzOptions { Programs = 0 }, fault: null));
        Assert.StartsWith(file, raised.Message, StringComparison.Ordinal);
        Assert.Contains(message, raised.Message, StringComparison.Ordinal);
    }

    private FuzzResult Run(FuzzOptions options, ModelRules? fault) =>
        Campaigns.Run(options, fault, new Corpus(_folder.FullName, ParitySuite.Default.Ops));
}
