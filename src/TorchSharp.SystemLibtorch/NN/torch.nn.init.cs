namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>First values for parameters, written in place and outside the record of operations.</summary>
        public static partial class init
        {
            /// <summary>Which side's size keeps the variance.</summary>
            public enum FanInOut
            {
                /// <summary>The number of inputs.</summary>
                FanIn = 0,
                /// <summary>The number of outputs.</summary>
                FanOut = 1,
            }

            /// <summary>The function that follows a layer.</summary>
            public enum NonlinearityType
            {
                /// <summary>None.</summary>
                Linear = 0,
                /// <summary>None, after a convolution in one dimension.</summary>
                Conv1D = 1,
                /// <summary>None, after a convolution in two dimensions.</summary>
                Conv2D = 2,
                /// <summary>None, after a convolution in three dimensions.</summary>
                Conv3D = 3,
                /// <summary>None, after a transposed convolution in one dimension.</summary>
                ConvTranspose1D = 4,
                /// <summary>None, after a transposed convolution in two dimensions.</summary>
                ConvTranspose2D = 5,
                /// <summary>None, after a transposed convolution in three dimensions.</summary>
                ConvTranspose3D = 6,
                /// <summary>The logistic function.</summary>
                Sigmoid = 7,
                /// <summary>The hyperbolic tangent.</summary>
                Tanh = 8,
                /// <summary>The rectifier.</summary>
                ReLU = 9,
                /// <summary>The leaky rectifier.</summary>
                LeakyReLU = 10,
            }

            /// <summary>The same value everywhere.</summary>
            public static Tensor constant_(Tensor tensor, Scalar val) => tensor.Self(Native.t_fill_(Op.In(tensor), val));

            /// <summary>Zero everywhere.</summary>
            public static Tensor zeros_(Tensor tensor) => constant_(tensor, 0);

            /// <summary>One everywhere.</summary>
            public static Tensor ones_(Tensor tensor) => constant_(tensor, 1);

            /// <summary>Drawn evenly between two bounds.</summary>
            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null) =>
                tensor.Self(Native.t_uniform_(Op.In(tensor), low, high));

            /// <summary>Drawn from a normal distribution.</summary>
            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null) =>
                tensor.Self(Native.t_normal_(Op.In(tensor), mean, std));

            /// <summary>Drawn evenly, so that the variance is kept (Glorot and Bengio).</summary>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1)
            {
                var bound = Math.Sqrt(3.0) * XavierDeviation(tensor, gain);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Drawn from a normal distribution, so that the variance is kept (Glorot and Bengio).</summary>
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1) => normal_(tensor, 0, XavierDeviation(tensor, gain));

            /// <summary>
            /// Drawn evenly, so that the variance is kept behind a rectifier of slope <paramref name="a"/> (He and others).
            /// </summary>
            public static Tensor kaiming_uniform_(
                Tensor tensor,
                double a = 0,
                FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                var bound = Math.Sqrt(3.0) * KaimingDeviation(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>
            /// Drawn from a normal distribution, so that the variance is kept behind a rectifier of slope <paramref name="a"/> (He and
            /// others).
            /// </summary>
            public static Tensor kaiming_normal_(
                Tensor tensor,
                double a = 0,
                FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
                normal_(tensor, 0, KaimingDeviation(tensor, a, mode, nonlinearity));

            /// <summary>The factor that keeps the variance behind a function.</summary>
            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3,
                NonlinearityType.ReLU => Math.Sqrt(2.0),
                NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + param * param)),
                _ => 1,
            };

            /// <summary>The numbers of inputs and outputs of a weight.</summary>
            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                var shape = tensor.shape;
                if (shape.Length < 2)
                    throw new ArgumentException("A tensor of fewer than two dimensions has no inputs and outputs.", nameof(tensor));
                var field = shape.Skip(2).TotalSize();
                return (shape[1] * field, shape[0] * field);
            }

            private static double XavierDeviation(Tensor tensor, double gain)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return gain * Math.Sqrt(2.0 / (fanIn + fanOut));
            }

            private static double KaimingDeviation(Tensor tensor, double a, FanInOut mode, NonlinearityType nonlinearity)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return calculate_gain(nonlinearity, a) / Math.Sqrt(mode == FanInOut.FanIn ? fanIn : fanOut);
            }
        }

        /// <summary>Help with parameters.</summary>
        public static partial class utils
        {
            /// <summary>
            /// Scales all gradients so that their norm is at most <paramref name="max_norm"/>; returns the norm they had.
            /// </summary>
            public static unsafe double clip_grad_norm_(IEnumerable<Modules.Parameter> tensors, double max_norm, double norm_type = 2)
            {
                double norm;
                var handles = Op.Handles(tensors);
                fixed (nint* h = handles)
                    Native.Check(Native.n_clip_grad_norm(new(h, handles.Length), max_norm, norm_type, &norm));
                GC.KeepAlive(tensors);
                return norm;
            }

            /// <summary>Holds each element of the gradients within ±<paramref name="clip_value"/>.</summary>
            public static unsafe void clip_grad_value_(IEnumerable<Modules.Parameter> tensors, double clip_value)
            {
                var handles = Op.Handles(tensors);
                fixed (nint* h = handles)
                    Native.Check(Native.n_clip_grad_value(new(h, handles.Length), clip_value));
                GC.KeepAlive(tensors);
            }

            /// <summary>All parameters' elements in one dimension.</summary>
            public static Tensor parameters_to_vector(IEnumerable<Modules.Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                return cat([.. tensors.Select(p => p.view(-1))]).MoveToOuterDisposeScope();
            }

            /// <summary>Overwrites all parameters with the elements of one vector.</summary>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Modules.Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                using var off = no_grad();
                long start = 0;
                foreach (var parameter in tensors)
                {
                    parameter.copy_(vec.narrow(0, start, parameter.numel()).view_as(parameter));
                    start += parameter.numel();
                }
            }
        }
    }
}
