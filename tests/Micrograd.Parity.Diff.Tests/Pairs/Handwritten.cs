using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>The step of an optimizer written by hand.</summary>
internal static class Handwritten
{
    /// <summary>Updates each parameter that has a gradient.</summary>
    /// <typeparam name="TGroup">The optimizer's kind of groups.</typeparam>
    /// <param name="groups">The optimizer's groups.</param>
    /// <param name="update">Updates a parameter of a group by its gradient.</param>
    internal static Tensor Step<TGroup>(IEnumerable<optim.ILearningRateController> groups, Action<TGroup, Parameter, Tensor> update)
        where TGroup : ParamGroup
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        foreach (var group in groups.Cast<TGroup>())
        {
            foreach (var parameter in group.Parameters)
            {
                if (parameter.grad is { } gradient)
                    update(group, parameter, gradient);
            }
        }

        return null!;
    }
}
