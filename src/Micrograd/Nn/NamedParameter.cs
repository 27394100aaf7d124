namespace Micrograd;

/// <summary>The parameters that PyTorch keeps in one tensor.</summary>
/// <param name="Name">The tensor's name in PyTorch's <c>state_dict</c>, such as <c>0.weight</c>.</param>
/// <param name="Shape">Its sizes: [outputs, inputs] for weights, [outputs] for biases.</param>
/// <param name="Values">Its elements, last index fastest.</param>
public sealed record NamedParameter(string Name, IReadOnlyList<int> Shape, IReadOnlyList<Value> Values);
