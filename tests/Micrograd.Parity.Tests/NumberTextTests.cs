using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Engines;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Tests.Traces;
using Micrograd.Parity.Tools;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests;

/// <summary>Whatever number is written anywhere is read back with the same bits.</summary>
public partial class NumberTextTests
{
    private const int NodesOfAProgram = 5_000;

    /// <summary>Powers of two that the runtime's shortest text misses.</summary>
    private static readonly double[] s_missed = [Math.ScaleB(1, -25), Math.ScaleB(1, -958)];

    private static readonly double[] s_numbers = [.. Numbers()];

    [Fact]
    public void The_numbers_are_those_that_are_hard_to_write()
    {
        Assert.Equal(2 * 2098, s_numbers.Where(x => double.IsPow2(Math.Abs(x))).Distinct().Count());
        Assert.True(s_numbers.Count(double.IsSubnormal) > 1000);
        Assert.True(s_numbers.Distinct().Count() > 110_000);
    }

    [Fact]
    public void A_text_names_the_number() => AssertSame(s_numbers, s_numbers.Select(x => Parse(NumberText.Of(x))));

    [Fact]
    public void A_text_is_the_runtimes_own_wherever_that_names_the_number()
    {
        var finite = s_numbers.Where(x => !double.IsNaN(x)).ToList();
        Assert.All(finite, x =>
            Assert.True(
                NumberText.Of(x) == x.ToString("R", CultureInfo.InvariantCulture)
                    || !Ulps.Same(Parse(x.ToString("R", CultureInfo.InvariantCulture)), x)
            )
        );
        Assert.Equal("2.9802322387695312E-08", NumberText.Of(s_missed[0]));
        Assert.Equal("-4.1045368012983762E-289", NumberText.Of(-s_missed[1]));
        Assert.Equal(
            ["0", "-0", "0.1", "5E-324", "1E+20", "NaN", "Infinity", "-Infinity"],
            new[] { 0, -0.0, 0.1, 5e-324, 1e20, double.NaN, double.PositiveInfinity, double.NegativeInfinity }.Select(NumberText.Of)
        );
    }

    [Fact]
    public void Numbers_of_a_runs_document_are_read_back()
    {
        var points = s_numbers.Select((x, i) => new CurvePoint(i, x, -x, x, x, i % 2 == 0 ? null : x)).ToList();
        var side = new SampledSide(s_numbers, [.. s_numbers.Select((x, i) => i % 7 == 0 ? (double?)null : x)]);
        var item = new ItemResult("x", ItemKind.Training)
        {
            Counts = new Counts(0, 0, 0, 1),
            Details =
            [
                new OpFigures(new Samples("x", s_numbers, side, side), null),
                new TrainingSummary(MirrorKind.Modules, points.Count, 1, true, s_missed[0], points),
            ],
            Failures = [new Difference("#0", Quantity.Value, s_missed[0], s_missed[1], "", Verdict.Mismatch)],
        };
        var environment = new RunEnvironment("2.10.0", "0.107.0", "AVX2", "2024.2", "A processor", ".NET", "Linux", 2, s_missed[0]);
        var text = JsonReport.Write(new RunReport(environment, [item]));

        var report = JsonReport.Read(text);
        var read = Assert.Single(report.Items);
        AssertSame([s_missed[0]], [report.Environment.Seconds]);
        AssertSame(s_numbers, read.Curve!.At);
        AssertSame(s_numbers, read.Curve!.Ours.Values);
        Assert.All(side.Gradients.Zip(read.Curve!.Ours.Gradients), pair => Assert.True(Same(pair.First, pair.Second)));
        AssertSame([s_missed[0]], [read.Training!.GreatestRelative]);
        var curve = read.Training!.Curve;
        AssertSame(s_numbers, curve.Select(p => p.Ours));
        AssertSame(s_numbers.Select(x => -x), curve.Select(p => p.Theirs));
        AssertSame(s_numbers, curve.Select(p => p.Drift));
        Assert.All(points.Zip(curve), pair => Assert.True(Same(pair.First.Parameters, pair.Second.Parameters)));
        AssertSame(s_missed, [read.Failures[0].Ours!.Value, read.Failures[0].Theirs!.Value]);
    }

