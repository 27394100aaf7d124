using Micrograd.Parity.Training;

namespace Micrograd.Parity.Faults;

/// <summary>The formulas inside the optimizers, each to be replaced by a wrong one.</summary>
public sealed record OptimizerRules
{
    /// <summary>What Adam divides a running mean by: from its decay, the step from 1 on, and whether it is the first or second mean.</summary>
    public Func<double, int, int, double> Correction { get; init; } = (beta, step, _) => 1 - Math.Pow(beta, step);

    /// <summary>The divisor, from the mean square, its correction and epsilon.</summary>
    public Func<double, double, double, double> Divisor { get; init; } = (square, correction, epsilon) =>
        Math.Sqrt(square) / Math.Sqrt(correction) + epsilon;

    /// <summary>What a running mean takes of a new number, from what it keeps of itself.</summary>
    public Func<double, double> Fresh { get; init; } = kept => 1 - kept;

    /// <summary>The step that a formula uses, from the parameter's own, its place and how many there are.</summary>
    public Func<int, int, int, int> Step { get; init; } = (step, _, _) => step;

    /// <summary>What the momentum holds before a parameter's next step.</summary>
    public Func<double, double> Kept { get; init; } = buffer => buffer;

    /// <summary>What weight decay adds to a gradient, from its strength and the parameter.</summary>
    public Func<double, double, double> Decay { get; init; } = (strength, parameter) => strength * parameter;

    /// <summary>What decoupled weight decay leaves of a parameter, from the rate and its strength.</summary>
    public Func<double, double, double> Shrink { get; init; } = (rate, strength) => 1 - rate * strength;
}

/// <summary>The optimizers on plain numbers, in the engine's order of operations.</summary>
internal sealed class ModelOptimizer
{
    private readonly Choice _choice;
    private readonly OptimizerRules _rules;
    private readonly int[] _steps;
    private readonly List<OptimizerMemory> _memories = [];
    private readonly double[] _first;
    private readonly double[] _second;
    private readonly double[] _third;

    internal ModelOptimizer(Choice choice, OptimizerRules rules, int parameters)
    {
        (_choice, _rules, _steps, Rate) = (choice, rules, new int[parameters], choice["lr"]);
        (_first, _second, _third) = choice.Kind switch
        {
            "sgd" => (Remember("momentum_buffer", choice["momentum"] != 0), [], []),
            "rmsprop" => (
                Remember("square_avg"), Remember("grad_avg", choice.Flag("centered")), Remember("momentum_buffer", choice["momentum"] > 0)),
            "adagrad" => (Remember("sum", true, choice["initial_accumulator_value"]), [], []),
            _ => (Remember("exp_avg"), Remember("exp_avg_sq"), Remember("max_exp_avg_sq", choice.Flag("amsgrad"))),
        };
    }

    /// <summary>The learning rate; schedules change it.</summary>
    internal double Rate { get; set; }

    /// <summary>What it keeps, as <see cref="TrainingState"/> has it.</summary>
    internal OptimizerMemory[] Memory =>
    [
        .. _memories.Select(m => new OptimizerMemory(m.Name, [.. m.Values])),
        .. _choice.Kind == "sgd" ? [] : new[] { new OptimizerMemory("step", Array.ConvertAll(_steps, s => (double)s)) },
    ];

    /// <summary>Changes one parameter.</summary>
    internal void Update(int index, ref double parameter, double gradient, double rate)
    {
        var step = _rules.Step(++_steps[index], index, _steps.Length);
        switch (_choice.Kind)
        {
            case "sgd":
                Sgd(index, step, ref parameter, Decayed(parameter, gradient), rate);
                break;
            case "rmsprop":
                RmsProp(index, ref parameter, Decayed(parameter, gradient), rate);
                break;
            case "adagrad":
                gradient = Decayed(parameter, gradient);
                _first[index] += gradient * gradient;
                rate /= 1 + (step - 1) * _choice["lr_decay"];
                parameter += -rate * gradient / _rules.Divisor(_first[index], 1, _choice["eps"]);
                break;
            case "adam":
                Adam(index, step, ref parameter, Decayed(parameter, gradient), rate);
                break;
            default:
                if (_choice["weight_decay"] != 0)
                    parameter *= _rules.Shrink(rate, _choice["weight_decay"]);
                Adam(index, step, ref parameter, gradient, rate);
                break;
        }
    }

    private double Decayed(double parameter, double gradient) =>
        _choice["weight_decay"] != 0 ? gradient + _rules.Decay(_choice["weight_decay"], parameter) : gradient;

    private void Sgd(int index, int step, ref double parameter, double change, double rate)
    {
        var momentum = _choice["momentum"];
        if (momentum != 0)
        {
            _first[index] = step == 1 ? change : _rules.Kept(_first[index]) * momentum + (1 - _choice["dampening"]) * change;
            change = _choice.Flag("nesterov") ? change + momentum * _first[index] : _first[index];
        }

        parameter += -rate * change;
    }

    private void RmsProp(int index, ref double parameter, double gradient, double rate)
    {
        var (alpha, fresh) = (_choice["alpha"], _rules.Fresh(_choice["alpha"]));
        _first[index] = _first[index] * alpha + fresh * gradient * gradient;
        var spread = _first[index];
        if (_choice.Flag("centered"))
        {
            _second[index] = _second[index] * alpha + fresh * gradient;
            spread -= _second[index] * _second[index];
        }

        var divisor = _rules.Divisor(spread, 1, _choice["eps"]);
        if (_choice["momentum"] > 0)
        {
            _third[index] = _rules.Kept(_third[index]) * _choice["momentum"] + gradient / divisor;
            parameter += -rate * _third[index];
        }
        else
        {
            parameter += -rate * gradient / divisor;
        }
    }

    private void Adam(int index, int step, ref double parameter, double gradient, double rate)
    {
        var (beta1, beta2) = (_choice["beta1"], _choice["beta2"]);
        _first[index] = _first[index] * beta1 + _rules.Fresh(beta1) * gradient;
        _second[index] = _second[index] * beta2 + _rules.Fresh(beta2) * gradient * gradient;
        var used = _second[index];
        if (_choice.Flag("amsgrad"))
            used = _third[index] = Math.Max(used, _third[index]);
        var divisor = _rules.Divisor(used, _rules.Correction(beta2, step, 2), _choice["eps"]);
        parameter += -(rate / _rules.Correction(beta1, step, 1)) * _first[index] / divisor;
    }

    private double[] Remember(string name, bool needed = true, double initial = 0)
    {
        if (!needed)
            return [];
        var values = new double[_steps.Length];
        Array.Fill(values, initial);
        _memories.Add(new OptimizerMemory(name, values));
        return values;
    }
}
