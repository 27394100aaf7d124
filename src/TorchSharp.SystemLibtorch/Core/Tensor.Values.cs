using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The single element, converted to <typeparamref name="T"/>.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">There is not exactly one element.</exception>
        public unsafe T item<T>() where T : unmanaged
        {
            if (typeof(T) == typeof(long) || typeof(T) == typeof(int) || typeof(T) == typeof(short) || typeof(T) == typeof(sbyte)
                || typeof(T) == typeof(byte))
            {
                long integer;
                Native.Check(Native.t_item_long(Handle, &integer));
                GC.KeepAlive(this);
                if (typeof(T) == typeof(long)) return Unsafe.BitCast<long, T>(integer);
                if (typeof(T) == typeof(int)) return Unsafe.BitCast<int, T>((int)integer);
                if (typeof(T) == typeof(short)) return Unsafe.BitCast<short, T>((short)integer);
                if (typeof(T) == typeof(sbyte)) return Unsafe.BitCast<sbyte, T>((sbyte)integer);
                return Unsafe.BitCast<byte, T>((byte)integer);
            }
            double value;
            Native.Check(Native.t_item(Handle, &value));
            GC.KeepAlive(this);
            if (typeof(T) == typeof(double)) return Unsafe.BitCast<double, T>(value);
            if (typeof(T) == typeof(float)) return Unsafe.BitCast<float, T>((float)value);
            if (typeof(T) == typeof(bool)) return Unsafe.BitCast<bool, T>(value != 0);
            throw new ArgumentException($"No element converts to {typeof(T)}.");
        }

        /// <summary>The single element as a scalar.</summary>
        public Scalar ToScalar() => dtype switch
        {
            ScalarType.Bool => item<bool>(),
            var type when torch.is_integral(type) => item<long>(),
            _ => item<double>(),
        };

        /// <summary>The elements, to be read and written in place.</summary>
        /// <exception cref="ArgumentException"><typeparamref name="T"/> is not the elements' type.</exception>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            if (TypeOf<T>() != dtype)
                throw new ArgumentException($"The elements are {dtype}, not {typeof(T)}.");
            return new TensorAccessor<T>(this);
        }

        /// <summary>Element <paramref name="i"/> in the order of memory.</summary>
        public T ReadCpuValue<T>(long i) where T : unmanaged
        {
            using var accessor = data<T>();
            return accessor.InMemory(i);
        }

        /// <summary>Element <paramref name="i"/> in the order of memory.</summary>
        public double ReadCpuDouble(long i) => ReadCpuValue<double>(i);

        /// <summary>Element <paramref name="i"/> in the order of memory.</summary>
        public float ReadCpuSingle(long i) => ReadCpuValue<float>(i);

        /// <summary>Element <paramref name="i"/> in the order of memory.</summary>
        public long ReadCpuInt64(long i) => ReadCpuValue<long>(i);

        /// <summary>The single element as a double.</summary>
        public static explicit operator double(Tensor value) => value.ToDouble();

        /// <summary>The single element as a single.</summary>
        public static explicit operator float(Tensor value) => value.ToSingle();

        /// <summary>The single element as a 64-bit integer.</summary>
        public static explicit operator long(Tensor value) => value.ToInt64();

        /// <summary>The single element as a 32-bit integer.</summary>
        public static explicit operator int(Tensor value) => value.ToInt32();

        /// <summary>Whether the single element is not zero.</summary>
        public static explicit operator bool(Tensor value) => value.ToBoolean();

        /// <summary>A tensor without dimensions.</summary>
        public static implicit operator Tensor(double value) => tensor(value);

        /// <summary>A tensor without dimensions.</summary>
        public static implicit operator Tensor(float value) => tensor(value);

        /// <summary>A tensor without dimensions.</summary>
        public static implicit operator Tensor(long value) => tensor(value);

        /// <summary>A tensor without dimensions.</summary>
        public static implicit operator Tensor(int value) => tensor(value);

        /// <summary>A tensor without dimensions.</summary>
        public static implicit operator Tensor(bool value) => tensor(value);

        /// <summary>A tensor of one dimension.</summary>
        public static implicit operator Tensor(double[] value) => tensor(value);

        /// <summary>A tensor of one dimension.</summary>
        public static implicit operator Tensor(float[] value) => tensor(value);

        /// <summary>A tensor of one dimension.</summary>
        public static implicit operator Tensor(long[] value) => tensor(value);

        /// <summary>A tensor without dimensions, of the scalar's type.</summary>
        public static implicit operator Tensor(Scalar scalar) => Factory.Zero(scalar, scalar.Type, false);
    }
}
