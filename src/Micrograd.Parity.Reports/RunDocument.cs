using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Micrograd.Parity.Bounds;
using Micrograd.Parity.Comparing;
using Micrograd.Parity.Diagnosis.Judging;
using Micrograd.Parity.Engines.Torch;
using Micrograd.Parity.Inputs;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Programs;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Reports;

/// <summary>The JSON document's shape (docs/run.schema.json), to and from the result model. What is absent is null.</summary>
internal sealed record RunDocument(
    string Format,
    int Version,
    RunEnvironment Environment,
    CountsPart Summary,
    IReadOnlyList<ItemPart> Items,
    IReadOnlyList<FunctionPart>? Functions = null
)
{
    internal static RunDocument Of(RunReport report) =>
        new(
            JsonReport.Format,
            JsonReport.Version,
            report.Environment,
            CountsPart.Of(report.Summary),
            [.. report.Items.Select(ItemPart.Of)],
            report.Functions.Count == 0 ? null : [.. report.Functions.Select(FunctionPart.Of)]
        );

    internal RunReport ToReport()
    {
        var report = new RunReport(Environment, [.. Items.Select(ToResult)]) { Functions = [.. (Functions ?? []).Select(f => f.ToAgreement())] };
        return CountsPart.Of(report.Summary) == Summary
            ? report
            : throw new InvalidDataException("the summary is not the sum of the items' counts: the file was edited or cut.");
    }

    private static ItemResult ToResult(ItemPart item, int index)
    {
        try
        {
            return item.ToResult();
        }
        catch (InvalidDataException e)
        {
            throw new ItemException(index, e);
        }
    }
}

/// <summary>An item of a document does not hold together.</summary>
internal sealed class ItemException(int index, Exception reason) : Exception(reason.Message, reason)
{
    /// <summary>Index of the item.</summary>
    internal int Index => index;
}

internal sealed record FunctionPart(
    string Name,
    string Source,
    int Points,
    int SameBits,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ulong? GreatestUlp,
    StatedError OfC,
    StatedError OfTorch
)
{
    private static readonly Dictionary<FunctionSource, string> s_sources = new()
    {
        [FunctionSource.Mkl] = "mkl",
        [FunctionSource.CLibrary] = "c_library",
        [FunctionSource.TorchOp] = "torch_op",
    };

    internal static FunctionPart Of(FunctionAgreement f) =>
        new(f.Name, s_sources[f.Source], f.Points, f.SameBits, ItemPart.Ulp(f.GreatestUlp), f.OfC, f.OfTorch);

    internal FunctionAgreement ToAgreement() =>
        new(
            Name,
            s_sources.Where(s => s.Value == Source).Select(s => (FunctionSource?)s.Key).FirstOrDefault()
                ?? throw new InvalidDataException(
                    $"the function {PlainText.Short(Name)} comes from '{PlainText.Short(Source)}', which is none of {string.Join(", ", s_sources.Values)}."
                ),
            Points,
            SameBits,
            GreatestUlp ?? ulong.MaxValue,
            OfC,
            OfTorch
        );
}

