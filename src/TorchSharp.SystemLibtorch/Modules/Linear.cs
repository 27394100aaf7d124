using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>input · weightᵀ + bias.</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>
{
    internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype) : base(nameof(Linear))
    {
        in_features = inputSize;
        out_features = outputSize;
        weight = Parameter([outputSize, inputSize], device, dtype);
        nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        if (!hasBias)
            return;
        bias = Parameter([outputSize], device, dtype);
        var bound = 1 / Math.Sqrt(inputSize);
        nn.init.uniform_(bias, -bound, bound);
    }

    internal Linear(Parameter weight, Parameter? bias) : base(nameof(Linear))
    {
        ArgumentNullException.ThrowIfNull(weight);
        in_features = weight.size(1);
        out_features = weight.size(0);
        this.weight = weight;
        this.bias = bias;
    }

    /// <summary>The number of inputs.</summary>
    public long in_features { get; set; }

    /// <summary>The number of outputs.</summary>
    public long out_features { get; set; }

    /// <summary>The weights, outputs by inputs.</summary>
    public Parameter weight
    {
        get => get_parameter("weight")!;
        set => register_parameter("weight", value);
    }

    /// <summary>The number added to each output, or null.</summary>
    public Parameter? bias
    {
        get => get_parameter("bias");
        set
        {
            if (value is not null)
                register_parameter("bias", value);
        }
    }

    /// <summary>The outputs for inputs.</summary>
    public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, weight, bias);

    private static Parameter Parameter(long[] size, Device? device, ScalarType? dtype)
    {
        using var values = empty(size, dtype, device);
        return new Parameter(values).Free();
    }
}
