using TorchSharp;
using static TorchSharp.torch;

namespace Micrograd.Parity.Engines.Torch;

/// <summary>A piece of work with PyTorch on one thread: at its end its tensors are disposed; until then no finalizer runs (<see cref="HeldFinalizers"/>).</summary>
internal readonly struct TorchWork : IDisposable
{
    private TorchWork(DisposeScope scope) => Scope = scope;

    /// <summary>The scope that holds the work's tensors.</summary>
    internal DisposeScope Scope { get; }

    /// <summary>Ends the work.</summary>
    public void Dispose()
    {
        Scope.Dispose();
        HeldFinalizers.End();
    }

    /// <summary>Begins work, until the result is disposed. Work may be nested.</summary>
    internal static TorchWork Begin()
    {
        HeldFinalizers.Begin();
        return new TorchWork(NewDisposeScope());
    }
}
