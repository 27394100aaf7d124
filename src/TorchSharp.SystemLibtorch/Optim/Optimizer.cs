using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Optimizers, which are libtorch's own.</summary>
    public static partial class optim
    {
        /// <summary>What a schedule of learning rates acts on.</summary>
        public interface ILearningRateController
        {
            /// <summary>The learning rate.</summary>
            double LearningRate { get; set; }

            /// <summary>The learning rate at the start.</summary>
            double InitialLearningRate { get; set; }
        }

        /// <summary>An optimizer with a momentum.</summary>
        public interface IMomentum
        {
            /// <summary>The momentum.</summary>
            double Momentum { get; set; }
        }

        /// <summary>An optimizer with two decay rates.</summary>
        public interface IBetas
        {
            /// <summary>The decay rates of the first and the second moment.</summary>
            (double, double) Betas { get; set; }
        }

        /// <summary>
        /// One of libtorch's optimizers over some parameters. It owns a native handle, which <see cref="Dispose()"/> or its finalizer
        /// frees.
        /// </summary>
        public abstract class Optimizer : IDisposable
        {
            private readonly Parameter[] _parameters;
            private readonly ParamGroup _group;
            private nint _handle;

            private protected unsafe delegate nint Maker(Handles parameters);

            private protected unsafe Optimizer(IEnumerable<Parameter> parameters, Maker make)
            {
                ArgumentNullException.ThrowIfNull(parameters);
                _parameters = [.. parameters];
                var handles = Op.Handles(_parameters);
                fixed (nint* h = handles)
                    _handle = make(new(h, handles.Length));
                if (_handle == 0)
                    throw Native.Error();
                SystemLibtorch.NativeHandles.OtherMade();
                _group = new ParamGroup(this);
            }

            /// <summary>Frees the native optimizer of an object that nobody disposed of.</summary>
            ~Optimizer() => Dispose(false);

            /// <summary>The groups of parameters, with their learning rates.</summary>
            public virtual IEnumerable<ILearningRateController> ParamGroups => [_group];

            /// <summary>The parameters.</summary>
            public virtual IEnumerable<Parameter> parameters() => _parameters;

            /// <summary>Sets all gradients to zero.</summary>
            public virtual void zero_grad()
            {
                foreach (var parameter in _parameters)
                    Gradients.Clear(parameter, drop: false);
            }

            /// <summary>
            /// Changes the parameters by their gradients, after <paramref name="closure"/> if there is one; returns its loss.
            /// </summary>
            public virtual Tensor? step(Func<Tensor>? closure = null)
            {
                Tensor? loss = null;
                if (closure is not null)
                {
                    using var on = enable_grad();
                    loss = closure();
                }
                Check(Native.o_step(Handle));
                return loss;
            }

            /// <summary>Frees the native optimizer; the parameters live on.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Frees the native optimizer; the parameters live on.</summary>
            protected virtual void Dispose(bool disposing)
            {
                var handle = Interlocked.Exchange(ref _handle, 0);
                if (handle == 0)
                    return;
                Native.o_delete(handle);
                SystemLibtorch.NativeHandles.OtherFreed();
            }

            internal unsafe double this[Option option]
            {
                get
                {
                    double value;
                    Check(Native.o_get(Handle, (int)option, &value));
                    return value;
                }
                set => Check(Native.o_set(Handle, (int)option, value));
            }

            /// <summary>A tensor that the optimizer keeps for a parameter; null where it keeps none, as before the first step.</summary>
            internal unsafe Tensor? Kept(Parameter parameter, Memory what)
            {
                nint tensor;
                Check(Native.o_state(Handle, parameter.Handle, (int)what, &tensor));
                GC.KeepAlive(parameter);
                return tensor == 0 ? null : new Tensor(tensor);
            }

            /// <summary>How many steps the optimizer has counted for a parameter; <paramref name="value"/> overwrites the number.</summary>
            internal unsafe long Steps(Parameter parameter, long? value = null)
            {
                long steps;
                var written = value.GetValueOrDefault();
                Check(Native.o_steps(Handle, parameter.Handle, value is null ? null : &written, &steps));
                GC.KeepAlive(parameter);
                return steps;
            }

            /// <summary>The state of every parameter, in the order of the parameters.</summary>
            public class StateDictionary
            {
                internal StateDictionary(IEnumerable<OptimizerState> state) => State = [.. state];

                /// <summary>What the optimizer keeps, one entry per parameter.</summary>
                public List<OptimizerState> State { get; private set; }
            }

            internal enum Memory
            {
                MomentumBuffer,
                ExpAvg,
                ExpAvgSq,
                MaxExpAvgSq,
                SquareAvg,
                GradAvg,
                Sum,
            }

            internal enum Option
            {
                LearningRate,
                Momentum,
                Beta1,
                Beta2,
            }

            private nint Handle
            {
                get
                {
                    ObjectDisposedException.ThrowIf(_handle == 0, this);
                    return _handle;
                }
            }

            private void Check(int status)
            {
                GC.KeepAlive(this);
                Native.Check(status);
            }

            private protected static void OnlyMinimize(bool maximize)
            {
                if (maximize)
                    throw new NotSupportedException("libtorch's own optimizers minimize; negate the loss instead.");
            }
        }
    }
}
