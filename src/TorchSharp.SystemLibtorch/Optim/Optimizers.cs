using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Stochastic gradient descent, with momentum.</summary>
public class SGD : Optimizer, IMomentum
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
}

/// <summary>Adam: moments of first and second order; weight decay joins the gradient.</summary>
public class Adam : Optimizer, IBetas
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
}

/// <summary>Adam whose weight decay acts on the parameters themselves.</summary>
public class AdamW : Optimizer, IBetas
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
}

/// <summary>Gradients over the root of their mean square.</summary>
public class RMSProp : Optimizer, IMomentum
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
}

/// <summary>Gradients over the root of the sum of their squares.</summary>
public class Adagrad : Optimizer
{
    internal Adagrad(
        IEnumerable<Parameter> parameters, double lr, double lr_decay, double weight_decay, double initial_accumulator_value, double eps)
        : base(parameters, p => Native.o_adagrad(p, lr, lr_decay, weight_decay, initial_accumulator_value, eps))
    {
    }
}
