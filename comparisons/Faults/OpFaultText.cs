using Micrograd.Parity.Ops;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Texts that describe a fault in an op's rule.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">Title of the fault, in one line.</param>
/// <param name="What">Description of the fault.</param>
/// <param name="Effect">Effect of the fault on values and gradients.</param>
/// <param name="Repair">Fix of the fault.</param>
internal sealed record OpFaultText(string Name, string Title, string What, string Effect, string Repair)
{
    /// <summary>Writes the texts of one op; g stands for the upstream gradient, x, a, b for operands, y for the result, n for a number.</summary>
    internal sealed class Writer(Op op, OpDerivatives derivatives)
    {
        private const string AllPoints = "Everything that depends on this operand receives a wrong gradient; values are right.";

        internal OpFaultText Sign(int k) =>
            Share(
                "sign",
                k,
                $"−{Bracketed(derivatives.Right(k))}",
                "The share has the wrong sign.",
                "The gradient points the wrong way: an update along it makes the loss greater. Its magnitude is right."
            );

        internal OpFaultText MissingUpstream(int k) =>
            Share(
                "missing-upstream",
                k,
                Derivative(k),
                "The rule adds the op's own derivative and forgets to multiply by the gradient of the result: the chain rule is left out.",
                "Right where the upstream gradient is 1, as directly below the root, and nowhere else."
            );

        internal OpFaultText MissingDerivative(int k) =>
            Share(
                "missing-factor",
                k,
                "g",
                "The rule passes the upstream gradient on as it is and forgets the op's own derivative.",
                "Right only where the derivative is 1. The ratio to the right gradient is 1 over the derivative."
            );

        internal OpFaultText MissingShare(int k) =>
            Share(
                "missing-share",
                k,
                "nothing",
                "The rule adds nothing to this operand.",
                "What the operand depends on learns nothing by this path; if there is no other its gradient is 0."
            );

        internal OpFaultText Constant(int k) =>
            Share(
                "constant-gradient",
                k,
                "1",
                "The rule adds 1, whatever arrives and whatever the operand is.",
                "Right only where upstream gradient and derivative multiply to 1."
            );

        internal OpFaultText Listed(string kind, int k, string formula) =>
            kind switch
            {
                "missing-factor" => Share(
                    kind,
                    k,
                    formula,
                    "A factor or a term of the derivative is left out.",
                    $"The ratio to the right gradient is what is left out. {AllPoints}"
                ),
                "upstream-on-part" => Share(
                    kind,
                    k,
                    formula,
                    "The upstream gradient multiplies a part of the derivative only: brackets are missing, and multiplication binds closer than addition.",
                    "Right where the upstream gradient is 1, as directly below the root, and nowhere else."
                ),
                _ => Share(kind, k, formula, "An exponent of the derivative's formula is wrong.", AllPoints),
            };

        internal OpFaultText AtOutput() =>
            Share(
                "derivative-at-output",
                0,
                $"{derivatives.Right(0)} taken at y in place of x",
                "The derivative's formula is for the input, but is given the result: the rule kept the wrong number from the forward pass.",
                "Right only where the result equals the operand. " + AllPoints
            );

        internal OpFaultText OutputFormulaAtInput(string formula) =>
            Share(
                "output-formula-at-input",
                0,
                $"{OpDerivatives.Times(formula)} with x in place of y",
                "The derivative's formula is for the result, but is given the input: the rule kept the wrong number from the forward pass.",
                "Right only where the result equals the operand. " + AllPoints
            );

        internal OpFaultText Branch(bool below) =>
            new(
                $"{Op}-branch-{(below ? "below" : "above")}-at-kink",
                $"{op.Name}: at a kink the gradient of the branch {(below ? "below" : "above")} it",
                $"Where its formula changes {op.Name} has no derivative, or two. PyTorch chooses one; this rule compares with {(below ? "<=" : ">=")} "
                    + $"where PyTorch's does not, and takes the one of the numbers just {(below ? "below" : "above")}.",
                "Wrong exactly at the kink and right everywhere else. With whole numbers, zeros and dead units kinks are met more often than one thinks.",
                $"Take PyTorch's choice: {Arrives(0)} receives {derivatives.Right(0)}."
            );

        internal OpFaultText Tie(string who) =>
            new(
                $"{Op}-tie-{who.Replace(' ', '-')}",
                $"{op.Name}: operands that tie give {who}",
                $"Where both operands are equal {op.Name} has no derivative. PyTorch chooses: a receives {derivatives.Right(0)}, b receives {derivatives.Right(1)}.",
                "Wrong exactly where the operands are equal, and right everywhere else.",
                "Take PyTorch's choice for equal operands."
            );

        internal OpFaultText OperandsExchanged() =>
            new(
                $"{Op}-operands-exchanged",
                $"{op.Name}: operands exchanged",
                op.Arity == 1
                    ? "The reflected operator, with a plain number on the other side, computes with number and operand in each other's place."
                    : "The op is computed with its operands in each other's place.",
                "Values are wrong already, and gradients with them, wherever the order of the operands counts.",
                op.Arity == 1
                    ? "Python calls __rsub__, __rtruediv__ and __rpow__ with self as the right operand: other − self, other / self, other ** self."
                    : "Check the order in which operands are kept and read."
            );

        internal OpFaultText SharesExchanged() =>
            new(
                $"{Op}-shares-exchanged",
                $"{op.Name}: each operand receives the other's share",
                "The rule computes both shares and adds each to the wrong operand.",
                $"Values are right. Each operand's gradient is the other's: a should receive {derivatives.Right(op.Condition is null ? 0 : 1)}.",
                "For a · b the gradient of a is g·b: the share of an operand contains the other one."
            );

        private string Op => op.Name.Replace('_', '-');

        private string Derivative(int k) => derivatives.Derivatives[Math.Min(k, derivatives.Derivatives.Length - 1)];

        private static string Bracketed(string formula) => formula[0] == '−' ? $"({formula})" : formula;

        private string Arrives(int k) =>
            op.Arity is 1 ? "x"
            : op.Arity == Parity.Ops.Op.Any ? "each operand"
            : op.Condition is null ? $"{"abw"[k]}"
            : $"{"cab"[k]}";

        private OpFaultText Share(string kind, int k, string wrong, string what, string effect)
        {
            var place = op.Arity is 1 or Parity.Ops.Op.Any ? "" : $"-{Arrives(k)}";
            return new OpFaultText(
                $"{Op}{place}-{kind}",
                $"{op.Name}: {Arrives(k)} receives {wrong} in place of {derivatives.Right(k)}",
                what,
                effect,
                $"{Arrives(k)}.grad += {derivatives.Right(k)}, with g the gradient of the result{(op.Arity == 1 ? " y" : "")}."
            );
        }
    }
}
