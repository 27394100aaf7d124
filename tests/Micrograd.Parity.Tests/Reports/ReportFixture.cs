using Micrograd.Parity.Comparing;
using Micrograd.Parity.Comparisons;
using Micrograd.Parity.Comparisons.Faults;
using Micrograd.Parity.Comparisons.Training;
using Micrograd.Parity.Comparisons.Training.Parts;
using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Diagnosis.Matching;
using Micrograd.Parity.Fuzzing;
using Micrograd.Parity.Fuzzing.Oracles;
using Micrograd.Parity.Numerics;
using Micrograd.Parity.Reports;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Tests.Reports;

/// <summary>Runs to be reported: one of everything that agrees, one with planted mistakes and every kind of verdict there is.</summary>
public static class ReportFixture
{
    private static readonly RunContext s_context = SuiteFixture.Context with { Figures = true, Points = 20 };

    private static readonly RunEnvironment s_environment = new(
        "2.10.0",
        "0.107.0",
        "AVX2",
        "2024.2",
        "A processor",
        ".NET 10.0",
        "Linux, X64",
        2,
        1.5
    )
    {
        Time = new DateTimeOffset(2025, 3, 4, 5, 6, 7, TimeSpan.Zero),
        Commit = "0123456789ab",
    };

    /// <summary>The document of a campaign that found a mistake.</summary>
    public static string FuzzDocument { get; } = MakeFuzz();

    /// <summary>A document of planted mistakes, one of them not caught.</summary>
    public const string FaultsDocument = """
        {
          "format": "micrograd-parity-faults",
          "version": 2,
          "alarms": ["x"],
          "summary": {
            "planted": 2, "caught": 1, "named_first": 1, "named_first_or_tied": 1,
            "fault_free_programs": 3, "fault_free_trainings": 4,
            "levels": {"op": {"planted": 2, "caught": 1, "named_first": 1, "named_first_or_tied": 1}}
          },
          "items": [
            {"name": "a", "level": "op", "title": "A", "caught": true, "place": "#1", "rank": 1, "alike": [], "named": [{"name": "a", "fit": 1}]},
            {"name": "b", "level": "op", "title": "B", "caught": false, "place": null, "rank": null, "alike": [], "named": []}
          ]
        }
        """;

    /// <summary>A document of third opinions with one of everything.</summary>
    public static string OpinionsDocument =>
        OpinionsJson.Write(
            new OpinionsReport(
                s_environment,
                [
                    new ItemOpinion(
                        "relu6",
                        ItemKind.Op,
                        new DifferenceOpinion(5, 1, 7.5, 11.25, [new RefusedGradient("x 1", 0.5, null, 0.25, 1e-9, false)]),
                        [new KinkSlopes("x 6", 1, null, 0, 0)],
                        new TruthOpinion(12, new ErrorsOfSide(0.5, 1.5, 0), new ErrorsOfSide(0.5, 1.25, 0), new ErrorsOfSide(0.75, 2, 1), 3, 2, 1)
                        {
                            SpecialPoints = [new SpecialPoint("x NaN", Programs.Quantity.Gradient, 1, double.NaN, 0, -0.0, double.PositiveInfinity)],
                        }
                    )
                    {
                        Reason = "rounding",
                    },
                ]
            )
        );

    /// <summary>Everything, and it agrees.</summary>
    public static RunReport Green { get; } = new(s_environment, ParityRun.Run(ParitySuite.Default.Comparisons(), s_context));

    /// <summary>Mistakes in the value of exp, in a gradient of maximum, in backward, and an exception; a known difference; texts that look like markup.</summary>
    public static RunReport Red { get; } = MakeRed();

