using Micrograd.Parity.Diff.Causes;
using Micrograd.Parity.Diff.Recordings;

namespace Micrograd.Parity.Diff;

/// <summary>Finds what one side alone does in a step: calls of modules, arguments, gradients, training mode.</summary>
internal sealed class CallDiff(DiffState state, SideView original, SideView port)
{
    /// <summary>
    /// A module that is called more often in the original. Whether the port does not call it, or calls its forward, which nobody hears, shows in
    /// other modules that are called more often in its place, or else in what comes after.
    /// </summary>
    internal void Missing(RecordedTensor a, string name)
    {
        var (here, there) = (Calls(original, a.Place.Of), Calls(port, name));
        if (here == there)
            return;
        var kind = original.Module(a.Place.Of).Type;
        var instead = state.Modules.Port.FirstOrDefault(pair =>
            original.HasModule(pair.Key) && original.Module(pair.Key).Type == kind && Calls(port, pair.Value) > Calls(original, pair.Key)
        );
        if (instead.Key is null)
        {
            state.Skip(
                $"{name} was called {Times(there)} in the port as far as that can be heard, {a.Place.Of} {Times(here)} in the original; forward() is not heard, call() is."
            );
            return;
        }

        state.Add(
            new Finding(
                Stage.Forward,
                original.Now.Number,
                a.Place.Of,
                name,
                $"{a.Place.Of} is called {Times(here)} a step in the original and {Times(there)} in the port"
            )
            {
                Causes =
                [
                    new(
                        "module-called-in-place-of-another",
                        $"The port calls {instead.Value} {Times(Calls(port, instead.Value))}, in place of {name}.",
                        $"Call {name}."
                    ),
                ],
            }
        );
        state.Part();
    }

    /// <summary>Looks at what one side alone gives a module: zeros, such as a recurrent network's first state, are what it takes without.</summary>
    internal void Surplus(RecordedTensor a, string name, IReadOnlyList<RecordedTensor?> inputs, IReadOnlyList<RecordedTensor?> others)
    {
        var surplus = (inputs.Count > others.Count ? inputs : others).Skip(Math.Min(inputs.Count, others.Count)).OfType<RecordedTensor>().ToList();
        if (surplus.TrueForAll(tensor => tensor.IsNone || Summaries.Greatest(tensor) == 0))
            return;
        var side = inputs.Count > others.Count ? "original" : "port";
        state.Add(
            new Finding(
                Stage.Forward,
                original.Now.Number,
                a.Place.Of,
                name,
                $"{Words.Of(a.Place, original)}: the {side} gives the module {surplus.Count} tensors more"
            )
            {
                Quantity = RecordedQuantity.Input,
                Causes =
                [
                    new(
                        "state-kept",
                        $"The {side} goes on from a state that it kept.",
                        "Give the state of the batch before on both sides, or on neither."
                    ),
                ],
            }
        );
        state.Part();
    }

    /// <summary>The reason for a gradient that one side has not.</summary>
    internal Mistake NoGradient(RecordedTensor a, RecordedTensor b)
    {
        var (without, name) = a.IsNone ? (original, a.Place.Of) : (port, b.Place.Of);
        var side = a.IsNone ? "original" : "port";
        var module = DottedName.Parent(name);
        if (without.Run.Parameters.FirstOrDefault(p => p.Name == name) is { RequiresGrad: false })
            return new("layer-frozen", $"{name} asks for no gradient in the {side}.", "Set requires_grad.");
        if (module.Length > 0 && !without.Outputs(module).Any())
            return new("module-not-called", $"The {side} does not call {module}.", "Call it where the other side does.");
        if (
            module.Length > 0
            && without.Now.Tensors.Any(t => t.Place.Quantity == RecordedQuantity.OutputGradient && t.Place.Of == module && !t.IsNone)
        )
            return new("parameter-not-used", $"The {side} calls {module}, which does not use {name}.", "Use it, as the other side does.");
        return new(
            "layer-detached",
            $"Nothing passes a gradient to {name} in the {side}: something after it is detached, or no part of the loss.",
            "Look for detach(), no_grad() and .data behind the module."
        );
    }

    /// <summary>The reason for outputs of a module that one side has in training mode.</summary>
    internal static Mistake Mode(RecordedTensor a) =>
        a.Training
            ? new(
                "evaluation-mode",
                "The port's module is in evaluation mode, the original's in training mode.",
                "Call train() before the loop, and after each evaluation."
            )
            : new(
                "training-mode",
                "The port's module is in training mode, the original's in evaluation mode.",
                "Call eval() where the original does."
            );

    private static int Calls(SideView side, string module) => side.Outputs(module).Select(tensor => tensor.Place.Call).Distinct().Count();

    private static string Times(int count) =>
        count == 1 ? "once"
        : count == 0 ? "never"
        : $"{count} times";
}
