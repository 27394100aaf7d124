namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Schedules of learning rates.</summary>
        public static partial class lr_scheduler
        {
            /// <summary>Times <paramref name="gamma"/> after every <paramref name="step_size"/> epochs.</summary>
            public static LRScheduler StepLR(
                Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new(optimizer, last_epoch, s => s.Epoch == 0 || s.Epoch % step_size != 0 ? s.Rate : s.Rate * gamma);

            /// <summary>Times <paramref name="gamma"/> after every epoch.</summary>
            public static LRScheduler ExponentialLR(
                Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new(optimizer, last_epoch, s => s.Epoch == 0 ? s.Rate : s.Rate * gamma);

            /// <summary>The initial rate times <paramref name="lr_lambda"/> of the epoch.</summary>
            public static LRScheduler LambdaLR(
                Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new(optimizer, last_epoch, s => s.Initial * lr_lambda(s.Epoch));

            /// <summary>Times <paramref name="lr_lambda"/> of the epoch, after every epoch.</summary>
            public static LRScheduler MultiplicativeLR(
                Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new(optimizer, last_epoch, s => s.Epoch == 0 ? s.Rate : s.Rate * lr_lambda(s.Epoch));

            /// <summary>
            /// Down from the initial rate along half a cosine to <paramref name="eta_min"/> in <paramref name="T_max"/> epochs, and up
            /// again.
            /// </summary>
            public static LRScheduler CosineAnnealingLR(
                Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false) =>
                new(optimizer, last_epoch, s => Annealed(s, T_max, eta_min));

            private static double Annealed(LRScheduler s, double period, double least)
            {
                if (s.Epoch == 0)
                    return s.Rate;
                if ((s.Epoch - 1 - period) % (2 * period) == 0)
                    return s.Rate + (s.Initial - least) * (1 - Math.Cos(Math.PI / period)) / 2;
                return (1 + Math.Cos(Math.PI * s.Epoch / period)) / (1 + Math.Cos(Math.PI * (s.Epoch - 1) / period))
                    * (s.Rate - least) + least;
            }

            /// <summary>A schedule: it sets an optimizer's learning rate after every epoch.</summary>
            public class LRScheduler
            {
                private readonly ILearningRateController _group;
                private readonly Func<LRScheduler, double> _next;

                internal LRScheduler(Optimizer optimizer, int lastEpoch, Func<LRScheduler, double> next)
                {
                    ArgumentNullException.ThrowIfNull(optimizer);
                    _group = optimizer.ParamGroups.Single();
                    _next = next;
                    Epoch = lastEpoch;
                    if (lastEpoch < 0)
                        _group.InitialLearningRate = _group.LearningRate;
                    step();
                }

                internal int Epoch { get; private set; }

                internal double Rate => _group.LearningRate;

                internal double Initial => _group.InitialLearningRate;

                /// <summary>Sets the next epoch's learning rate.</summary>
                public virtual void step()
                {
                    Epoch++;
                    _group.LearningRate = _next(this);
                }

                /// <summary>The learning rates last set, one per group.</summary>
                public IEnumerable<double> get_last_lr() => [Rate];
            }
        }
    }
}
