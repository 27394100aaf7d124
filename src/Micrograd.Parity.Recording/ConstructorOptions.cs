using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Recording;

/// <summary>Settings of TorchSharp's modules, under the names of PyTorch's constructors; those that a module does not tell are left out.</summary>
internal static class ConstructorOptions
{
    /// <summary>Number of a loss's weights that are listed at most.</summary>
    private const int MostWeights = 4096;

    /// <summary>Properties that are no argument of the constructor.</summary>
    private static readonly HashSet<string> s_others =
    [
        "training",
        "weight",
        "bias",
        "transposed",
        "padding_type",
        "Item",
        "Count",
        "IsReadOnly",
        "Keys",
        "Values",
        "SequentialItems",
        "pos_weights",
        "running_mean",
        "running_var",
        "num_batches_tracked",
    ];

    /// <summary>Properties that have another name in PyTorch.</summary>
    private static readonly Dictionary<(string Type, string Name), string> s_renamed = new()
    {
        [("Hardshrink", "lambda")] = "lambd",
        [("Softshrink", "lambda")] = "lambd",
        [("PairwiseDistance", "norm")] = "p",
    };

    /// <summary>The kind, under PyTorch's name: the class's, without what C# adds for its type parameters.</summary>
    internal static string TypeOf(nn.Module module) => module.GetType().Name.Split('`')[0];

    internal static ModuleLine LineOf(NamedModule named)
    {
        var type = named.Module.GetType();
        return new ModuleLine(
            named.Name,
            TypeOf(named.Module),
            (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName,
            Of(named.Module)
        );
    }

    private static SortedDictionary<string, object?> Of(nn.Module module)
    {
        var type = module.GetType();
        var options = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        if (type.Assembly != typeof(nn.Module).Assembly)
            return options;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (s_others.Contains(property.Name) || property.GetIndexParameters().Length > 0 || !IsPlain(property.PropertyType))
                continue;
            if (TryRead(module, property, out var value))
                options[s_renamed.GetValueOrDefault((TypeOf(module), property.Name), property.Name)] = value;
        }

        // Where PyTorch has no such argument, TorchSharp's is the usual one unless it is true.
        if (module is GELU or Sigmoid or Tanh or Softsign or Tanhshrink && options["inplace"] is false)
            options.Remove("inplace");
        AddBias(module, options);
        AddDerived(module, options);
        if (options.ContainsKey("reduction"))
            AddWeights(module, options);
        return options;
    }

    private static void AddWeights(nn.Module loss, SortedDictionary<string, object?> options)
    {
        foreach (var (name, property) in new[] { ("weight", "weight"), ("pos_weight", "pos_weights") })
        {
            if (loss.GetType().GetProperty(property) is not { } weights)
                continue;
            if (weights.GetValue(loss) is not Tensor tensor)
                options[name] = null;
            else if (tensor.dim() < 2 && tensor.numel() <= MostWeights)
                options[name] = WeightsOf(tensor);
        }
    }

    private static double[] WeightsOf(Tensor tensor)
    {
        using var _ = no_grad();
        using var numbers = tensor.detach().to(ScalarType.Float64, CPU);
        return numbers.data<double>().ToArray();
    }

    private static void AddBias(nn.Module module, SortedDictionary<string, object?> options)
    {
        if (module is Linear or Convolution or Bilinear)
            options["bias"] = module.has_parameter("bias");
        else if (module is LayerNorm { elementwise_affine: true } norm)
            options["bias"] = norm.bias is not null;
    }

    private static void AddDerived(nn.Module module, SortedDictionary<string, object?> options)
    {
        switch (module)
        {
            case Convolution convolution:
                if (convolution.padding_type is { } padding)
                    options["padding"] = padding.ToString().ToLowerInvariant();
                if (!convolution.transposed)
                    options.Remove("output_padding");
                break;
            case GroupNorm { affine: true } norm:
                options["num_channels"] = norm.weight!.shape[0];
                break;
            case CrossEntropyLoss { ignore_index: null }:
                options["ignore_index"] = -100L;
                break;
            case Embedding embedding:
                (options["num_embeddings"], options["embedding_dim"]) = (embedding.weight!.shape[0], embedding.weight.shape[1]);
                break;
            case EmbeddingBag bag:
                (options["num_embeddings"], options["embedding_dim"]) = (bag.weight!.shape[0], bag.weight.shape[1]);
                break;
            case LSTM or GRU or RNN:
                AddRecurrent(
                    module,
                    options,
                    module is LSTM ? 4
                        : module is GRU ? 3
                        : 1
                );
                break;
            case MultiheadAttention when module.get_parameter("in_proj_weight") is { } weight:
                options["embed_dim"] = weight.shape[1];
                options["bias"] = module.has_parameter("in_proj_bias");
                break;
        }

        // A pool without a stride moves by its kernel, one without padding has none, in PyTorch as well.
        if (options.TryGetValue("kernel_size", out var kernel))
        {
            SetUnless("stride", kernel);
            SetUnless("padding", 0L);
            SetUnless("dilation", 1L);
        }

        void SetUnless(string name, object? value)
        {
            if (options.TryGetValue(name, out var given) && given is null or ICollection { Count: 0 })
                options[name] = value;
        }
    }

    private static void AddRecurrent(nn.Module module, SortedDictionary<string, object?> options, int gates)
    {
        var parameters = module.named_parameters(recurse: false).ToDictionary(named => named.name, named => named.parameter);
        if (!parameters.TryGetValue("weight_ih_l0", out var weight))
            return;
        options["input_size"] = weight.shape[1];
        options["hidden_size"] = weight.shape[0] / gates;
        options["num_layers"] = (long)parameters.Keys.Count(name => name.StartsWith("weight_ih_l", StringComparison.Ordinal) && !IsReverse(name));
        options["bias"] = parameters.ContainsKey("bias_ih_l0");
        options["bidirectional"] = parameters.Keys.Any(IsReverse);
        // TorchSharp keeps this one to itself.
        if (module.GetType().GetField("_batch_first", BindingFlags.NonPublic | BindingFlags.Instance)?.GetValue(module) is bool first)
            options["batch_first"] = first;

        static bool IsReverse(string name) => name.EndsWith("_reverse", StringComparison.Ordinal);
    }

    private static bool IsPlain(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var plain
        && (
            plain.IsEnum
            || plain == typeof(bool)
            || plain == typeof(long)
            || plain == typeof(int)
            || plain == typeof(double)
            || plain == typeof(float)
            || plain == typeof(long[])
            || plain == typeof(double[])
            || typeof(ITuple).IsAssignableFrom(plain)
        );

    private static bool TryRead(nn.Module module, PropertyInfo property, out object? value)
    {
        try
        {
            value = Plain(property.GetValue(module));
            return true;
        }
        catch (TargetInvocationException)
        {
            value = null;
            return false;
        }
    }

    private static object? Plain(object? value) =>
        value switch
        {
            // A float's own digits, as it was written.
            float number => (double)(decimal)number,
            Enum member => member.ToString().ToLowerInvariant(),
            ITuple tuple => Enumerable.Range(0, tuple.Length).Select(i => tuple[i]).ToArray(),
            _ => value,
        };
}