    /// <summary>The third opinions of <see cref="Red"/>, and beside them what vectors of a process with plain kernels gave: other numbers than all the rest.</summary>
    public static RunReport RedWithPlainVectors =>
        Red with
        {
            Beside = Red.Beside with
            {
                Opinions = Red.Beside.Opinions! with
                {
                    Items = PlainOpinions.Beside(
                        Red.Beside.Opinions.Items,
                        Red.Beside.Opinions.Items.ToDictionary(
                            item => item.Name,
                            item =>
                                item.Truth with
                                {
                                    Vector = item.Truth.Vector is null ? null : new ErrorsOfSide(1234.5, 6789.5, 0),
                                    SpecialPoints = [.. item.Truth.SpecialPoints.Select(p => p with { Vector = p.Vector is null ? null : -77.25 })],
                                }
                        )
                    ),
                },
            },
        };

    public static TheoryData<string> Names => ["green", "red"];

    public static RunReport Report(string name) => name == "green" ? Green : Red;

    private static RunReport MakeRed()
    {
        var context = s_context with
        {
            Ours = new ModelBackend(ParitySuite.Default.Ops, Probe.NudgedValue("exp") with { Gather = (_, share) => share }),
            Known = [new KnownDifference("exp", "at 0.5", (point, _, _) => point[0] == 0.5, "Nudged | by *one* <ulp>.")],
        };
        string[] names =
        [
            "tanh",
            "exp",
            "relu6",
            "clamp(-1, 1)",
            "clamp(1, -1)",
            "sum",
            "where",
            "neuron",
            "neuron, tanh spelled out",
            "5 / x",
            "a · a",
        ];
        var items = Run(
            [.. ParitySuite.Default.Comparisons().Where(c => names.Contains(c.Name) || c.Name.StartsWith("a chain", StringComparison.Ordinal))],
            context
        );
        var trainings = ParityRun.Run(
            [
                new TrainingComparison(
                    ParitySuite.Default.TrainingRuns.Single(r => r.Name == "cross-entropy, sum"),
                    MirrorKind.Modules,
                    ParitySuite.Default.Ops
                ),
                new TrainingComparison(
                    ParitySuite.Default.TrainingRuns.Single(r => r.Name == "neuron, one step"),
                    MirrorKind.ZeroDim,
                    ParitySuite.Default.Ops
                ),
            ],
            s_context
        );
        return new RunReport(
            s_environment with
            {
                Filter = "some <of> them & \"others\"",
            },
            [
                .. items,
                .. Run(
                    [ParitySuite.Default.Comparisons().First(c => c.Name == "maximum")],
                    s_context with
                    {
                        Ours = new ModelBackend(ParitySuite.Default.Ops, Probe.WrongGradientAt("maximum", 0)),
                    }
                ),
                .. Run(
                    [new TrainingComparison(MistakenTraining(), MirrorKind.ZeroDim, ParitySuite.Default.Ops)],
                    s_context with
                    {
                        TrainingLength = TrainingLength.Full,
                    }
                ),
                .. trainings,
                new ItemResult("broken | <b>&\u0001", ItemKind.Training) { Errors = ["Exception: `bad` ]]> & worse\nsecond line"] },
                new ItemResult("no gradient", ItemKind.Op)
                {
                    Counts = new Counts(0, 0, 0, 1),
                    GreatestUlp = ulong.MaxValue,
                    Failures =
                    [
                        new Difference("#0 leaf", Programs.Quantity.Gradient, null, -0.0, "NaN", Verdict.Mismatch, "Nothing arrived.")
                        {
                            Again = "./parity run \"x\"",
                        },
                    ],
                },
            ]
        )
        {
            Beside = new Companions
            {
                Fuzz = Companions.None.With(FuzzDocument).Fuzz,
                Bench = MakeBench(),
                Faults = MakeFaults(),
                Opinions = PreciseArithmetic.IsInstalled ? MakeOpinions(context) : null,
            },
        };
    }

    /// <summary>Runs, and looks for the reason of what fails.</summary>
    private static IReadOnlyList<ItemResult> Run(IReadOnlyList<IComparison> comparisons, RunContext context) =>
        new RunDiagnosis(ParitySuite.Default.Ops, new FaultDiagnosis(ParitySuite.Default.Ops, FaultCatalogue.All, AnyMlp.Model)).Diagnose(
            comparisons,
            ParityRun.Run(comparisons, context),
            context
        );

