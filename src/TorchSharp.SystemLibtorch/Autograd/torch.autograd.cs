namespace TorchSharp;

public static partial class torch
{
    /// <summary>Gradients of tensors by tensors.</summary>
    public static partial class autograd
    {
        /// <summary>Adds to the leaves' gradients those of the tensors, weighted by <paramref name="grad_tensors"/>.</summary>
        public static unsafe void backward(
            IList<Tensor> tensors,
            IList<Tensor>? grad_tensors = null,
            bool? retain_graph = null,
            bool create_graph = false,
            IList<Tensor>? inputs = null)
        {
            ArgumentNullException.ThrowIfNull(tensors);
            nint[] roots = Op.Handles(tensors), weights = Op.Handles(grad_tensors), leaves = Op.Handles(inputs);
            fixed (nint* t = roots, g = weights, i = leaves)
                Native.Check(Native.a_backward(
                    new(t, roots.Length), new(g, weights.Length), Tri(retain_graph), Native.Flag(create_graph), new(i, leaves.Length)));
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        /// <summary>Adds to the leaves' gradients those of the tensor, weighted by <paramref name="grad_tensors"/>.</summary>
        public static void backward(
            Tensor tensor,
            IList<Tensor>? grad_tensors = null,
            bool? retain_graph = null,
            bool create_graph = false,
            IList<Tensor>? inputs = null) => backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        /// <summary>Adds to the leaves' gradients those of the tensor, weighted by <paramref name="grad_tensor"/>.</summary>
        public static void backward(
            Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        /// <summary>
        /// The gradients of the outputs, weighted by <paramref name="grad_outputs"/>, by each input; no tensor's gradient changes.
        /// </summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">
        /// An input is unused, and <paramref name="allow_unused"/> is false.
        /// </exception>
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs,
            IList<Tensor> inputs,
            IList<Tensor>? grad_outputs = null,
            bool retain_graph = false,
            bool create_graph = false,
            bool allow_unused = false)
        {
            ArgumentNullException.ThrowIfNull(outputs);
            ArgumentNullException.ThrowIfNull(inputs);
            nint[] tops = Op.Handles(outputs), leaves = Op.Handles(inputs), weights = Op.Handles(grad_outputs);
            var results = new nint[leaves.Length];
            fixed (nint* o = tops, i = leaves, g = weights, r = results)
                Native.Check(Native.a_grad(
                    new(o, tops.Length),
                    new(i, leaves.Length),
                    new(g, weights.Length),
                    Native.Flag(retain_graph),
                    Native.Flag(create_graph),
                    Native.Flag(allow_unused),
                    r));
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return [.. results.Select(h => h == 0 ? null! : new Tensor(h))];
        }

        private static int Tri(bool? flag) => flag is { } f ? Native.Flag(f) : -1;
    }

    /// <summary>Whether operations are recorded for gradients on this thread.</summary>
    public static bool is_grad_enabled() => Native.bridge_grad_enabled() != 0;

    /// <summary>Stops the recording of operations on this thread until the result is disposed of.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    /// <summary>Sets the recording of operations on this thread until the result is disposed of.</summary>
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    /// <summary>Sets the recording of operations on this thread until the result is disposed of.</summary>
    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    private sealed class GradMode : IDisposable
    {
        private readonly bool _before = is_grad_enabled();

        public GradMode(bool mode) => Native.bridge_set_grad_enabled(Native.Flag(mode));

        public void Dispose() => Native.bridge_set_grad_enabled(Native.Flag(_before));
    }
}
