namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements in another shape; −1 stands for the length that follows from the others.</summary>
        public unsafe Tensor reshape(params long[] shape)
        {
            ArgumentNullException.ThrowIfNull(shape);
            fixed (long* s = shape)
                return Op.New(Native.t_reshape(Handle, new(s, shape.Length)), this);
        }

        /// <summary>The same elements seen in another shape; never a copy.</summary>
        public unsafe Tensor view(params long[] shape)
        {
            ArgumentNullException.ThrowIfNull(shape);
            fixed (long* s = shape)
                return Op.New(Native.t_view(Handle, new(s, shape.Length)), this);
        }

        /// <summary>The same elements seen in another tensor's shape.</summary>
        public Tensor view_as(Tensor other) => view(other.shape);

        /// <summary>Dimensions of length 1 repeated to greater lengths, without a copy.</summary>
        public Tensor expand(params long[] sizes) => expand(sizes, false);

        /// <summary>Dimensions of length 1 repeated to greater lengths, without a copy.</summary>
        public unsafe Tensor expand(long[] sizes, bool isImplicit = false)
        {
            ArgumentNullException.ThrowIfNull(sizes);
            fixed (long* s = sizes)
                return Op.New(Native.t_expand(Handle, new(s, sizes.Length), Native.Flag(isImplicit)), this);
        }

        /// <summary>Expanded to another tensor's shape.</summary>
        public Tensor expand_as(Tensor other) => expand(other.shape, false);

        /// <summary>The dimensions in another order.</summary>
        public unsafe Tensor permute(params long[] permutation)
        {
            ArgumentNullException.ThrowIfNull(permutation);
            fixed (long* p = permutation)
                return Op.New(Native.t_permute(Handle, new(p, permutation.Length)), this);
        }

        /// <summary>Copies of the tensor side by side, so many along each dimension.</summary>
        public unsafe Tensor repeat(params long[] sizes)
        {
            ArgumentNullException.ThrowIfNull(sizes);
            fixed (long* s = sizes)
                return Op.New(Native.t_repeat(Handle, new(s, sizes.Length)), this);
        }

        /// <summary>The elements in reverse order along dimensions.</summary>
        public unsafe Tensor flip(params long[] dims)
        {
            ArgumentNullException.ThrowIfNull(dims);
            fixed (long* d = dims)
                return Op.New(Native.t_flip(Handle, new(d, dims.Length)), this);
        }

        /// <summary>Dimensions <paramref name="start_dim"/> to <paramref name="end_dim"/> made one.</summary>
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Op.New(Native.t_flatten(Handle, start_dim, end_dim), this);

        /// <summary>The elements in one dimension.</summary>
        public Tensor ravel() => reshape(-1);

        /// <summary>The matrix with rows and columns exchanged.</summary>
        public unsafe Tensor t() => Op.Unary(&Native.t_t, this);

        /// <summary>The tensor with its dimensions in reverse order.</summary>
        public Tensor T => permute([.. Enumerable.Range(0, (int)dim()).Reverse().Select(d => (long)d)]);

        /// <summary>The tensor with two dimensions exchanged.</summary>
        public Tensor transpose(long dim0, long dim1) => Op.New(Native.t_transpose(Handle, dim0, dim1), this);

        /// <summary>Without the dimension if its length is 1, or without all of that length.</summary>
        public Tensor squeeze(long? dim = null) => Op.New(dim is { } d ? Native.t_squeeze_dim(Handle, d) : Native.t_squeeze(Handle), this);

        /// <summary>With a new dimension of length 1.</summary>
        public Tensor unsqueeze(long dim) => Op.New(Native.t_unsqueeze(Handle, dim), this);

        /// <summary>The part at an index of a dimension, without that dimension.</summary>
        public Tensor select(long dim, long index) => Op.New(Native.t_select(Handle, dim, index), this);

        /// <summary>The part from one index of a dimension up to another, in steps.</summary>
        public Tensor slice(long dim, long start, long finish, long step) => Op.New(Native.t_slice(Handle, dim, start, finish, step), this);

        /// <summary>The part of a length from an index of a dimension on.</summary>
        public Tensor narrow(long dim, long start, long length) => Op.New(Native.t_narrow(Handle, dim, start, length), this);

        /// <summary>The elements at positions counted through all dimensions.</summary>
        public Tensor take(Tensor index) => Op.New(Native.t_take(Handle, Op.In(index)), this, index);

        /// <summary>The same elements as another tensor.</summary>
        public unsafe Tensor alias() => Op.Unary(&Native.t_alias, this);

        /// <summary>The elements in order in memory without gaps.</summary>
        public Tensor contiguous() => Op.New(Native.t_contiguous(Handle), this);

        /// <summary>The parts at each index of a dimension.</summary>
        public unsafe Tensor[] unbind(long dimension = 0)
        {
            var d = dimension < 0 ? dimension + dim() : dimension;
            var sizes = shape;
            var parts = new nint[d >= 0 && d < sizes.Length ? sizes[d] : 0];
            fixed (nint* p = parts)
                Native.Check(Native.t_unbind(Handle, dimension, p));
            GC.KeepAlive(this);
            return Array.ConvertAll(parts, h => new Tensor(h));
        }

        /// <summary>The part at an index of the first dimension.</summary>
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => Write(select(0, i1), value);
        }

        /// <summary>The part at an index of each of the first two dimensions.</summary>
        public Tensor this[long i1, long i2]
        {
            get => At(i1, i2);
            set => Write(At(i1, i2), value);
        }

        /// <summary>The part at an index of each of the first three dimensions.</summary>
        public Tensor this[long i1, long i2, long i3]
        {
            get => At(i1, i2, i3);
            set => Write(At(i1, i2, i3), value);
        }

        /// <summary>The tensor with elements of another type.</summary>
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            var result = Op.New(Native.t_to(Handle, (int)type, Native.Flag(copy)), this);
            if (disposeAfter)
                Dispose();
            return result;
        }

        /// <summary>The tensor with elements of another type.</summary>
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(type, copy, disposeAfter, non_blocking);

        /// <summary>The tensor with elements of another type.</summary>
        public Tensor type(ScalarType dtype) => to(dtype);

        /// <summary>The tensor with elements of another tensor's type.</summary>
        public Tensor type_as(Tensor tensor) => to(tensor.dtype);

        /// <summary>The tensor with double-precision elements.</summary>
        public Tensor @double() => to(ScalarType.Float64);

        /// <summary>The tensor with single-precision elements.</summary>
        public Tensor @float() => to(ScalarType.Float32);

        /// <summary>The tensor with 64-bit integer elements.</summary>
        public Tensor @long() => to(ScalarType.Int64);

        /// <summary>The tensor with 32-bit integer elements.</summary>
        public Tensor @int() => to(ScalarType.Int32);

        /// <summary>The tensor with boolean elements.</summary>
        public Tensor @bool() => to(ScalarType.Bool);

        /// <summary>The tensor in the processor's memory.</summary>
        public Tensor cpu() => to(dtype);

        private static void Write(Tensor part, Tensor value)
        {
            using (part)
                part.copy_(value);
        }

        private Tensor At(params ReadOnlySpan<long> indices)
        {
            var part = select(0, indices[0]);
            foreach (var index in indices[1..])
            {
                using var whole = part;
                part = whole.select(0, index);
            }
            return part;
        }
    }
}
