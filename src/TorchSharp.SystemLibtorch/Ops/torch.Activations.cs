namespace TorchSharp;

public static partial class torch
{
    /// <summary>The logistic function of each element.</summary>
    public static Tensor sigmoid(Tensor input) => input.sigmoid();
}
