using Micrograd.Parity.Bounds;
using Micrograd.Parity.Fuzzing.Oracles;

namespace Micrograd.Parity.Reports;

/// <summary>The check of the bounds as one JSON document.</summary>
internal static class BoundsJson
{
    /// <summary>The document's text.</summary>
    /// <param name="result">The check of random programs.</param>
    /// <param name="functions">The errors of functions as measured.</param>
    /// <param name="seed">The seed of both.</param>
    public static string Write(BoundValidationResult result, IReadOnlyList<FunctionError> functions, int seed)
    {
        return JsonReport.TextWithNulls(
            new
            {
                Format = "micrograd-parity-bounds",
                Version = 1,
                Seed = seed,
                result.Programs,
                result.Numbers,
                result.Unbounded,
                result.Undefined,
                Exceeded = result.ExceededCount,
                Examples = result.Exceeded,
                result.Inexact,
                MedianLooseness = double.IsFinite(result.MedianLooseness) ? result.MedianLooseness : (double?)null,
                Functions = functions.Select(f => new
                {
                    Function = f.Name,
                    Library = f.Library.Name,
                    Format = f.Library.Format.Name,
                    f.Points,
                    AllowedUlp = f.Allowed,
                    GreatestUlp = f.Greatest,
                    f.At,
                }),
            }
        );
    }
}
