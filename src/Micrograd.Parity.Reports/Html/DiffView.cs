using Micrograd.Parity.Diff;

namespace Micrograd.Parity.Reports.Html;

/// <summary>A comparison of two recordings as it is handed to components, whose parameters have to be of public types.</summary>
public sealed class DiffView
{
    internal DiffView(DiffResult result) => Result = result;

    internal DiffResult Result { get; }
}
