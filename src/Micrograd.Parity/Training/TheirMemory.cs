using Micrograd.Parity.Ops;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Modules = TorchSharp.Modules;

namespace Micrograd.Parity.Training;

/// <summary>What PyTorch's optimizers keep from step to step, by PyTorch's names.</summary>
internal static class TheirMemory
{
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

    private static IEnumerable<(string Name, Tensor? Tensor)> Tensors(Modules.OptimizerState state) =>
        state switch
        {
            Modules.SGD.State s => [("momentum_buffer", s.momentum_buffer)],
            Modules.Adam.State s => [("exp_avg", s.exp_avg), ("exp_avg_sq", s.exp_avg_sq), ("max_exp_avg_sq", s.max_exp_avg_sq)],
            Modules.AdamW.State s => [("exp_avg", s.exp_avg), ("exp_avg_sq", s.exp_avg_sq), ("max_exp_avg_sq", s.max_exp_avg_sq)],
            Modules.RMSProp.State s => [("square_avg", s.square_avg), ("momentum_buffer", s.momentum_buffer), ("grad_avg", s.grad_avg)],
            Modules.Adagrad.State s => [("sum", s.sum)],
            _ => throw new NotSupportedException($"{state.GetType()} is not compared."),
        };

    private static long? Steps(Modules.OptimizerState state) =>
        state switch
        {
            Modules.Adam.State s => s.step,
            Modules.AdamW.State s => s.step,
            Modules.RMSProp.State s => s.step,
            Modules.Adagrad.State s => s.step,
            _ => null,
        };

    private static void SetSteps(Modules.OptimizerState state, long steps)
    {
        switch (state)
        {
            case Modules.Adam.State s:
                s.step = steps;
                break;
            case Modules.AdamW.State s:
                s.step = steps;
                break;
            case Modules.RMSProp.State s:
                s.step = steps;
                break;
            case Modules.Adagrad.State s:
                s.step = steps;
                break;
        }
    }
}
