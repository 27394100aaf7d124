using System.Globalization;

namespace TorchSharp.SystemLibtorch.Tests;

/// <summary>A function of one number at a point, with what mathematics says of its value and its slope there.</summary>
public sealed record FunctionRow(string Name, Func<Tensor, Tensor> Function, double At, double Value, double Slope)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} @ {At}");
}
