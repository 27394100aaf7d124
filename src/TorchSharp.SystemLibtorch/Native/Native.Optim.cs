using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Bridge)]
    internal static partial nint o_sgd(Handles p, double lr, double momentum, double dampening, double decay, int nesterov);
    [LibraryImport(Bridge)]
    internal static partial nint o_adam(Handles p, double lr, double beta1, double beta2, double eps, double decay, int amsgrad);
    [LibraryImport(Bridge)]
    internal static partial nint o_adamw(Handles p, double lr, double beta1, double beta2, double eps, double decay, int amsgrad);
    [LibraryImport(Bridge)]
    internal static partial nint o_rmsprop(Handles p, double lr, double alpha, double eps, double decay, double momentum, int centered);
    [LibraryImport(Bridge)]
    internal static partial nint o_adagrad(Handles p, double lr, double lr_decay, double decay, double initial, double eps);
    [LibraryImport(Bridge)] internal static partial void o_delete(nint o);
    [LibraryImport(Bridge)] internal static partial int o_step(nint o);
    [LibraryImport(Bridge)] internal static partial int o_get(nint o, int what, double* @out);
    [LibraryImport(Bridge)] internal static partial int o_set(nint o, int what, double value);
    [LibraryImport(Bridge)] internal static partial int o_state(nint o, nint p, int what, nint* @out);
    [LibraryImport(Bridge)] internal static partial int o_steps(nint o, nint p, long* value, long* @out);
    [LibraryImport(Bridge)] internal static partial int n_clip_grad_norm(Handles p, double max_norm, double type, double* @out);
    [LibraryImport(Bridge)] internal static partial int n_clip_grad_value(Handles p, double value);
}
