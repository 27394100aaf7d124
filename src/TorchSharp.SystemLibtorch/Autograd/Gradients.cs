namespace TorchSharp;

internal static class Gradients
{
    /// <summary>Drops a tensor's gradient, or sets it to zero.</summary>
    public static void Clear(torch.Tensor tensor, bool drop)
    {
        using var gradient = tensor.grad;
        if (gradient is null)
            return;
        if (drop)
        {
            tensor.grad = null;
            return;
        }
        using var off = torch.no_grad();
        gradient.zero_();
    }
}