    [Fact]
    public void Numbers_of_a_measurements_document_are_read_back()
    {
        var finite = s_numbers.Where(double.IsFinite).ToArray();
        var report = new BenchReport(
            "",
            new Dictionary<string, string>(),
            [],
            [new BenchRow("W1", BenchReport.Engine, finite, null)],
            [new GrowthPoint(1, s_missed[0]), new GrowthPoint(2, s_missed[1])],
            new HarnessTime("run", s_missed[0], 2),
            []
        );
        var read = BenchJson.Read(JsonPlace.Parse(BenchJson.Write(report)));
        AssertSame(finite, read.Rows[0].Nanoseconds);
        AssertSame(s_missed, read.Growth.Select(p => p.NanosecondsPerNode));
        AssertSame([s_missed[0]], [read.Harness!.Seconds]);
    }

    [Fact]
    public void Numbers_of_a_trace_are_read_back()
    {
        using var stream = new MemoryStream();
        TraceWriter.Graphs(stream, "", trace =>
        {
            trace.BeginGraph("numbers", "0", s_missed[0]);
            for (var i = 0; i < s_numbers.Length; i++)
                trace.Node(new TraceNode(i.ToString(CultureInfo.InvariantCulture), 0) { Value = s_numbers[i], Gradient = -s_numbers[i] }, []);
        });
        using var reader = Checked.Open(stream.ToArray());
        var graph = Assert.Single(reader.Graphs());
        AssertSame([s_missed[0]], [graph.Upstream]);
        AssertSame(s_numbers, graph.Nodes.Select(n => n.Value));
        AssertSame(s_numbers.Select(x => -x), graph.Nodes.Select(n => n.Gradient!.Value));
    }

    [Fact]
    public void Numbers_of_a_program_are_read_back() => Assert.All(Programs(), program =>
        {
            var read = ProgramReader.Read(ProgramWriter.Write(program), ParitySuite.Default.Ops);
            AssertSame(program.Nodes.Select(n => n.Number), read.Nodes.Select(n => n.Number));
            AssertSame(program.Passes.Select(p => p.Upstream), read.Passes.Select(p => p.Upstream));
        });

    [Fact]
    public void A_test_in_CSharp_has_the_programs_numbers() => Assert.All(Programs(), program => AssertSame(
                program.Nodes.Select(n => n.Number),
                CSharpLeaf()
                    .Matches(CSharpSource.TestOf(program))
                    .Select(m =>
                        m.Groups[1].Value switch
                        {
                            "double.NaN" => double.NaN,
                            "double.PositiveInfinity" => double.PositiveInfinity,
                            "double.NegativeInfinity" => double.NegativeInfinity,
                            var literal => Parse(literal),
                        }
                    )
            ));

    [Fact]
    public void A_script_in_Python_has_the_programs_numbers() => Assert.All(Programs(), program =>
        {
            var trace = new Trace([.. program.Nodes.Select(n => n.Number)], [.. program.Nodes.Select(n => (double?)n.Number)]);
            var script = PythonSource.ScriptOf(program, ParitySuite.Default.Ops, trace);
            AssertSame(
                program.Nodes.Select(n => n.Number),
                PythonLeaf()
                    .Matches(script)
                    .Select(m =>
                        m.Groups[1].Value switch
                        {
                            "float('nan')" => double.NaN,
                            "float('inf')" => double.PositiveInfinity,
                            "float('-inf')" => double.NegativeInfinity,
                            var literal when PythonFloat().IsMatch(literal) => Parse(literal),
                            var other => throw new FormatException($"Python has no float '{other}'."),
                        }
                    )
            );
        });

    [Fact]
    public void A_program_recorded_by_the_engine_keeps_its_bits()
    {
        const string Text =
            """{"format":"micrograd-parity-program","version":1,"name":"pow2","nodes":[{"leaf":2.9802322387695312e-08,"label":"x"},{"leaf":1,"label":"y"},{"op":"mul","operands":[0,1]}],"passes":[{"root":2}]}""";
        var recorded = Checked.Recorded(ProgramReader.Read(Text, ParitySuite.Default.Ops));
        using var reader = Checked.Open(Encoding.UTF8.GetBytes(recorded));
        var nodes = Assert.Single(reader.Graphs()).Nodes;
        AssertSame([s_missed[0], 1, s_missed[0]], nodes.Select(n => n.Value));
        AssertSame([1, s_missed[0], 1], nodes.Select(n => n.Gradient!.Value));
        Assert.False(Checked.Of(recorded).HasMistakes);
    }

