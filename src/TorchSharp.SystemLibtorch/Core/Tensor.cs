using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// One of libtorch's tensors. It owns a native handle, which <see cref="Dispose()"/>, its scope or its finalizer frees.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private nint _handle;

        internal Tensor(nint handle)
        {
            if (handle == 0)
                throw Native.Error();
            _handle = handle;
            DisposeScope.Enter(this);
            SystemLibtorch.NativeHandles.TensorMade();
        }

        /// <summary>Frees the native tensor of an object that nobody disposed of.</summary>
        ~Tensor() => Dispose(false);

        /// <summary>Tensors made and not yet freed in this process.</summary>
        public static long TotalCount => SystemLibtorch.NativeHandles.Tensors;

        internal DisposeScope? Scope { get; set; }

        internal int PlaceInScope { get; set; }

        /// <summary>The native handle.</summary>
        /// <exception cref="ObjectDisposedException">The tensor was disposed of.</exception>
        public nint Handle
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get
            {
                if (_handle == 0)
                    Gone();
                return _handle;
            }
        }

        /// <summary>Whether the tensor was disposed of.</summary>
        public bool IsInvalid => _handle == 0;

        /// <summary>Frees the native tensor.</summary>
        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Frees the native tensor.</summary>
        protected virtual void Dispose(bool disposing)
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0)
                return;
            Native.t_delete(handle);
            SystemLibtorch.NativeHandles.TensorFreed();
            if (disposing)
                Scope?.MarkAsDisposed(this);
        }

        /// <summary>Hands the tensor to the scope around the one that holds it, or to none.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            Scope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Hands the tensor to another scope, or to none.</summary>
        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (Scope is { } scope)
                scope.MoveToOther(other, this);
            else
                other?.Attach(this);
            return this;
        }

        /// <summary>Hands the tensor to the scope that holds <paramref name="other"/>, or to none.</summary>
        public Tensor MoveToOtherDisposeScope(Tensor other)
        {
            ArgumentNullException.ThrowIfNull(other);
            return MoveToOtherDisposeScope(other.Scope);
        }

        /// <summary>Takes the tensor out of all scopes; its owner disposes of it.</summary>
        public Tensor DetachFromDisposeScope()
        {
            Scope?.Detach(this);
            return this;
        }

        /// <summary>The number of dimensions.</summary>
        public long dim() => Native.t_dim(Handle).Kept(this);

        /// <summary>The number of dimensions.</summary>
        public long ndim => dim();

        /// <summary>The number of dimensions.</summary>
        public long Dimensions => dim();

        /// <summary>The number of elements.</summary>
        public long numel() => Native.t_numel(Handle).Kept(this);

        /// <summary>The number of elements.</summary>
        public long NumberOfElements => numel();

        /// <summary>The lengths of the dimensions.</summary>
        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[dim()];
                fixed (long* p = sizes)
                    Native.t_sizes(Handle, p);
                return sizes.Kept(this);
            }
        }

        /// <summary>The lengths of the dimensions.</summary>
        public long[] size() => shape;

        /// <summary>The length of a dimension; negative ones count from the end.</summary>
        public long size(int dim) => At(shape, dim);

        /// <summary>The distance between neighbours in each dimension, in elements.</summary>
        public unsafe long[] stride()
        {
            var strides = new long[dim()];
            fixed (long* p = strides)
                Native.t_strides(Handle, p);
            return strides.Kept(this);
        }

        /// <summary>The distance between neighbours in a dimension, in elements.</summary>
        public long stride(int dim) => At(stride(), dim);

        /// <summary>The elements' type.</summary>
        public ScalarType dtype => (ScalarType)Native.t_dtype(Handle).Kept(this);

        /// <summary>Where the elements lie.</summary>
        public Device device
        {
            get
            {
                ObjectDisposedException.ThrowIf(IsInvalid, this);
                return CPU;
            }
        }

        /// <summary>The kind of device where the elements lie.</summary>
        public DeviceType device_type => device.type;

        /// <summary>The size of an element in bytes.</summary>
        public long ElementSize => dtype.ElementSize();

        /// <summary>The size of an element in bytes.</summary>
        public long element_size() => ElementSize;

        /// <summary>Whether the elements are real floating-point numbers.</summary>
        public bool is_floating_point() => torch.is_floating_point(dtype);

        /// <summary>Whether the elements are integers.</summary>
        public bool is_integral() => torch.is_integral(dtype);

        /// <summary>Whether the elements lie in memory in order, without gaps.</summary>
        public bool is_contiguous() => Native.t_is_contiguous(Handle).Kept(this) != 0;

        /// <summary>Whether the elements lie in the processor's memory.</summary>
        public bool is_cpu() => device_type == DeviceType.CPU;

        /// <summary>Whether <paramref name="obj"/> is this very tensor.</summary>
        public override bool Equals(object? obj) => ReferenceEquals(this, obj);

        /// <summary>A hash of the tensor's identity.</summary>
        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

        /// <summary>Type, shape and, for a single element, its value.</summary>
        public override string ToString()
        {
            if (IsInvalid)
                return "[disposed]";
            var value = numel() == 1 ? FormattableString.Invariant($", value = {ToDouble(this):R}") : "";
            return $"[{string.Join("x", shape)}], type = {dtype}, device = {device}{value}";
        }

        private static long At(long[] values, int dim) => values[dim < 0 ? values.Length + dim : dim];

        private static void Gone() => throw new ObjectDisposedException(nameof(Tensor), "The tensor was disposed of.");

        private static double ToDouble(Tensor tensor) => tensor.item<double>();
    }

    /// <summary>The value, after everything that needed <paramref name="owner"/> to live is over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Kept<T>(this T value, Tensor owner)
    {
        GC.KeepAlive(owner);
        return value;
    }
}