internal sealed record ItemPart(
    string Name,
    string Kind,
    string Ours,
    string Theirs,
    int Points,
    CountsPart Counts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ulong? GreatestUlp,
    string Verdict,
    IReadOnlyList<FailurePart> Failures,
    IReadOnlyList<string> Errors,
    IReadOnlyList<string> Known,
    ExamplesPart TorchAgainstItself,
    string? Note = null,
    SamplesPart? Curve = null,
    SamplesPart? Kinks = null,
    GraphPart? Graph = null,
    TrainingPart? Training = null,
    BoundUsePart? BoundUse = null,
    FailureDiagnosis? Diagnosis = null,
    double? Seconds = null
)
{
    internal static ItemPart Of(ItemResult item) =>
        new(
            item.Name,
            item.Kind,
            item.Ours,
            item.Theirs,
            item.Points,
            CountsPart.Of(item.Counts),
            Ulp(item.GreatestUlp),
            JsonReport.Name(item.Verdict),
            [.. item.Failures.Select(FailurePart.Of)],
            item.Errors,
            item.Known,
            new ExamplesPart(item.TorchAgainstItself.Count, item.TorchAgainstItself.Examples),
            item.Note.Length == 0 ? null : item.Note,
            SamplesPart.Of(item.Curve),
            SamplesPart.Of(item.Kinks),
            GraphPart.Of(item.Graph),
            TrainingPart.Of(item.Training),
            BoundUsePart.Of(item.BoundUse),
            item.Diagnosis,
            item.Seconds == 0 ? null : item.Seconds
        );

    internal ItemResult ToResult()
    {
        var item = new ItemResult(Name, Kind)
        {
            Ours = Ours,
            Theirs = Theirs,
            Points = Points,
            Counts = Counts.ToCounts(),
            GreatestUlp = GreatestUlp ?? ulong.MaxValue,
            Failures = [.. Failures.Select(f => f.ToDifference())],
            Errors = Errors,
            Known = Known,
            Note = Note ?? "",
            BoundUse = BoundUse?.ToUse(),
            Details = ItemDetail.List(
                TorchAgainstItself.Count == 0 ? null
                    : TorchAgainstItself.Examples.Count == 0
                        ? throw new InvalidDataException(
                            $"{PlainText.Short(Kind)} '{PlainText.Short(Name)}' has a count of 'torch_against_itself', but no example."
                        )
                    : new TorchDisagreement(TorchAgainstItself.Count, TorchAgainstItself.Examples),
                Curve is null ? null : new OpFigures(Curve.ToSamples(), Kinks?.ToSamples()),
                Graph?.ToGraph(),
                Training?.ToSummary(),
                Diagnosis
            ),
            Seconds = Seconds ?? 0,
        };
        return JsonReport.Name(item.Verdict) == Verdict
            ? item
            : throw new InvalidDataException(
                $"{PlainText.Short(Kind)} '{PlainText.Short(Name)}' has the verdict '{PlainText.Short(Verdict)}', but its counts come to '{JsonReport.Name(item.Verdict)}'."
            );
    }

    /// <summary>A distance; null where one side is NaN or missing, as there is none.</summary>
    internal static ulong? Ulp(ulong ulp) => ulp == ulong.MaxValue ? null : ulp;
}

internal sealed record CountsPart(long Compared, long SameBits, long WithinBound, long Known, long Mismatch)
{
    internal static CountsPart Of(Counts c) => new(c.Compared, c.SameBits, c.WithinBound, c.Known, c.Mismatch);

    internal Counts ToCounts() => new(SameBits, WithinBound, Known, Mismatch);
}

/// <summary>Histogram of how much of their bounds the differences used.</summary>
internal sealed record BoundUsePart(NumberList UpTo, NumberList Count, long Unbounded, double Greatest)
{
    internal static BoundUsePart? Of(BoundUse? use) =>
        use is null
            ? null
            : new BoundUsePart(new NumberList(BoundUse.BinEnds), new NumberList([.. use.Bins.Select(n => (double)n)]), use.Unbounded, use.Greatest);

    internal BoundUse ToUse() =>
        UpTo.Plain.SequenceEqual(BoundUse.BinEnds) && Count.Plain.Count == BoundUse.BinEnds.Count
            ? new BoundUse([.. Count.Plain.Select(n => (long)n)], Unbounded, Greatest)
            : throw new InvalidDataException("the shares of bounds are counted in other bins than this program's.");
}

internal sealed record ExamplesPart(long Count, IReadOnlyList<string> Examples);

internal sealed record FailurePart(
    string Node,
    string Quantity,
    string Ours,
    string Theirs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ulong? Ulp,
    string At,
    string Again,
    string? Explanation = null,
    int? Step = null,
    string? Phase = null
)
{
    private const string Value = "value";
    private const string Gradient = "gradient";

    internal static FailurePart Of(Difference d) =>
        new(
            d.Node,
            d.Quantity == Programs.Quantity.Value ? Value : Gradient,
            Difference.Show(d.Ours),
            Difference.Show(d.Theirs),
            ItemPart.Ulp(d.Ulp),
            d.Input,
            d.Again,
            d.Explanation.Length == 0 ? null : d.Explanation,
            d.Place?.Step,
            d.Place?.PhaseName
        );

    internal Difference ToDifference() =>
        new(Node, Read(Quantity), Read(Ours, Node), Read(Theirs, Node), At, Verdict.Mismatch, Explanation ?? "")
        {
            Again = Again,
            Place = Step is { } step ? new TrainingPlace(step, ReadPhase(Phase)) : null,
        };

    private static TrainingPhase ReadPhase(string? phase) =>
        Enum.GetValues<TrainingPhase>().Cast<TrainingPhase?>().FirstOrDefault(p => new TrainingPlace(0, p!.Value).PhaseName == phase)
        ?? throw new InvalidDataException($"there is no phase '{PlainText.Short(phase ?? "")}' of a training step.");

    private static Quantity Read(string quantity) =>
        quantity switch
        {
            Value => Programs.Quantity.Value,
            Gradient => Programs.Quantity.Gradient,
            _ => throw new InvalidDataException($"a quantity is '{Value}' or '{Gradient}', not '{PlainText.Short(quantity)}'."),
        };

    private static double? Read(string number, string node) =>
        number == Difference.Show(null) ? null
        : double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) ? x
        : throw new InvalidDataException($"the failure at {PlainText.Short(node)} has '{PlainText.Short(number)}' for a number.");
}

