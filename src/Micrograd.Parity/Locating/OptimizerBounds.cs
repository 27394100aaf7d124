using Micrograd.Parity.Bounds;
using Micrograd.Parity.Formulas;
using Micrograd.Parity.Training;

namespace Micrograd.Parity.Locating;

/// <summary>What an optimizer's update of one parameter can come to, in whatever order its formula is computed, and in whatever is kept.</summary>
/// <param name="choice">The optimizer.</param>
/// <param name="format">The format in which it rounds.</param>
internal sealed class OptimizerBounds(Choice choice, FloatFormat format)
{
    /// <summary>No update takes more operations: Adam's with weight decay.</summary>
    private const int Operations = 20;

    /// <summary>A parameter itself is rounded where it is shrunk and where the change is added; twice for two sides.</summary>
    private const int OperationsOnParameter = 2;

    /// <summary>A mean takes no more: 1 − β, two or three products, a sum.</summary>
    private const int OperationsOfMean = 5;

    private readonly EnclosureArithmetic _arithmetic = new(format);
    private readonly HonestRounding _rounding = new(format);

    /// <summary>Makes an update.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">Which update of this parameter it is, from 1.</param>
    /// <param name="memory">What the optimizer keeps for the parameter, by name; what it keeps afterwards is put in its place.</param>
    internal Enclosure Update(double parameter, Enclosure gradient, Enclosure rate, int step, IDictionary<string, Enclosure> memory)
    {
        var p = _arithmetic.Constant(parameter);
        if (choice["weight_decay"] != 0)
        {
            var decay = Setting("weight_decay");
            if (choice.Kind == "adamw")
                p = Times(p, Minus(Enclosure.Of(1), Times(rate, decay)));
            else
                gradient = Plus(gradient, Times(decay, p));
        }

        var change = choice.Kind switch
        {
            "sgd" => Times(rate, Momentum(gradient, step, memory)),
            "rmsprop" => RmsProp(gradient, rate, memory),
            "adagrad" => Adagrad(gradient, rate, step, memory),
            _ => Adam(gradient, rate, step, memory),
        };
        return _rounding.Wider(Minus(p, _rounding.Wider(change, Operations)), OperationsOnParameter);
    }

    private Enclosure Momentum(Enclosure gradient, int step, IDictionary<string, Enclosure> memory)
    {
        if (choice["momentum"] == 0)
            return gradient;
        var momentum = Setting("momentum");
        var buffer =
            step == 1 ? gradient : Plus(Times(momentum, memory["momentum_buffer"]), Times(Minus(Enclosure.Of(1), Setting("dampening")), gradient));
        Keep(memory, "momentum_buffer", buffer);
        return choice.Flag("nesterov") ? Plus(gradient, Times(momentum, buffer)) : buffer;
    }

    private Enclosure RmsProp(Enclosure gradient, Enclosure rate, IDictionary<string, Enclosure> memory)
    {
        var square = Mean(memory, "square_avg", "alpha", Square(gradient));
        if (choice.Flag("centered"))
            square = Minus(square, Square(Mean(memory, "grad_avg", "alpha", gradient)));
        var change = Over(gradient, Plus(Root(square), Setting("eps")));
        if (choice["momentum"] == 0)
            return Times(rate, change);
        Keep(memory, "momentum_buffer", Plus(Times(Setting("momentum"), memory["momentum_buffer"]), change));
        return Times(rate, memory["momentum_buffer"]);
    }

    private Enclosure Adagrad(Enclosure gradient, Enclosure rate, int step, IDictionary<string, Enclosure> memory)
    {
        Keep(memory, "sum", Plus(memory["sum"], Square(gradient)));
        var decayed = Over(rate, Plus(Enclosure.Of(1), Times(Enclosure.Of(step - 1), Setting("lr_decay"))));
        return Over(Times(decayed, gradient), Plus(Root(memory["sum"]), Setting("eps")));
    }

    private Enclosure Adam(Enclosure gradient, Enclosure rate, int step, IDictionary<string, Enclosure> memory)
    {
        var mean = Mean(memory, "exp_avg", "beta1", gradient);
        var square = Mean(memory, "exp_avg_sq", "beta2", Square(gradient));
        if (choice.Flag("amsgrad"))
        {
            var greatest = memory["max_exp_avg_sq"];
            square = new Enclosure(Math.Max(square.Low, greatest.Low), Math.Max(square.High, greatest.High), square.MayBeNaN || greatest.MayBeNaN);
            Keep(memory, "max_exp_avg_sq", square);
        }

        var divisor = Plus(Over(Root(square), Root(Correction("beta2", step))), Setting("eps"));
        return Over(Times(Over(rate, Correction("beta1", step)), mean), divisor);
    }

    /// <summary>A running mean after a new number.</summary>
    private Enclosure Mean(IDictionary<string, Enclosure> memory, string name, string kept, Enclosure number)
    {
        var share = Setting(kept);
        Keep(memory, name, Plus(Times(share, memory[name]), Times(Minus(Enclosure.Of(1), share), number)));
        return memory[name];
    }

    /// <summary>1 − βᵗ, where the power may be a product of t factors.</summary>
    private Enclosure Correction(string beta, int step) =>
        Minus(Enclosure.Of(1), _rounding.Wider(Enclosure.Of(Math.Pow(choice[beta], step)), step + HonestRounding.Call));

    private void Keep(IDictionary<string, Enclosure> memory, string name, Enclosure x) => memory[name] = _rounding.Wider(x, OperationsOfMean);

    /// <summary>A setting, which is a decimal number and may be rounded to another neighbour.</summary>
    private Enclosure Setting(string name) => _rounding.Wider(Enclosure.Of(choice[name]), choice[name] == 0 ? 0 : 1);

    private Enclosure Square(Enclosure x) => _arithmetic.Square(x);

    private Enclosure Root(Enclosure x) => _arithmetic.Apply(Primitive.Sqrt, x);

    private Enclosure Plus(Enclosure a, Enclosure b) => _arithmetic.Apply(Primitive.Add, a, b);

    private Enclosure Minus(Enclosure a, Enclosure b) => _arithmetic.Apply(Primitive.Subtract, a, b);

    private Enclosure Times(Enclosure a, Enclosure b) => _arithmetic.Apply(Primitive.Multiply, a, b);

    private Enclosure Over(Enclosure a, Enclosure b) => _arithmetic.Apply(Primitive.Divide, a, b);
}
