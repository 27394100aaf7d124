using Micrograd.Parity.Inputs;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Comparisons.Training.Parts;

/// <summary>Training data, which both sides are given.</summary>
internal static class TrainingData
{
    internal static IReadOnlyList<DataRow> Rows { get; } =
    [
        new("four_points", [], (_, _) => Datasets.FourPoints(), _ => 4),
        new("xor", [Signed], (c, _) => Targets(Datasets.Xor(), c), _ => 4),
        new(
            "two_moons",
            [Setting.Count("count", 100, "number of points", least: 4), Setting.NotNegative("noise", 0.1, "standard deviation of the noise"), Signed],
            (c, seed) => Targets(Moons.Make(c.Whole("count"), c["noise"], new NumpyRandom((uint)seed)), c),
            c => c["count"]
        ),
        new(
            "quadratic_grid",
            [Setting.Count("side", 9, "points per side", least: 2), Setting.Positive("extent", 2, "the grid covers ±extent")],
            (c, _) => Datasets.QuadraticGrid(c.Whole("side"), c["extent"]),
            c => c["side"] * c["side"]
        ),
        new(
            "quadratic",
            [Setting.Count("count", null, "number of points of z = 5a² + 3b², a and b normally distributed")],
            (c, seed) => Datasets.QuadraticSamples(c.Whole("count"), new NumpyRandom((uint)seed)),
            c => c["count"]
        ),
        new(
            "spiral",
            [
                Setting.Count("per_class", null, "points per arm", least: 2),
                Setting.Count("classes", 3, "number of arms"),
                Setting.NotNegative("noise", 0.2, "standard deviation of the angles' noise"),
            ],
            (c, seed) => Datasets.Spiral(c.Whole("per_class"), new NumpyRandom((uint)seed), c.Whole("classes"), c["noise"]),
            c => c["per_class"] * c["classes"]
        ),
        new(
            "csv",
            [
                new("path", new WordShape(), null, "the file, relative to the training file"),
                Setting.Count("targets", 1, "number of columns at the end that are targets"),
            ],
            (c, _) => Csv(c.Word("path"), c.Whole("targets")),
            _ => 1
        ),
        new(
            "inline",
            [Setting.Rows("inputs", "a row per sample"), Setting.Rows("targets", "a row per sample")],
            (c, _) => new Dataset(c.Rows("inputs")[0].Length, [.. c.Rows("inputs").SelectMany(r => r)], [.. c.Rows("targets").SelectMany(r => r)]),
            c => c.Rows("inputs").Length
        ),
    ];

    private static SettingRule Signed => Setting.Flag("signed", "targets −1 and 1 in place of 0 and 1");

    private static Dataset Targets(Dataset data, Choice c) =>
        !c.Flag("signed") ? data : new Dataset(data.Features, data.Inputs.ToArray(), Array.ConvertAll(data.Targets.ToArray(), t => 2 * t - 1));

    private static Dataset Csv(string path, int targets)
    {
        try
        {
            return CsvData.Read(new StringReader(InputFile.ReadText(path)), targets);
        }
        catch (InputFileException e)
        {
            throw new TrainingFileException(e.Message, e);
        }
        catch (InvalidDataException e)
        {
            throw new TrainingFileException($"{path}, {e.Message}", e);
        }
    }
}