    /// <summary>Of ops with kinks and special points, one of them with a wrong gradient.</summary>
    private static OpinionsReport MakeOpinions(RunContext context)
    {
        string[] names = ["relu6", "exp", "neuron"];
        var mistaken = context with
        {
            Ours = new ModelBackend(ParitySuite.Default.Ops, new() { Op = new OpRule("exp") { Share = (_, _, _, right) => 1.01 * right } }),
        };
        return new OpinionsReport(
            s_environment,
            ThirdOpinions.Ask(
                [.. ParitySuite.Default.Comparisons().Where(c => names.Contains(c.Name))],
                ParitySuite.Default.Ops,
                mistaken,
                KnownRefusals.All
            )
        );
    }

    /// <summary>A network in the plane that learns a little faster on our side.</summary>
    private static TrainingRun MistakenTraining()
    {
        var spec = new TrainingSpec
        {
            Name = "XOR, learning too fast",
            Sizes = [2, 4, 1],
            Activations = ["tanh", "tanh"],
            Init = AllParts.InitOf("uniform"),
            Data = AllParts.DataOf("xor", ("signed", true)),
            Loss = AllParts.LossOf("mse_loss", ("reduction", "sum")),
            Optimizer = AllParts.OptimizerOf("sgd", ("lr", 0.1)),
            Steps = 200,
        };
        return AnyMlp.Run(spec) with { Ours = AnyMlp.Run(spec with { Optimizer = spec.Optimizer.With("lr", 0.12) }).Ours };
    }

    /// <summary>A campaign that finds the mistake in exp.</summary>
    private static string MakeFuzz()
    {
        var folder = Directory.CreateTempSubdirectory();
        var context = s_context with { Ours = new ModelBackend(ParitySuite.Default.Ops, Probe.NudgedValue("exp")) };
        var options = new FuzzOptions
        {
            Seed = 2,
            Programs = 200,
            Shard = Shard.Whole,
            Ops = ["exp", "mul"],
            StopAtFirst = true,
        };
        var result = new FuzzCampaign(options, ParitySuite.Default.Ops, context, new Corpus(folder.FullName, ParitySuite.Default.Ops)).Run();
        folder.Delete(recursive: true);
        return FuzzJson.Write(result, s_environment, ParitySuite.Default.Ops);
    }

    private static FaultsSummary MakeFaults() =>
        new(
            [new FaultScore("op", 2, 1, 1, 1), new FaultScore("training", 1, 1, 0, 1)],
            new FaultScore("all", 3, 2, 1, 2),
            7,
            ["neuron & <others>"],
            [
                new PlantedFault("sin/sign", "op", "The derivative of sin has the other sign", true, "gradient of #0", "sin/sign"),
                new PlantedFault("sin/zero", "op", "Nothing <at all>", false, null, null),
                new PlantedFault("no-clear", "training", "Gradients never cleared", true, "step 1, backward", "other"),
            ]
        );

    private static BenchReport MakeBench() =>
        new(
            "a machine & <its> processor",
            new Dictionary<string, string> { [BenchReport.Engine] = "the engine", [BenchReport.Reference] = "another" },
            ["adolc: missing, install libadolc-dev"],
            [
                new BenchRow("W1", BenchReport.Engine, [3e6, 1e6, 2e6], null),
                new BenchRow("W1", BenchReport.Reference, [9e6, 8e6, 1e8], null),
                new BenchRow("W9", BenchReport.Engine, [5e7], 12_000_000),
            ],
            [new GrowthPoint(1000, 5.5), new GrowthPoint(100_000, 6.25)],
            new HarnessTime("run", 15, 2),
            ["W2: adolc computes 1 where the first computes 2"]
        );
}
