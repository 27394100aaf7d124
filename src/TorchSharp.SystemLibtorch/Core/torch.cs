namespace TorchSharp;

/// <summary>PyTorch's module <c>torch</c>: tensors, and the functions on them.</summary>
public static partial class torch;
