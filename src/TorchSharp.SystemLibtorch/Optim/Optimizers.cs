using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Stochastic gradient descent, with momentum.</summary>
public class SGD : OptimizerHelper, IMomentum
{
    internal SGD(
        IEnumerable<Parameter> parameters,
        double learningRate,
        double momentum,
        double dampening,
        double weight_decay,
        bool nesterov,
        bool maximize)
        : base(parameters, p => Native.o_sgd(p, learningRate, momentum, dampening, weight_decay, Native.Flag(nesterov)))
        => OnlyMinimize(maximize);

    /// <summary>The momentum.</summary>
    public double Momentum
    {
        get => this[Option.Momentum];
        set => this[Option.Momentum] = value;
    }

    private protected override OptimizerState StateOf(Parameter parameter) => new State(this, parameter);

    /// <summary>What is kept for one parameter.</summary>
    public class State : OptimizerState
    {
        internal State(Optimizer owner, Parameter parameter) : base(owner, parameter)
        {
            momentum_buffer = Kept(Optimizer.Memory.MomentumBuffer)!;
        }

        /// <summary>The running sum of gradients; null without a momentum.</summary>
        public torch.Tensor momentum_buffer { get; }
    }
}

/// <summary>Adam: moments of first and second order; weight decay joins the gradient.</summary>
public class Adam : OptimizerHelper, IBetas
{
    internal Adam(
        IEnumerable<Parameter> parameters,
        double lr,
        double beta1,
        double beta2,
        double eps,
        double weight_decay,
        bool amsgrad,
        bool maximize)
        : base(parameters, p => Native.o_adam(p, lr, beta1, beta2, eps, weight_decay, Native.Flag(amsgrad))) => OnlyMinimize(maximize);

    /// <summary>The decay rates of the first and the second moment.</summary>
    public (double, double) Betas
    {
        get => (this[Option.Beta1], this[Option.Beta2]);
        set => (this[Option.Beta1], this[Option.Beta2]) = value;
    }

    private protected override OptimizerState StateOf(Parameter parameter) => new State(this, parameter);

    /// <summary>What is kept for one parameter.</summary>
    public class State : OptimizerState
    {
        internal State(Optimizer owner, Parameter parameter) : base(owner, parameter)
        {
            exp_avg = Kept(Optimizer.Memory.ExpAvg)!;
            exp_avg_sq = Kept(Optimizer.Memory.ExpAvgSq)!;
            max_exp_avg_sq = Kept(Optimizer.Memory.MaxExpAvgSq)!;
        }

        /// <summary>The number of steps taken.</summary>
        public long step
        {
            get => Steps;
            set => Steps = value;
        }

        /// <summary>The running mean of the gradient.</summary>
        public torch.Tensor exp_avg { get; }

        /// <summary>The running mean of its square.</summary>
        public torch.Tensor exp_avg_sq { get; }

        /// <summary>The greatest of the latter so far; null without amsgrad.</summary>
        public torch.Tensor max_exp_avg_sq { get; }
    }
}

/// <summary>Adam whose weight decay acts on the parameters themselves.</summary>
public class AdamW : OptimizerHelper, IBetas
{
    internal AdamW(
        IEnumerable<Parameter> parameters,
        double lr,
        double beta1,
        double beta2,
        double eps,
        double weight_decay,
        bool amsgrad,
        bool maximize)
        : base(parameters, p => Native.o_adamw(p, lr, beta1, beta2, eps, weight_decay, Native.Flag(amsgrad))) => OnlyMinimize(maximize);

    /// <summary>The decay rates of the first and the second moment.</summary>
    public (double, double) Betas
    {
        get => (this[Option.Beta1], this[Option.Beta2]);
        set => (this[Option.Beta1], this[Option.Beta2]) = value;
    }

    private protected override OptimizerState StateOf(Parameter parameter) => new State(this, parameter);

    /// <summary>What is kept for one parameter.</summary>
    public class State : OptimizerState
    {
        internal State(Optimizer owner, Parameter parameter) : base(owner, parameter)
        {
            exp_avg = Kept(Optimizer.Memory.ExpAvg)!;
            exp_avg_sq = Kept(Optimizer.Memory.ExpAvgSq)!;
            max_exp_avg_sq = Kept(Optimizer.Memory.MaxExpAvgSq)!;
        }

        /// <summary>The number of steps taken.</summary>
        public long step
        {
            get => Steps;
            set => Steps = value;
        }

        /// <summary>The running mean of the gradient.</summary>
        public torch.Tensor exp_avg { get; }

        /// <summary>The running mean of its square.</summary>
        public torch.Tensor exp_avg_sq { get; }

        /// <summary>The greatest of the latter so far; null without amsgrad.</summary>
        public torch.Tensor max_exp_avg_sq { get; }
    }
}

/// <summary>Gradients over the root of their mean square.</summary>
public class RMSProp : OptimizerHelper, IMomentum
{
    internal RMSProp(
        IEnumerable<Parameter> parameters,
        double lr,
        double alpha,
        double eps,
        double weight_decay,
        double momentum,
        bool centered,
        bool maximize)
        : base(parameters, p => Native.o_rmsprop(p, lr, alpha, eps, weight_decay, momentum, Native.Flag(centered)))
        => OnlyMinimize(maximize);

    /// <summary>The momentum.</summary>
    public double Momentum
    {
        get => this[Option.Momentum];
        set => this[Option.Momentum] = value;
    }

    private protected override OptimizerState StateOf(Parameter parameter) => new State(this, parameter);

    /// <summary>What is kept for one parameter.</summary>
    public class State : OptimizerState
    {
        internal State(Optimizer owner, Parameter parameter) : base(owner, parameter)
        {
            square_avg = Kept(Optimizer.Memory.SquareAvg)!;
            momentum_buffer = Kept(Optimizer.Memory.MomentumBuffer)!;
            grad_avg = Kept(Optimizer.Memory.GradAvg)!;
        }

        /// <summary>The number of steps taken.</summary>
        public long step
        {
            get => Steps;
            set => Steps = value;
        }

        /// <summary>The running mean of the gradient's square.</summary>
        public torch.Tensor square_avg { get; }

        /// <summary>The running sum of steps; null without a momentum.</summary>
        public torch.Tensor momentum_buffer { get; }

        /// <summary>The running mean of the gradient; null where it is not centered.</summary>
        public torch.Tensor grad_avg { get; }
    }
}

/// <summary>Gradients over the root of the sum of their squares.</summary>
public class Adagrad : OptimizerHelper
{
    internal Adagrad(
        IEnumerable<Parameter> parameters, double lr, double lr_decay, double weight_decay, double initial_accumulator_value, double eps)
        : base(parameters, p => Native.o_adagrad(p, lr, lr_decay, weight_decay, initial_accumulator_value, eps))
    {
    }

    private protected override OptimizerState StateOf(Parameter parameter) => new State(this, parameter);

    /// <summary>What is kept for one parameter.</summary>
    public class State : OptimizerState
    {
        internal State(Optimizer owner, Parameter parameter) : base(owner, parameter)
        {
            sum = Kept(Optimizer.Memory.Sum)!;
        }

        /// <summary>The number of steps taken.</summary>
        public long step
        {
            get => Steps;
            set => Steps = value;
        }

        /// <summary>The sum of the gradient's squares.</summary>
        public torch.Tensor sum { get; }
    }
}
