using System.Runtime.Versioning;

namespace Micrograd.Parity.Tools.Tests.Additions;

/// <summary>A section of the report with a result of its own.</summary>
[UnsupportedOSPlatform("windows")]
internal static class AddedSection
{
    internal static void Add(RepositoryCopy copy)
    {
        const string Run = "src/Micrograd.Parity/Comparing/ParityRun.cs";
        const string Document = "src/Micrograd.Parity.Reports/RunDocument.cs";

        // A result of its own: a detail of an item.
        copy.Replace(
            Run,
            "return comparison.Run(context) with { Seconds = Math.Round(clock.Elapsed.TotalSeconds, 3) };",
            """
            var result = comparison.Run(context) with { Seconds = Math.Round(clock.Elapsed.TotalSeconds, 3) };
            return result.With(new PerPoint((double)result.Counts.Compared / result.Points));
            """
        );
        copy.Write(
            Run,
            copy.Read(Run)
                + """

                /// <summary>How much is compared.</summary>
                internal sealed record PerPoint(double Numbers) : ItemDetail;
                """
        );

        // Its member in the document.
        copy.Replace(Document, "    double? Seconds = null\n)", "    double? Seconds = null,\n    PerPoint? PerPoint = null\n)");
        copy.Replace(
            Document,
            "item.Seconds == 0 ? null : item.Seconds",
            "item.Seconds == 0 ? null : item.Seconds,\n            item.Detail<PerPoint>()"
        );
        copy.Replace(Document, "                Diagnosis\n", "                Diagnosis,\n                PerPoint\n");

        // Its row.
        copy.AddRow(
            "src/Micrograd.Parity.Reports/Sections.cs",
            """
                    new(
                        "per-point",
                        "Numbers a point",
                        report =>
                            [
                                SectionTable.Create(
                                    "Numbers compared at each point",
                                    report.Items,
                                    new("item", false, i => i.Name),
                                    new("numbers", true, i => $"{i.Detail<PerPoint>()!.Numbers}")
                                ),
                            ]
                    ),
            """
        );
    }
}
