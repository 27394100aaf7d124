using Micrograd.Parity.Diff.Recordings;

namespace Micrograd.Parity.Diff;

/// <summary>Distances of what a quantity is computed from, as shares of the greatest numbers.</summary>
internal sealed class Antecedents(DiffState state, SideView original)
{
    private readonly Dictionary<string, double> _gradients = [];
    private readonly Dictionary<string, double> _after = [];
    private double _forward;
    private double _backward;

    /// <summary>The greatest distance among what a quantity is computed from.</summary>
    internal double Of(TensorPlace place) =>
        place.Quantity switch
        {
            RecordedQuantity.Batch => 0,
            RecordedQuantity.Input or RecordedQuantity.Output => Math.Max(_forward, Carried(parameter => parameter.Module == place.Of)),
            RecordedQuantity.Loss => _forward,
            // What is passed back through a module depends on its weights, not on its biases.
            RecordedQuantity.OutputGradient => Math.Max(Math.Max(_forward, _backward), Carried(parameter => parameter.Shape.Count > 1)),
            RecordedQuantity.Gradient => Math.Max(_forward, _backward),
            RecordedQuantity.Buffer => Math.Max(_forward, state.Carried.GetValueOrDefault(place.Of)),
            _ => Math.Max(_gradients.GetValueOrDefault(place.Of), state.Carried.GetValueOrDefault(place.Of)),
        };

    /// <summary>Notes the distance of a quantity.</summary>
    internal void Note(TensorPlace place, double relative)
    {
        if (!double.IsFinite(relative))
            return;
        switch (place.Quantity)
        {
            case RecordedQuantity.Batch or RecordedQuantity.Input or RecordedQuantity.Output:
                _forward = Math.Max(_forward, relative);
                break;
            case RecordedQuantity.Loss or RecordedQuantity.OutputGradient:
                _backward = Math.Max(_backward, relative);
                break;
            case RecordedQuantity.Gradient or RecordedQuantity.ClippedGradient:
                _gradients[place.Of] = Math.Max(_gradients.GetValueOrDefault(place.Of), relative);
                break;
            case RecordedQuantity.Parameter or RecordedQuantity.Buffer:
                _after[place.Of] = relative;
                break;
            default:
                break;
        }
    }

    /// <summary>Ends the step: what it left is what the next begins with.</summary>
    internal void Close()
    {
        foreach (var (name, relative) in _after)
            state.Carried[name] = relative;
    }

    private double Carried(Func<RecordedParameter, bool> counts) =>
        original.Run.Parameters.Where(counts).Select(parameter => state.Carried.GetValueOrDefault(parameter.Name)).DefaultIfEmpty().Max();
}
