using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Diff.Tests.Pairs;

/// <summary>A module whose parts are added under the names that they have in Python.</summary>
internal abstract class Custom(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>Adds a part.</summary>
    protected T Add<T>(string name, T module)
        where T : nn.Module
    {
        register_module(name, module);
        return module;
    }
}
