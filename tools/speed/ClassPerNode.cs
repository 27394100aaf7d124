namespace Micrograd.Comparisons.Speed;

/// <summary>
/// A scalar engine as people write it in C#: one object per node, a list of children, a closure per operation and a topological sort. It is a
/// peer to be timed, not part of the engine.
/// </summary>
public static class ClassPerNode
{
    /// <summary>One number in the graph.</summary>
    public sealed class Value(double data, params Value[] children)
    {
        private readonly List<Value> _children = [.. children];
        private Action _pull = static () => { };

        public double Data { get; set; } = data;

        public double Grad { get; set; }

        public static Value operator +(Value a, Value b)
        {
            var result = new Value(a.Data + b.Data, a, b);
            result._pull = () =>
            {
                a.Grad += result.Grad;
                b.Grad += result.Grad;
            };
            return result;
        }

        public static Value operator *(Value a, Value b)
        {
            var result = new Value(a.Data * b.Data, a, b);
            result._pull = () =>
            {
                a.Grad += b.Data * result.Grad;
                b.Grad += a.Data * result.Grad;
            };
            return result;
        }

        public static Value operator -(Value a) => a * new Value(-1);

        public static Value operator -(Value a, Value b) => a + (-b);

        public static Value operator /(Value a, Value b) => a * b.Pow(-1);

        public static Value operator +(Value a, double b) => a + new Value(b);

        public static Value operator +(double a, Value b) => new Value(a) + b;

        public static Value operator -(Value a, double b) => a + new Value(-b);

        public static Value operator *(Value a, double b) => a * new Value(b);

        public static Value operator *(double a, Value b) => new Value(a) * b;

        public static Value operator /(Value a, double b) => a * new Value(1 / b);

        public static Value operator /(double a, Value b) => new Value(a) * b.Pow(-1);

        public Value Pow(double power)
        {
            var result = new Value(Math.Pow(Data, power), this);
            result._pull = () => Grad += power * Math.Pow(Data, power - 1) * result.Grad;
            return result;
        }

        public Value Tanh()
        {
            var result = new Value(Math.Tanh(Data), this);
            result._pull = () => Grad += (1 - (result.Data * result.Data)) * result.Grad;
            return result;
        }

        public Value Relu()
        {
            var result = new Value(Data > 0 ? Data : 0, this);
            result._pull = () => Grad += result.Data > 0 ? result.Grad : 0;
            return result;
        }

        /// <summary>Sorts the graph below this node topologically, then backpropagates. An explicit stack, as W1's chain is deep.</summary>
        public void Backward()
        {
            List<Value> order = [];
            HashSet<Value> seen = [this];
            Stack<(Value Node, int Next)> open = new([(this, 0)]);
            while (open.TryPop(out var top))
            {
                if (top.Next == top.Node._children.Count)
                {
                    order.Add(top.Node);
                    continue;
                }

                open.Push((top.Node, top.Next + 1));
                var child = top.Node._children[top.Next];
                if (seen.Add(child))
                {
                    open.Push((child, 0));
                }
            }

            Grad = 1;
            for (var i = order.Count - 1; i >= 0; i--)
            {
                order[i]._pull();
            }
        }
    }

    private const int Hidden = 16;
    private const int Points = 100;

    private static readonly Value[] Parameters = new Value[337];

    /// <summary>W1 (10,000 blocks of ten nodes) and W4 (1,000,000): x, then the gradients of a, b and x0. See peer.h for the work.</summary>
    public static double[] Chain(int blocks)
    {
        Value a = new(1.00001),
            b = new(1e-7),
            x0 = new(0.02);
        var x = x0;
        for (var k = 0; k < blocks; k++)
        {
            x = (x * a) + b;
            x = (x * a) + b;
            x = (x * a) + b;
            x = (x * a) + b;
            x *= a;
            x = x.Tanh();
        }

        x.Backward();
        return [x.Data, a.Grad, b.Grad, x0.Grad];
    }

    /// <summary>W2: the README expression 10,000 times: g, then the gradients of a and b.</summary>
    public static double[] Expressions()
    {
        double[] results = [];
        for (var n = 0; n < 10_000; n++)
        {
            Value a = new(-4),
                b = new(2);
            var c = a + b;
            var d = (a * b) + b.Pow(3);
            c += c + 1;
            c += 1 + c + (-a);
            d += (d * 2) + (b + a).Relu();
            d += (3 * d) + (b - a).Relu();
            var e = c - d;
            var f = e.Pow(2);
            var g = f / 2;
            g += 10 / f;
            g.Backward();
            results = [g.Data, a.Grad, b.Grad];
        }

        return results;
    }

    /// <summary>Puts W3's initial weights back.</summary>
    public static void Start()
    {
        for (var i = 0; i < Parameters.Length; i++)
        {
            Parameters[i] = new Value(0.5 * Math.Sin((1.7 * i) + 0.3));
        }
    }

    /// <summary>W3: one training step: the loss, then the gradients of parameters 0, 100 and 336.</summary>
    public static double[] Step()
    {
        foreach (var p in Parameters)
        {
            p.Grad = 0;
        }

        var loss = new Value(0);
        for (var i = 0; i < Points; i++)
        {
            double x0 = Math.Sin(0.37 * i),
                x1 = Math.Cos(0.61 * i);
            var q = 0;
            Value[] inputs = [new(x0), new(x1)];
            var first = Layer(inputs, Hidden, ref q);
            var second = Layer(first, Hidden, ref q);
            var miss = Neuron(second, ref q) - (x0 * x1 > 0 ? 1.0 : -1.0);
            loss += miss * miss;
        }

        loss /= Points;
        loss.Backward();
        foreach (var p in Parameters)
        {
            p.Data -= 0.01 * p.Grad;
        }

        return [loss.Data, Parameters[0].Grad, Parameters[100].Grad, Parameters[336].Grad];
    }

    private static Value[] Layer(Value[] inputs, int neurons, ref int q)
    {
        var outputs = new Value[neurons];
        for (var j = 0; j < neurons; j++)
        {
            outputs[j] = Neuron(inputs, ref q).Tanh();
        }

        return outputs;
    }

    private static Value Neuron(Value[] inputs, ref int q)
    {
        var sum = Parameters[q++] * inputs[0];
        for (var k = 1; k < inputs.Length; k++)
        {
            sum += Parameters[q++] * inputs[k];
        }

        return sum + Parameters[q++];
    }
}
