using Micrograd.Parity.Diff.Recordings;

namespace Micrograd.Parity.Diff;

/// <summary>Places of a run in words.</summary>
internal static class Words
{
    /// <summary>Words of a finding as the beginning of a sentence; a name that begins them stays as it is.</summary>
    internal static string Capital(string what) => what.StartsWith("the ", StringComparison.Ordinal) ? $"T{what[1..]}" : what;

    /// <summary>A shape.</summary>
    internal static string Shape(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>A quantity with its module or parameter.</summary>
    internal static string Of(TensorPlace place, SideView side)
    {
        var of = place.Of.Length == 0 ? "the model" : place.Of;
        var module = side.HasModule(place.Of) && place.Of.Length > 0 ? $"{of} ({side.Module(place.Of).Type})" : of;
        var part = place.Part > 0 ? $", part {place.Part}" : "";
        var call =
            place.Call > 0 && place.Quantity is RecordedQuantity.Input or RecordedQuantity.Output or RecordedQuantity.OutputGradient
                ? $", call {place.Call}"
                : "";
        return place.Quantity switch
        {
            RecordedQuantity.Batch => $"the batch's {place.Of}{part}",
            RecordedQuantity.Input => $"the input of {module}{part}{call}",
            RecordedQuantity.Output => $"the output of {module}{part}{call}",
            RecordedQuantity.Loss => "the loss",
            RecordedQuantity.OutputGradient => $"the gradient of the output of {module}{part}{call}",
            RecordedQuantity.Gradient => $"the gradient of {of}",
            RecordedQuantity.ClippedGradient => $"the gradient of {of} as the optimizer got it",
            RecordedQuantity.Parameter => $"{of} after the step",
            RecordedQuantity.Buffer => $"the buffer {of} after the step",
            _ => $"{place.State} of {of} after the step",
        };
    }
}