    [Fact]
    public void What_is_shown_names_the_number() => Assert.All(s_missed, x =>
        {
            var text = x.ToString("G17", CultureInfo.InvariantCulture);
            var value = new Value(x) { Grad = x };
            Assert.Equal($"Value(data={text}, grad={text})", value.ToString());
            Assert.Equal(text, Wording.Full(x));
            Assert.Equal(text, LocatingWords.Number(x));
            Assert.Equal($"pow_number({text})", new OpComparison(ParitySuite.Default.Ops["pow_number"], [x]).Name);
            Assert.Contains($"lr {text}", AllParts.OptimizerOf("sgd", ("lr", x)).ToString(), StringComparison.Ordinal);
        });

    [Fact]
    public void The_sources_have_one_writer_of_numbers()
    {
        var root = Repository.Above(AppContext.BaseDirectory)!;
        var files = Directory
            .EnumerateFiles(Path.Combine(root, "src"), "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "comparisons"), "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "tools"), "*", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(root, f).Replace('\\', '/'))
            .Where(f => Path.GetExtension(f) is ".cs" or ".razor" && !f.Contains("/obj/", StringComparison.Ordinal));
        var writers = files.Where(f => RoundTripFormat().IsMatch(File.ReadAllText(Path.Combine(root, f))));
        Assert.Equal(["src/Micrograd/Persistence/NumberText.cs"], writers);
    }

    [Theory]
    [InlineData("x.ToString(\"R\", CultureInfo.InvariantCulture)")]
    [InlineData("x.ToString(\"r\")")]
    [InlineData("x.ToString(\"G17\")")]
    [InlineData("$\"[{Low:R}]\"")]
    public void Another_writer_would_be_found(string code) => Assert.Matches(RoundTripFormat(), code);

    /// <summary>Calls that make text of a double by themselves, in whose default format the runtime's shortest is hidden.</summary>
    [Theory]
    [InlineData(typeof(Value))]
    [InlineData(typeof(ParityRun))]
    [InlineData(typeof(Micrograd.Parity.Reports.Html.HtmlReport))]
    [InlineData(typeof(ParitySuite))]
    public void No_number_is_written_in_the_runtimes_default_format(Type ofAssembly) =>
        Assert.Equal("", string.Join(", ", DefaultFormats(ofAssembly.Assembly)));

    [Fact]
    public void A_default_format_would_be_found()
    {
        var found = DefaultFormats(typeof(NumberTextTests).Assembly).ToList();
        Assert.All(Planted(), call => Assert.Contains(call, found));
    }

    /// <summary>Makes the calls that are looked for, and names them.</summary>
    private static string[] Planted()
    {
        double? number = s_missed[0];
        var x = number.Value;
        JsonNode[] nodes = [x, ((JsonNode?)number)!, JsonValue.Create(x)];
        string[] texts = [$"{x}", $"{number}", x.ToString(CultureInfo.InvariantCulture), new StringBuilder().Append(x).ToString()];
        Assert.Equal(7, nodes.Length + texts.Length);
        return
        [
            "DefaultInterpolatedStringHandler.AppendFormatted<Double>(!!0)",
            "DefaultInterpolatedStringHandler.AppendFormatted<Nullable`1<Double>>(!!0)",
            "Double.ToString(IFormatProvider)",
            "JsonNode.op_Implicit(Double)",
            "JsonNode.op_Implicit(Nullable`1<Double>)",
            "JsonValue.Create(Double, Nullable`1<JsonNodeOptions>)",
            "StringBuilder.Append(Double)",
        ];
    }

    private static IEnumerable<string> DefaultFormats(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        var calls = new List<string>();
        foreach (var handle in Enumerable.Range(1, metadata.GetTableRowCount(TableIndex.MemberRef)).Select(MetadataTokens.MemberReferenceHandle))
        {
            if (metadata.GetMemberReference(handle).GetKind() == MemberReferenceKind.Method)
                calls.Add(Name(metadata, handle, ""));
        }

        foreach (var handle in Enumerable.Range(1, metadata.GetTableRowCount(TableIndex.MethodSpec)).Select(MetadataTokens.MethodSpecificationHandle))
        {
            var method = metadata.GetMethodSpecification(handle);
            if (method.Method.Kind == HandleKind.MemberReference)
                calls.Add(
                    Name(metadata, (MemberReferenceHandle)method.Method, $"<{string.Join(", ", method.DecodeSignature(new TypeNames(), null))}>")
                );
        }

        return calls.Where(c => DefaultFormat().IsMatch(c));
    }

    private static string Name(MetadataReader metadata, MemberReferenceHandle handle, string arguments)
    {
        var member = metadata.GetMemberReference(handle);
        var type = member.Parent.Kind switch
        {
            HandleKind.TypeReference => metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name),
            HandleKind.TypeSpecification => metadata
                .GetTypeSpecification((TypeSpecificationHandle)member.Parent)
                .DecodeSignature(new TypeNames(), null),
            _ => "",
        };
        return $"{type}.{metadata.GetString(member.Name)}{arguments}({string.Join(", ", member.DecodeMethodSignature(new TypeNames(), null).ParameterTypes)})";
    }

    /// <summary>All powers of two and their neighbours, zeros, subnormal numbers, what is no number, and random bits.</summary>
    private static IEnumerable<double> Numbers()
    {
        for (var exponent = -1074; exponent <= 1023; exponent++)
        {
            var power = Math.ScaleB(1, exponent);
            foreach (var x in new[] { power, Math.BitDecrement(power), Math.BitIncrement(power) })
            {
                yield return x;
                yield return -x;
            }
        }

        foreach (var x in new[] { double.MaxValue, double.MinValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0 })
            yield return x;
        var random = new SeededRandom(1);
        for (var i = 0; i < 1000; i++)
            yield return BitConverter.UInt64BitsToDouble(random.NextBits() >> random.Next(12, 64));
        for (var i = 0; i < 100_000; i++)
            yield return BitConverter.UInt64BitsToDouble(random.NextBits());
    }

    private static IEnumerable<Program> Programs() =>
        s_numbers
            .Chunk(NodesOfAProgram)
            .Select(
                (numbers, i) =>
                    new Program(
                        $"numbers {i}",
                        [.. numbers.Select((x, k) => k % 2 == 0 ? Node.Leaf(x) : Node.Constant(x))],
                        [new Pass(0, numbers[0])]
                    )
            );

    private static double Parse(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static bool Same(double? a, double? b) => a is { } x && b is { } y ? Ulps.Same(x, y) : a is null && b is null;

    private static void AssertSame(IEnumerable<double> expected, IEnumerable<double> actual)
    {
        var written = expected.ToList();
        var read = actual.ToList();
        Assert.Equal(written.Count, read.Count);
        Assert.DoesNotContain(written.Zip(read), p => !Ulps.Same(p.First, p.Second));
    }

    [GeneratedRegex("""ToString\("([Rr]|[Gg]17)"|\{[^{}"]*:([Rr]|[Gg]17)\}""")]
    private static partial Regex RoundTripFormat();

    [GeneratedRegex(
        @"^(DefaultInterpolatedStringHandler|AppendInterpolatedStringHandler)\.AppendFormatted<(Double|Nullable`1<Double>)>\([^,]*(, Int32)?\)$"
            + @"|^Double\.ToString\((IFormatProvider)?\)$|^String\.(Join|Concat)<(Double|Nullable`1<Double>)>|^Convert\.ToString\(Double"
            + @"|^JsonNode\.op_Implicit\(.*Double|^JsonValue\.Create(<.*Double.*>|\(.*Double)|^Utf8JsonWriter\..*Double|^JsonSerializer\.Serialize.*<.*Double.*>\("
            + @"|^(StringBuilder|TextWriter|StringWriter|Console)\.\w+\(.*Double"
    )]
    private static partial Regex DefaultFormat();

    [GeneratedRegex(@"Node\.(?:Leaf|Constant)\(([^)]*)\)")]
    private static partial Regex CSharpLeaf();

    [GeneratedRegex(@"^n\d+ = number\((.*?)(?:, requires_grad=True)?\)$", RegexOptions.Multiline)]
    private static partial Regex PythonLeaf();

    [GeneratedRegex(@"^-?(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][-+]?\d+)?$")]
    private static partial Regex PythonFloat();

    private sealed class TypeNames : ISignatureTypeProvider<string, object?>
    {
        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            reader.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
            reader.GetString(reader.GetTypeReference(handle).Name);

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
            $"{genericType}<{string.Join(", ", typeArguments)}>";

        public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

        public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

        public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[,]";

        public string GetSZArrayType(string elementType) => $"{elementType}[]";

        public string GetByReferenceType(string elementType) => $"{elementType}&";

        public string GetPointerType(string elementType) => $"{elementType}*";

        public string GetFunctionPointerType(MethodSignature<string> signature) => "method*";

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetPinnedType(string elementType) => elementType;
    }
}
