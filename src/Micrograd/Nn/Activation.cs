namespace Micrograd;

/// <summary>Activation function of a layer. Those that are listed here have PyTorch's default attributes.</summary>
public sealed class Activation
{
    private readonly Func<Value, Value> _function;

    /// <summary>Makes an activation of any function of one number, such as an op with other attributes.</summary>
    /// <param name="name">Its name where a network is printed.</param>
    /// <param name="function">From a weighted sum to the output.</param>
    public Activation(string name, Func<Value, Value> function)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(function);
        (Name, _function) = (name, function);
    }

    /// <summary>Nothing.</summary>
    public static Activation Linear { get; } = new("Linear", x => x);

    /// <summary><see cref="Value.Relu"/>.</summary>
    public static Activation Relu { get; } = new("ReLU", x => x.Relu());

    /// <summary><see cref="Value.LeakyRelu"/> with slope 0.01.</summary>
    public static Activation LeakyRelu { get; } = new("LeakyReLU", x => x.LeakyRelu());

    /// <summary><see cref="Value.Elu"/> with alpha 1.</summary>
    public static Activation Elu { get; } = new("ELU", x => x.Elu());

    /// <summary><see cref="Value.Selu"/>.</summary>
    public static Activation Selu { get; } = new("SELU", x => x.Selu());

    /// <summary><see cref="Value.Gelu"/>, by the error function.</summary>
    public static Activation Gelu { get; } = new("GELU", x => x.Gelu());

    /// <summary><see cref="Value.Silu"/>.</summary>
    public static Activation Silu { get; } = new("SiLU", x => x.Silu());

    /// <summary><see cref="Value.Mish"/>.</summary>
    public static Activation Mish { get; } = new("Mish", x => x.Mish());

    /// <summary><see cref="Value.Softplus"/> with beta 1 and threshold 20.</summary>
    public static Activation Softplus { get; } = new("Softplus", x => x.Softplus());

    /// <summary><see cref="Value.Softsign"/>.</summary>
    public static Activation Softsign { get; } = new("Softsign", x => x.Softsign());

    /// <summary><see cref="Value.Tanh"/>.</summary>
    public static Activation Tanh { get; } = new("Tanh", x => x.Tanh());

    /// <summary><see cref="Value.Sigmoid"/>.</summary>
    public static Activation Sigmoid { get; } = new("Sigmoid", x => x.Sigmoid());

    /// <summary><see cref="Micrograd.Softmax"/> over all outputs of the layer. A single neuron cannot have it.</summary>
    public static Activation Softmax { get; } =
        new("Softmax", _ => throw new InvalidOperationException("Softmax acts on a whole layer: give it to a Layer."));

    /// <summary>Name of PyTorch's module, such as <c>ReLU</c>; <c>Linear</c> where there is no activation.</summary>
    public string Name { get; }

    /// <summary>Applies an activation that acts on each output alone.</summary>
    /// <exception cref="InvalidOperationException">It is softmax, which acts on a layer's outputs together.</exception>
    public Value Apply(Value x) => _function(x);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
