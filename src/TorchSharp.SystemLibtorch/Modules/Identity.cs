using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Passes its input on.</summary>
public sealed class Identity : nn.Module<Tensor, Tensor>
{
    internal Identity() : base(nameof(Identity))
    {
    }

    /// <summary>The input's elements, as another tensor.</summary>
    public override Tensor forward(Tensor tensor) => tensor.alias();
}

/// <summary>Each element, times a trained weight where it is negative.</summary>
public sealed class PReLU : nn.Module<Tensor, Tensor>
{
    internal PReLU(long num_parameters, double init, Device? device, ScalarType? dtype) : base(nameof(PReLU))
    {
        using var values = full([num_parameters], init, dtype, device);
        register_parameter("weight", new Parameter(values).Free());
    }

    /// <summary>The weight of negative elements.</summary>
    public Parameter weight => get_parameter("weight")!;

    /// <summary>The output for an input.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.prelu(tensor, weight);
}
