namespace Micrograd.Parity.Training;

/// <summary>Masks of dropout that a trace recorded, by step and layer: 1 for each number that was kept, sample by sample.</summary>
internal sealed class DropoutMasks
{
    private readonly Dictionary<(int Step, int Layer), double[]> _recorded = [];

    internal void Record(int step, int layer, double[] kept) => _recorded[(step, layer)] = kept;

    /// <summary>The mask of a layer's outputs in a step; null if none was recorded.</summary>
    internal double[]? Find(int step, int layer) => _recorded.GetValueOrDefault((step, layer));
}
