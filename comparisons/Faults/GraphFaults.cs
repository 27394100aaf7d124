using Micrograd.Parity.Diagnosis.Faults;
using Micrograd.Parity.Programs;
using static Micrograd.Parity.Comparisons.Faults.GraphSweeps;

namespace Micrograd.Parity.Comparisons.Faults;

/// <summary>Faults in how a backward pass traverses a graph.</summary>
internal static class GraphFaults
{
    /// <summary>Nodes that are used several times, at several depths, by operations that use them twice.</summary>
    private static readonly Program s_shared = ProgramBuilder.Define("shared nodes", p =>
    {
        var (x, y) = (p.Leaf("x", 0.7), p.Leaf("y", -1.3));
        var a = p.Label(x * y, "a");
        var b = p.Label(a + x, "b");
        var c = p.Label(b * a, "c");
        var d = p.Label(c.Tanh(), "d");
        var e = p.Label(c + c, "e");
        var f = p.Label(d * e, "f");
        var g = p.Label(f / b, "g");
        return p.Label(g * g + d + c * 0.1, "out");
    });

    /// <summary>A value used three times; its three contributions give another sum in another order.</summary>
    private static readonly Program s_order = ProgramBuilder.Define("three shares", p =>
    {
        var x = p.Leaf("x", 1.5);
        var (a, b, c) = (x * 0.1, x * 0.2, x * 0.3);
        return c + a + b;
    });