internal sealed record TrainingPart(
    string Mirror,
    int Steps,
    int Parameters,
    bool Lockstep,
    double GreatestRelative,
    IReadOnlyList<CurvePoint> Curve,
    string? Setup = null,
    IReadOnlyList<TensorPart>? Final = null,
    DecisionPart? Decision = null
)
{
    private const string ZeroDim = "zero_dim";
    private const string Modules = "modules";

    internal static TrainingPart? Of(TrainingSummary? t) =>
        t is null
            ? null
            : new TrainingPart(
                t.Mirror == MirrorKind.ZeroDim ? ZeroDim : Modules,
                t.Steps,
                t.Parameters,
                t.Lockstep,
                t.GreatestRelative,
                t.Curve,
                t.Setup.Length == 0 ? null : t.Setup,
                t.Final.Count == 0 ? null : [.. t.Final.Select(TensorPart.Of)],
                DecisionPart.Of(t.Decision)
            );

    internal TrainingSummary ToSummary() =>
        new(
            Mirror switch
            {
                ZeroDim => MirrorKind.ZeroDim,
                Modules => MirrorKind.Modules,
                _ => throw new InvalidDataException($"a mirror is '{ZeroDim}' or '{Modules}', not '{PlainText.Short(Mirror)}'."),
            },
            Steps,
            Parameters,
            Lockstep,
            GreatestRelative,
            Curve
        )
        {
            Setup = Setup ?? "",
            Final = [.. (Final ?? []).Select(t => t.ToTensor())],
            Decision = Decision?.ToMap(),
        };
}

/// <summary>A tensor of parameters; theirs is written only where it differs from ours.</summary>
internal sealed record TensorPart(string Name, NumberList Shape, NumberList Ours, NumberList? Theirs = null)
{
    internal static TensorPart Of(TrainedTensor t)
    {
        var (ours, theirs) = (new NumberList(t.Ours), new NumberList(t.Theirs));
        return new TensorPart(t.Name, new NumberList([.. t.Shape.Select(n => (double)n)]), ours, theirs.SameAs(ours) ? null : theirs);
    }

    internal TrainedTensor ToTensor()
    {
        var ours = Ours.Plain;
        var theirs = Theirs?.Plain ?? ours;
        var shape = Shape.Plain.Select(n => (int)n).ToList();
        return ours.Count == theirs.Count && ours.Count == shape.Aggregate(1, (product, n) => product * n)
            ? new TrainedTensor(Name, shape, ours, theirs)
            : throw new InvalidDataException($"the tensor {PlainText.Short(Name)} has not as many numbers as its shape says.");
    }
}

/// <summary>Decisions over a plane; theirs is written only where it differs from ours.</summary>
internal sealed record DecisionPart(
    PlaneArea Area,
    int Side,
    double Threshold,
    NumberList X,
    NumberList Y,
    NumberList Targets,
    NumberList Ours,
    NumberList? Theirs = null
)
{
    internal static DecisionPart? Of(DecisionMap? map)
    {
        if (map is null)
            return null;
        var (ours, theirs) = (new NumberList(map.Ours), new NumberList(map.Theirs));
        return new DecisionPart(
            map.Area,
            map.Side,
            map.Threshold,
            new NumberList([.. map.Samples.Select(s => s.X)]),
            new NumberList([.. map.Samples.Select(s => s.Y)]),
            new NumberList([.. map.Samples.Select(s => s.Target)]),
            ours,
            theirs.SameAs(ours) ? null : theirs
        );
    }

    internal DecisionMap ToMap()
    {
        var (x, y, targets, ours) = (X.Plain, Y.Plain, Targets.Plain, Ours.Plain);
        var theirs = Theirs?.Plain ?? ours;
        return
            Side >= 2
            && x.Count == y.Count
            && x.Count == targets.Count
            && ours.Count > 0
            && ours.Count % (Side * Side) == 0
            && theirs.Count == ours.Count
            ? new DecisionMap(Area, Side, Threshold, [.. x.Select((first, i) => new PlaneSample(first, y[i], targets[i]))], ours, theirs)
            : throw new InvalidDataException("a decision has not as many numbers as its samples and its grid need.");
    }
}

