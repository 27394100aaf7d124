namespace Micrograd;

/// <summary>
/// Saves and loads parameters in the safetensors format, with the names and shapes of PyTorch's <c>state_dict</c> in double precision, so
/// that <c>safetensors.torch.load_file</c> opens them for the same stack of <c>nn.Linear</c> modules, and files from there load here.
/// </summary>
public static class Safetensors
{
    /// <summary>Saves a model's parameters. The file is written whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, Trainable model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var tensors = new List<StoredTensor>();
        foreach (var parameter in model.NamedParameters)
        {
            var numbers = new double[parameter.Values.Count];
            for (var i = 0; i < numbers.Length; i++)
                numbers[i] = parameter.Values[i].Data;
            tensors.Add(new StoredTensor(parameter.Name, parameter.Shape, numbers));
        }

        Write(path, tensors);
    }

    /// <summary>Gives a model the parameters of a file. Where the file is refused the model is left as it was.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or was not saved from a model of this form; the message says why.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static void Load(string path, Trainable model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var wanted = model.NamedParameters;
        var stored = Read(path).ToDictionary(tensor => tensor.Name);
        var extra = stored.Keys.Except(wanted.Select(parameter => parameter.Name)).Order(StringComparer.Ordinal).ToList();
        if (extra.Count > 0)
            throw new InvalidDataException($"{path}: the model has no {string.Join(", ", extra)}.");
        foreach (var parameter in wanted)
        {
            if (!stored.TryGetValue(parameter.Name, out var tensor))
                throw new InvalidDataException($"{path}: {parameter.Name} is missing.");
            if (!tensor.Shape.SequenceEqual(parameter.Shape))
            {
                throw new InvalidDataException(
                    $"{path}: {parameter.Name} has the shape {Show(tensor.Shape)}, but the model's has {Show(parameter.Shape)}."
                );
            }
        }

        foreach (var parameter in wanted)
        {
            var numbers = stored[parameter.Name].Numbers.Span;
            var i = 0;
            foreach (var value in parameter.Values)
                value.Data = numbers[i++];
        }
    }

    /// <summary>Reads all tensors of a file, in the order in which their numbers lie in it.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or holds other numbers than doubles; the message says why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<StoredTensor> Read(string path)
    {
        try
        {
            return SafetensorsReader.Read(File.ReadAllBytes(path));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Writes tensors. The file is written whole or not at all.</summary>
    /// <exception cref="ArgumentException">A name comes twice or is no Unicode text, or a tensor's numbers do not fill its shape.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<StoredTensor> tensors)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        WholeFile.Write(path, SafetensorsWriter.Bytes(tensors));
    }

    private static string Show(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";
}
