namespace Micrograd.Parity.Comparisons;

/// <summary>Gradients that both sides have and that are not derivatives of the values, by item name, with the reason.</summary>
internal static class KnownRefusals
{
    public static IReadOnlyDictionary<string, string> All { get; } =
        new Dictionary<string, string>
        {
            ["hardsigmoid"] = "PyTorch multiplies its gradient by 1/6 as a float32, 0.1666666716337204, also for float64",
            ["where(x > 0, √x, 0) at 0"] = "the branch that is not taken has an infinite derivative or none, and 0 · ∞ and 0 · NaN are NaN",
        };
}