/// <summary>Samples; theirs is written only where it differs from ours.</summary>
internal sealed record SamplesPart(string Along, NumberList At, SidePart Ours, SidePart? Theirs = null, NumberList? SecondAt = null)
{
    internal static SamplesPart? Of(Samples? samples)
    {
        if (samples is null)
            return null;
        var (ours, theirs) = (SidePart.Of(samples.Ours), SidePart.Of(samples.Theirs));
        return new SamplesPart(
            samples.Along,
            new NumberList(samples.At),
            ours,
            theirs.SameAs(ours) ? null : theirs,
            samples.SecondAt is { } second ? new NumberList(second) : null
        );
    }

    internal Samples ToSamples()
    {
        var at = At.Plain;
        var ours = Ours.ToSide();
        var theirs = Theirs?.ToSide() ?? ours;
        var second = SecondAt?.Plain;
        int[] counts =
        [
            ours.Values.Count,
            ours.Gradients.Count,
            theirs.Values.Count,
            theirs.Gradients.Count,
            second?.Count ?? at.Count,
            .. second is null ? [] : new[] { ours.SecondGradients?.Count ?? 0, theirs.SecondGradients?.Count ?? 0 },
        ];
        return counts.All(n => n == at.Count)
            ? new Samples(Along, at, ours, theirs) { SecondAt = second }
            : throw new InvalidDataException($"samples along {PlainText.Short(Along)} have not as many values and gradients as points.");
    }
}

internal sealed record SidePart(NumberList Values, NumberList Gradients, NumberList? SecondGradients = null)
{
    internal static SidePart Of(Side side) =>
        new(new NumberList(side.Values), new NumberList(side.Gradients), side.SecondGradients is { } second ? new NumberList(second) : null);

    internal bool SameAs(SidePart other) =>
        Values.SameAs(other.Values) && Gradients.SameAs(other.Gradients) && (SecondGradients?.SameAs(other.SecondGradients!) ?? true);

    internal Side ToSide() => new(Values.Plain, Gradients.Numbers) { SecondGradients = SecondGradients?.Numbers };
}

internal sealed record GraphPart(int Count, IReadOnlyList<NodePart> Nodes)
{
    internal static GraphPart? Of(ProgramGraph? graph) => graph is null ? null : new GraphPart(graph.Count, [.. graph.Nodes.Select(NodePart.Of)]);

    internal ProgramGraph ToGraph() => new(Count, [.. Nodes.Select(n => n.ToNode())]);
}

/// <summary>A node; theirs is written only where it differs from ours.</summary>
internal sealed record NodePart(
    int Index,
    NodeNumbers Ours,
    NodeNumbers? Theirs = null,
    string? Label = null,
    string? Op = null,
    NumberList? Settings = null,
    NumberList? Operands = null,
    bool Leaf = false
)
{
    internal static NodePart Of(NodeResult n) =>
        new(
            n.Index,
            n.Ours,
            NumberList.Same(n.Ours.Value, n.Theirs.Value) && NumberList.Same(n.Ours.Gradient, n.Theirs.Gradient) ? null : n.Theirs,
            n.Label,
            n.Op,
            n.Settings.Count == 0 ? null : new NumberList(n.Settings),
            n.Operands.Count == 0 ? null : new NumberList([.. n.Operands.Select(o => (double)o)]),
            n.IsLeaf
        );

    internal NodeResult ToNode() =>
        new(Index, Label, Op, Settings?.Plain ?? [], [.. (Operands?.Plain ?? []).Select(o => (int)o)], Leaf, Ours, Theirs ?? Ours);
}

/// <summary>A list of numbers, written on one line.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record NumberList(IReadOnlyList<double?> Numbers)
{
    internal NumberList(IReadOnlyList<double> numbers)
        : this([.. numbers.Select(x => (double?)x)]) { }

    internal IReadOnlyList<double> Plain =>
        [.. Numbers.Select(x => x ?? throw new InvalidDataException("a number is missing where there must be one."))];

    internal static bool Same(double? a, double? b) => a is { } x && b is { } y ? Ulps.Same(x, y) : a is null && b is null;

    internal bool SameAs(NumberList other) => Numbers.Count == other.Numbers.Count && Numbers.Zip(other.Numbers).All(p => Same(p.First, p.Second));

    private sealed class Converter : JsonConverter<NumberList>
    {
        private static readonly JsonSerializerOptions s_plain = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

        public override NumberList Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<double?[]>(ref reader, s_plain) ?? throw new JsonException("A list of numbers is missing."));

        public override void Write(Utf8JsonWriter writer, NumberList value, JsonSerializerOptions options)
        {
            var text = new StringBuilder("[");
            foreach (var x in value.Numbers)
                text.Append(text.Length > 1 ? ", " : "").Append(x is { } number ? JsonNumber.Text(number) : "null");
            writer.WriteRawValue(text.Append(']').ToString());
        }
    }
}