    public static IReadOnlyList<GraphFault> All { get; } =
    [
        Row(
            "assigned-for-added",
            "A gradient that arrives replaces what arrived before",
            new ModelRules { Gather = (_, share) => share },
            "A value that is used k times receives k shares, and its gradient is their sum. Here each share overwrites the one before: "
                + "self.grad = … in place of self.grad += ….",
            "Values used once are right. Of a value used several times only the share that arrives last is left.",
            "a = 3; b = a + a: the gradient of a is 2, here 1. a · a gives 6, here 3.",
            "Add in every rule: operand.grad += share. Start gradients at 0 and clear them between two passes, not within one.",
            variants: [new ModelRules { Gather = (_, share) => share, Sweep = DepthFirst }]
        ),
        Row(
            "first-share-only",
            "Only the first gradient that arrives is kept",
            new ModelRules { Gather = (earlier, _) => earlier },
            "A gradient is stored if there is none yet, and shares that come later are dropped: if self.grad is None: self.grad = share.",
            "Values used once are right. Of a value used several times only the share of its last consumer is left.",
            "a = 2; b = a · a + a: the gradient of a is 5, here 1.",
            "Where there is a gradient already, add to it.",
            variants: [new ModelRules { Gather = (earlier, _) => earlier, Sweep = DepthFirst }]
        ),
        Row(
            "shares-averaged",
            "Gradients that arrive are averaged",
            new ModelRules { Gather = (earlier, share) => (earlier + share) / 2 },
            "The shares of a value that is used several times are averaged. The rule is their sum: each path from the value to the root "
                + "contributes all of its own derivative.",
            "Values used once are right. Of a value used twice the gradient is half of the right one; with more uses late shares count more.",
            "a = 3; b = a + a: the gradient of a is 2, here 1.",
            "Add the shares.",
            variants: [new ModelRules { Gather = (earlier, share) => (earlier + share) / 2, Sweep = DepthFirst }]
        ),
        Row(
            "depth-first-order",
            "Backward goes through the graph in depth-first topological order",
            new ModelRules { Sweep = DepthFirst },
            "Nodes are sorted by a depth-first walk from the root, as micrograd does, where PyTorch takes the reverse order of their creation. "
                + "Both visit a node after all its consumers, but shares of one value are added in another order.",
            "Gradients of values used three times or more can differ in their last bits. Nothing else.",
            "Shares 0.3, 0.2, 0.1 add up to 0.6 in this order, and to 0.6000000000000001 as 0.2, 0.1, 0.3.",
            "No mistake by mathematics. For PyTorch's bits number the nodes as they are made and visit them from the highest number down.",
            s_order
        ),
        Row(
            "no-waiting-for-consumers",
            "A node passes its gradient on before all its consumers have delivered",
            new ModelRules { Sweep = FirstArrival },
            "Backward descends into an operand as soon as its first share arrives, and never again. What other consumers deliver later is added "
                + "to the operand's own gradient, but not passed on further down.",
            "Gradients of shared values are right, those of everything below them are too small: what came late is missing.",
            "a = 2; b = 3 · a; c = b + b · b: the gradient of b is 1 + 2b = 13, but b passes on the first share alone, and a has 3 in place of 39.",
            "Visit nodes in reverse topological order: a node's turn comes when all of its consumers have had theirs.",
            variants: [new ModelRules { Sweep = FirstShare }]
        ),
        Row(
            "breadth-first-order",
            "Backward goes level by level from the root",
            new ModelRules { Sweep = BreadthFirst },
            "A queue holds the nodes to visit, each once. A node that is near the root by one path and far by another is visited at the shorter "
                + "distance, before the longer path has delivered.",
            "Graphs whose paths are equally long are right. Where a value reaches the root by a short and a long path, its operands receive too "
                + "little.",
            "b = 3 · a; c = b + (b · 2) · 2: b is visited before b · 2 has its gradient, and a has 3 in place of 15.",
            "Visit nodes in reverse topological order."
        ),
        Row(
            "visited-once-per-path",
            "A shared node is visited once for each path that leads to it",
            new ModelRules { Sweep = EveryPath },
            "Backward calls itself for each operand, without remembering where it has been. At each further visit a shared node passes on all it "
                + "has received so far, not just what is new.",
            "Gradients of shared values are right, those of everything below them too great. The time grows with the number of paths.",
            "a = 3; b = a · a; c = b + b: b passes its gradient of 2 on twice, and a has 24 in place of 12.",
            "Sort first, then visit each node once.",
            variants: [new ModelRules { Sweep = EveryShare }]
        ),
        Row(
            "listed-once-per-path",
            "The sorted list holds a shared node once for each path that leads to it",
            new ModelRules { Sweep = ListedOncePerPath },
            "The walk that sorts the nodes does not remember which it has listed already: if node not in visited is missing. A shared node stands "
                + "in the list several times, and each time passes on all it has.",
            "Gradients below shared nodes are too great. The list, and the time, grow with the number of paths.",
            "a = 3; b = a · a; c = b + b: b is listed twice and passes its gradient of 2 on twice: a has 24 in place of 12.",
            "visited.add(node) before the walk goes on to its operands, and no second walk from a node that is there."
        ),
        Row(
            "recursion-beside-order",
            "The rules call their operands' backward, and a loop over the sorted nodes calls it too",
            new ModelRules { Sweep = LoopAndRecursion },
            "A topological loop visits each node, but a node's backward also calls that of its operands. Everything below the root is passed "
                + "on once for each ancestor that calls.",
            "Even in a chain everything but the last operand's own share is counted more than once; deeper nodes are further off.",
            "b = 3 · a; c = 2 · b; the loop visits c, b: c calls b, which passes on 2 · 3, then b's own turn passes it on again: a has 12, not 6.",
            "Either loop over the sorted nodes, or recurse with counters; a rule itself touches its own operands' gradients only.",
            variants: [new ModelRules { Sweep = LoopAndRecursionByShare }]
        ),
        Row(
            "order-not-reversed",
            "Nodes are visited from the leaves to the root",
            new ModelRules { Sweep = Forwards },
            "The sorted list has operands first and must be gone through backwards. Forwards, each node is asked to pass on what it has not "
                + "received yet.",
            "Only the root's own operands receive a gradient; all others have none.",
            "b = 3 · a; c = 2 · b: b has 2, a nothing.",
            "for node in reversed(order)."
        ),
        Row(
            "shared-operand-once",
            "An operation that uses a value twice gives it one share",
            new ModelRules { Sweep = OperandsAsSet },
            "Operands are kept in a set, or by identity, so that a + a has one operand. Its second share is lost.",
            "Wrong only where one operation has the same operand twice: by half for a + a and a · a.",
            "a = 3; a + a gives 1 in place of 2, a · a gives 3 in place of 6.",
            "Keep operands as a list and add one share for each place."
        ),
        Row(
            "stale-intermediate-gradients",
            "A second pass starts with the inner nodes' gradients of the first",
            new ModelRules { Sweep = Stale },
            "Before a second backward pass over the same graph the leaves' gradients are cleared, or are meant to add up, but those of inner nodes "
                + "stay. They are passed on again, together with the new ones.",
            "The second pass delivers too much: inner nodes have twice their gradient, nodes further down multiples that grow with the depth.",
            "x = 3; y = x · x · x; two passes leave 72 where PyTorch leaves 27 + 27 = 54; the second pass alone delivers 45.",
            "At the start of each pass clear the gradients of all nodes that are not leaves."
        ),
        Row(
            "backward-twice",
            "The backward pass runs more than once over one graph, and nothing is cleared between",
            new ModelRules { Sweep = Times(2, clearsRoot: true, keepsInner: true) },
            "backward is called again, in another cell of a notebook or for a second print, without gradients being cleared. Inner nodes still have what "
                + "the first pass left, and pass it on with what the second brings.",
            "Gradients of leaves that the root uses directly are twice the right ones; further down they are more than that.",
            "a = 3; c = 2 · a; e = c · 5: a has 10; after a second pass c has 5 + 5 = 10 and passes it on: 10 + 20 = 30.",
            "Clear all gradients before each pass, those of inner nodes too; or build the graph anew.",
            variants:
            [
                .. from times in Enumerable.Range(2, 5)
                from clearsRoot in new[] { true, false }
                from keepsInner in new[] { true, false }
                select new ModelRules { Sweep = Times(times, clearsRoot, keepsInner) },
            ]
        ),
        Row(
            "leaf-changed-in-place",
            "A leaf is changed in place after the forward pass",
            new ModelRules { Sweep = ChangedLeaves.Planted },
            "Its number is set between the forward pass and the backward pass, or before the graph is looked at: w.data −= …, while nodes that were "
                + "computed from the old number are still in use.",
            "Values do not follow from the leaf's number. Gradients that contain it are computed with the new number, or with the old one that was kept.",
            "w = 2; y = w · x; w.data = 2.5; y.backward(): y is still 2 · x, and x has 2.5 in place of 2.",
            "Change parameters after the backward pass, and compute the graph anew before the next."
        ) with
        {
            Forms = ChangedLeaves.Find,
        },
        Row(
            "root-not-seeded",
            "The root's own gradient is not set",
            new ModelRules { Sweep = (tape, root, upstream) => Seeded(tape, root, 0) },
            "The derivative of the root with respect to itself is 1. If it stays at its initial 0, zeros are passed on.",
            "All gradients are 0.",
            "b = 3 · a: da = 0 in place of 3.",
            "self.grad = 1 before the loop. If it is there, the pass did not run: is it called, and is it the method that is meant? An attribute "
                + "self.backward = lambda: None hides a method of that name."
        ),
        Row(
            "root-seeded-with-its-value",
            "The root's own gradient is set to its value",
            new ModelRules { Sweep = (tape, root, upstream) => Seeded(tape, root, tape.Value(root)) },
            "The pass starts from the loss itself in place of its derivative with respect to itself, 1.",
            "All gradients are the right ones times the root's value.",
            "b = 3 · a at a = 2: da = 18 in place of 3.",
            "self.grad = 1 before the loop."
        ),
        Row(
            "leaves-only",
            "Only operands that are leaves receive a gradient",
            new ModelRules { Sweep = LeavesOnly },
            "A rule adds to its operands' gradients only if they are parameters. Inner nodes then have nothing to pass on.",
            "Only leaves that the root uses directly have a gradient.",
            "c = 2 · (3 · a): a has none.",
            "Every value that depends on a leaf takes part."
        ),
    ];

    private static GraphFault Row(
        string name,
        string title,
        ModelRules rules,
        string what,
        string effect,
        string example,
        string repair,
        Program? plantedIn = null,
        ModelRules[]? variants = null
    ) =>
        new(name, FaultLevel.Graph, title, plantedIn ?? s_shared)
        {
            Model = rules,
            What = what,
            Effect = effect,
            Example = example,
            Repair = repair,
            Variants = variants ?? [],
        };
}
