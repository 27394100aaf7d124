using System.Collections.Concurrent;
using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Modules = TorchSharp.Modules;

namespace Micrograd.Parity.Training;

/// <summary>State of PyTorch's optimizers, by PyTorch's names.</summary>
internal static class TheirMemory
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> s_members = new();

    internal static IReadOnlyList<OptimizerMemory> Read(OptimizerHelper optimizer, TheirParameter[] parameters, int count)
    {
        var memory = new Dictionary<string, double[]>();
        var states = optimizer.state_dict().State;
        for (var i = 0; i < states.Count; i++)
        {
            foreach (var (name, tensor) in Tensors(states[i]))
            {
                if (tensor is not null)
                    parameters[i].Read(tensor, Of(name));
            }

            if (Steps(states[i]) is { } steps)
                Array.ForEach(parameters[i].Places, place => Of("step")[place] = steps);
        }

        return [.. memory.Select(m => new OptimizerMemory(m.Key, m.Value))];

        double[] Of(string name)
        {
            if (!memory.TryGetValue(name, out var numbers))
                memory.Add(name, numbers = new double[count]);
            return numbers;
        }
    }

    internal static void Write(OptimizerHelper optimizer, TheirParameter[] parameters, IReadOnlyList<OptimizerMemory> ours)
    {
        var states = optimizer.state_dict().State;
        for (var i = 0; i < states.Count; i++)
        {
            foreach (var (name, tensor) in Tensors(states[i]))
            {
                if (tensor is not null && ours.FirstOrDefault(m => m.Name == name) is { } memory)
                    parameters[i].Write(tensor, memory.Values);
            }

            if (ours.FirstOrDefault(m => m.Name == "step") is { } steps)
                SetSteps(states[i], (long)steps.Values[parameters[i].Places[0]]);
        }
    }

    /// <summary>A state's tensors; TorchSharp names its members as PyTorch names what they are.</summary>
    private static IEnumerable<(string Name, Tensor? Tensor)> Tensors(Modules.OptimizerState state) =>
        Members(state).Where(m => m.FieldType == typeof(Tensor)).Select(m => (m.Name, (Tensor?)m.GetValue(state)));

    private static long? Steps(Modules.OptimizerState state) => StepOf(state)?.GetValue(state) is { } steps ? Convert.ToInt64(steps, null) : null;

    private static void SetSteps(Modules.OptimizerState state, long steps) => StepOf(state)?.SetValue(state, steps);

    private static FieldInfo? StepOf(Modules.OptimizerState state) => Members(state).FirstOrDefault(m => m.Name == "step");

    private static FieldInfo[] Members(Modules.OptimizerState state) =>
        s_members.GetOrAdd(state.GetType(), type => type.GetFields(BindingFlags.Instance | BindingFlags.Public));
}
