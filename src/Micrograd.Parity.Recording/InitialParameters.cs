using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Recording;

/// <summary>Gives a model the parameters and buffers that a recorded run began with, so that a port begins where its original began.</summary>
/// <example>
/// <code>
/// InitialParameters.Load("original", model);   // before the optimizer is made
/// </code>
/// </example>
public static class InitialParameters
{
    /// <summary>Loads them. Where the recording is refused the model is left as it was.</summary>
    /// <param name="recording">The recording's folder; it must keep every number.</param>
    /// <param name="model">The model.</param>
    /// <param name="rename">The recording's name of a parameter of the model; the same one unless given.</param>
    /// <exception cref="InvalidDataException">It lacks a parameter of the model, or has one of another shape; the message names it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static void Load(string recording, nn.Module model, Func<string, string>? rename = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(recording);
        ArgumentNullException.ThrowIfNull(model);
        var keys = Keys(Path.Combine(recording, "index.jsonl"));
        var path = Path.Combine(recording, "initial.safetensors");
        if (!File.Exists(path))
            throw new InvalidDataException(
                $"{path}: there is no such file: the recording does not keep every number. Record the original with keep=\"all\"."
            );
        using var scope = NewDisposeScope();
        using var file = File.OpenRead(path);
        var stored = Stored(file, path);
        var loaded = new List<(Tensor To, Tensor From)>();
        foreach (var (name, parameter) in model.named_parameters().Select(p => (p.name, (Tensor)p.parameter)).Concat(model.named_buffers()))
        {
            var wanted = rename?.Invoke(name) ?? name;
            if (!keys.TryGetValue(wanted, out var key) || !stored.TryGetValue(key, out var entry))
                throw new InvalidDataException($"{recording}: there is no '{wanted}', which the model has. It has {string.Join(", ", keys.Keys)}.");
            if (!entry.Entry.Shape.SequenceEqual(parameter.shape))
            {
                throw new InvalidDataException(
                    $"{recording}: '{wanted}' has the shape [{string.Join(", ", entry.Entry.Shape)}], but the model's has [{string.Join(", ", parameter.shape)}]."
                );
            }

            loaded.Add((parameter, Read(file, entry.Start + entry.Entry.Begin, entry.Entry)));
        }

        using var _ = no_grad();
        foreach (var (to, from) in loaded)
            to.copy_(from);
    }

    /// <summary>The name in the file of tensors of each parameter and buffer, those that share a tensor too.</summary>
    private static Dictionary<string, string> Keys(string index)
    {
        var keys = new Dictionary<string, string>();
        var shared = new List<(string Name, string First)>();
        try
        {
            foreach (var line in File.ReadLines(index))
            {
                using var json = JsonDocument.Parse(line);
                switch (json.RootElement.GetProperty("kind").GetString())
                {
                    case "parameters":
                        foreach (var parameter in json.RootElement.GetProperty("parameters").EnumerateArray())
                        {
                            if (parameter.TryGetProperty("same_as", out var first) && first.ValueKind == JsonValueKind.String)
                                shared.Add((parameter.GetProperty("name").GetString()!, first.GetString()!));
                        }

                        break;
                    case "initial":
                        var tensors = json.RootElement.GetProperty("tensors").EnumerateArray().ToList();
                        foreach (var tensor in tensors)
                        {
                            var numbers = tensor.TryGetProperty("same_as", out var same) ? tensors[same.GetInt32()] : tensor;
                            if (numbers.TryGetProperty("key", out var key))
                                keys[tensor.GetProperty("of").GetString()!] = key.GetString()!;
                        }

                        foreach (var (name, first) in shared)
                        {
                            if (keys.TryGetValue(first, out var key))
                                keys.TryAdd(name, key);
                        }

                        return keys;
                    default:
                        break;
                }
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            throw new InvalidDataException($"{index}: this is no recording: {e.Message}", e);
        }

        throw new InvalidDataException($"{index}: there is no line of the kind 'initial'.");
    }

    private static Dictionary<string, (StoredEntry Entry, long Start)> Stored(FileStream file, string path)
    {
        try
        {
            var (entries, start) = SafetensorsHeader.Read(file);
            return entries.ToDictionary(entry => entry.Name, entry => (entry, start));
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static Tensor Read(FileStream file, long offset, StoredEntry entry)
    {
        var tensor = empty([.. entry.Shape], DTypes.OfStored(entry.Dtype));
        file.Position = offset;
        if (entry.End > entry.Begin)
            file.ReadExactly(tensor.bytes);
        return tensor;
    }
}
