namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum of all elements.</summary>
        public Tensor sum(ScalarType? type = null) => Op.New(Native.t_sum(Handle, Native.Type(type)), this);

        /// <summary>The sums along a dimension.</summary>
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum((ReadOnlySpan<long>)[dim], keepdim, type);

        /// <summary>The sums along dimensions.</summary>
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => sum((ReadOnlySpan<long>)dim, keepdim, type);

        /// <summary>The sums along dimensions.</summary>
        public unsafe Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null)
        {
            fixed (long* d = dim)
                return Op.New(Native.t_sum_dims(Handle, new(d, dim.Length), Native.Flag(keepdim), Native.Type(type)), this);
        }

        /// <summary>The mean of all elements.</summary>
        public unsafe Tensor mean() => Op.Unary(&Native.t_mean, this);

        /// <summary>The means along dimensions.</summary>
        public unsafe Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null)
        {
            ArgumentNullException.ThrowIfNull(dimensions);
            fixed (long* d = dimensions)
                return Op.New(Native.t_mean_dims(Handle, new(d, dimensions.Length), Native.Flag(keepdim), Native.Type(type)), this);
        }

        /// <summary>The product of all elements.</summary>
        public Tensor prod(ScalarType? type = null) => Op.New(Native.t_prod(Handle, Native.Type(type)), this);

        /// <summary>The products along a dimension.</summary>
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) =>
            Op.New(Native.t_prod_dim(Handle, dim, Native.Flag(keepdim), Native.Type(type)), this);

        /// <summary>The variance of all elements, over n − 1 if unbiased.</summary>
        public Tensor var(bool unbiased = true) => Op.New(Native.t_var(Handle, Native.Flag(unbiased)), this);

        /// <summary>The standard deviation of all elements, over n − 1 if unbiased.</summary>
        public Tensor std(bool unbiased = true) => Op.New(Native.t_std(Handle, Native.Flag(unbiased)), this);

        /// <summary>The p-norm of all elements.</summary>
        public Tensor norm(float p = 2) => Op.New(Native.t_norm(Handle, p), this);

        /// <summary>The sums of the elements so far along a dimension.</summary>
        public Tensor cumsum(long dim, ScalarType? type = null) => Op.New(Native.t_cumsum(Handle, dim, Native.Type(type)), this);

        /// <summary>The greatest element.</summary>
        public unsafe Tensor max() => Op.Unary(&Native.t_max, this);

        /// <summary>The least element.</summary>
        public unsafe Tensor min() => Op.Unary(&Native.t_min, this);

        /// <summary>The middle element.</summary>
        public unsafe Tensor median() => Op.Unary(&Native.t_median, this);

        /// <summary>The greatest elements along a dimension, and where they are.</summary>
        public unsafe (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Op.Two(&Native.t_max_dim, this, dim, keepdim);

        /// <summary>The least elements along a dimension, and where they are.</summary>
        public unsafe (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Op.Two(&Native.t_min_dim, this, dim, keepdim);

        /// <summary>Where the greatest of all elements is, counted through all dimensions.</summary>
        public unsafe Tensor argmax() => Op.Unary(&Native.t_argmax, this);

        /// <summary>Where the greatest elements along a dimension are.</summary>
        public Tensor argmax(long dim, bool keepdim = false) => Op.New(Native.t_argmax_dim(Handle, dim, Native.Flag(keepdim)), this);

        /// <summary>Where the least of all elements is, counted through all dimensions.</summary>
        public unsafe Tensor argmin() => Op.Unary(&Native.t_argmin, this);

        /// <summary>Where the least elements along a dimension are.</summary>
        public Tensor argmin(long dim, bool keepdim = false) => Op.New(Native.t_argmin_dim(Handle, dim, Native.Flag(keepdim)), this);

        /// <summary>Whether no element is zero.</summary>
        public unsafe Tensor all() => Op.Unary(&Native.t_all, this);

        /// <summary>Whether an element is not zero.</summary>
        public unsafe Tensor any() => Op.Unary(&Native.t_any, this);

        /// <summary>Whether |this − target| is at most atol + rtol |target| everywhere.</summary>
        public unsafe bool allclose(Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false)
        {
            int close;
            Self(Native.t_allclose(Handle, Op.In(target), rtol, atol, Native.Flag(equal_nan), &close), target);
            return close != 0;
        }
    }

    /// <summary>The sum of all elements.</summary>
    public static Tensor sum(Tensor input, ScalarType? type = null) => input.sum(type);

    /// <summary>The sums along a dimension.</summary>
    public static Tensor sum(Tensor input, long dim, bool keepdim = false, ScalarType? type = null) => input.sum(dim, keepdim, type);

    /// <summary>The sums along dimensions.</summary>
    public static Tensor sum(Tensor input, ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
        input.sum(dim, keepdim, type);

    /// <summary>The mean of all elements.</summary>
    public static Tensor mean(Tensor input) => input.mean();

    /// <summary>The means along dimensions.</summary>
    public static Tensor mean(Tensor input, long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
        input.mean(dimensions, keepdim, type);

    /// <summary>The product of all elements.</summary>
    public static Tensor prod(Tensor input, ScalarType? type = null) => input.prod(type);

    /// <summary>The variance of all elements, over n − 1 if unbiased.</summary>
    public static Tensor var(Tensor input, bool unbiased = true) => input.var(unbiased);

    /// <summary>The standard deviation of all elements, over n − 1 if unbiased.</summary>
    public static Tensor std(Tensor input, bool unbiased = true) => input.std(unbiased);

    /// <summary>The greatest element.</summary>
    public static Tensor max(Tensor input) => input.max();

    /// <summary>The least element.</summary>
    public static Tensor min(Tensor input) => input.min();

    /// <summary>The greatest elements along a dimension, and where they are.</summary>
    public static (Tensor values, Tensor indexes) max(Tensor input, long dim, bool keepdim = false) => input.max(dim, keepdim);

    /// <summary>The least elements along a dimension, and where they are.</summary>
    public static (Tensor values, Tensor indexes) min(Tensor input, long dim, bool keepdim = false) => input.min(dim, keepdim);

    /// <summary>Where the greatest of all elements is, counted through all dimensions.</summary>
    public static Tensor argmax(Tensor input) => input.argmax();

    /// <summary>Where the greatest elements along a dimension are.</summary>
    public static Tensor argmax(Tensor input, long dim, bool keepdim = false) => input.argmax(dim, keepdim);

    /// <summary>Whether |tensor − target| is at most atol + rtol |target| everywhere.</summary>
    public static bool allclose(Tensor tensor, Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false) =>
        tensor.allclose(target, rtol, atol, equal_nan);

    /// <summary>The version of libtorch.</summary>
    public static string __version__ => SystemLibtorch.SystemLibtorch.Version;

    /// <summary>How many threads libtorch's operations use.</summary>
    public static int get_num_threads() => Native.bridge_get_num_threads();

    /// <summary>Sets how many threads libtorch's operations use.</summary>
    public static void set_num_threads(int num) => Native.Check(Native.bridge_set_num_threads(num));
}
