using System.Globalization;
using Micrograd.Parity.Comparing;

namespace Micrograd.Parity.Reports.Html;

/// <summary>
/// Lays a program's graph out in layers, operands left of results: each node as far right as its results allow; edges that cross layers
/// keep a place in each; places in a layer ordered by their neighbours' and drawn towards them.
/// </summary>
public sealed class GraphLayout
{
    internal const int BoxWidth = 112;
    internal const int BoxHeight = 50;

    /// <summary>The width that half a page has room for.</summary>
    internal const int HalfPage = 546;

    private const int LayerWidth = BoxWidth + 30;
    private const int Gap = 10;
    private const int Margin = 4;
    private const int Sweeps = 12;

    private readonly List<List<Place>> _layers = [];
    private readonly Dictionary<int, Place> _places = [];

    /// <summary>Lays out a graph that is whole.</summary>
    internal GraphLayout(ProgramGraph graph)
    {
        MakeLayers(graph);
        MakeEdges(graph);
        for (var sweep = 0; sweep < Sweeps; sweep++)
            Order(fromLeft: sweep % 2 == 0);
        foreach (var layer in _layers)
            Stack(layer);
        for (var sweep = 0; sweep < Sweeps; sweep++)
            Align(fromLeft: sweep % 2 == 1);
        var top = _layers.SelectMany(l => l).Min(p => p.Y);
        foreach (var place in _layers.SelectMany(l => l))
            place.Y += Margin - top;
        Boxes = [.. graph.Nodes.Select(n => (n, X(_places[n.Index]), _places[n.Index].Y))];
        Width = _layers.Count * LayerWidth - (LayerWidth - BoxWidth) + 2 * Margin;
        Height = (int)Math.Ceiling(_layers.SelectMany(l => l).Max(p => p.Y + p.Height)) + Margin;
    }

    internal int Width { get; }

    internal int Height { get; }

    /// <summary>The nodes with their boxes' upper left corners.</summary>
    internal IReadOnlyList<(NodeResult Node, double X, double Y)> Boxes { get; }

    /// <summary>The edges as SVG paths.</summary>
    internal IEnumerable<string> Edges => _layers.SelectMany(l => l).SelectMany(from => from.Right.Select(to => Curve(from, to)));

    /// <summary>A graph with nodes left out is not drawn.</summary>
    internal static bool CanDraw(ProgramGraph graph) => graph is { IsWhole: true, Nodes.Count: > 0 };

    private static string Curve(Place from, Place to)
    {
        var (start, x2) = (X(from) + BoxWidth, X(to));
        var (y1, y2) = (from.Middle, to.Middle);
        var bend = (x2 - start) / 2;
        var through = to.IsNode ? "" : string.Create(CultureInfo.InvariantCulture, $"H{x2 + BoxWidth:0.#}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"M{start:0.#} {y1:0.#}C{start + bend:0.#} {y1:0.#} {x2 - bend:0.#} {y2:0.#} {x2:0.#} {y2:0.#}{through}"
        );
    }

    private static double X(Place place) => Margin + place.Layer * LayerWidth;

    private static void Stack(List<Place> layer)
    {
        var y = 0.0;
        foreach (var place in layer)
        {
            place.Y = y;
            y += place.Height + Gap;
        }

        foreach (var place in layer)
            place.Y -= y / 2;
    }

    /// <summary>Moves places to where they are wanted, as near as keeping their order and gaps allows: half from above, half from below.</summary>
    private static void Settle(List<Place> layer, double[] wanted)
    {
        var down = new double[layer.Count];
        var up = new double[layer.Count];
        for (var i = 0; i < layer.Count; i++)
            down[i] = i == 0 ? wanted[i] : Math.Max(wanted[i], down[i - 1] + layer[i - 1].Height + Gap);
        for (var i = layer.Count - 1; i >= 0; i--)
            up[i] = i == layer.Count - 1 ? wanted[i] : Math.Min(wanted[i], up[i + 1] - layer[i].Height - Gap);
        for (var i = 0; i < layer.Count; i++)
            layer[i].Y = (down[i] + up[i]) / 2;
    }

    private void MakeLayers(ProgramGraph graph)
    {
        var depth = new Dictionary<int, int>();
        foreach (var node in graph.Nodes)
            depth[node.Index] = node.Operands.Count == 0 ? 0 : 1 + node.Operands.Max(o => depth[o]);
        var results = graph.Nodes.SelectMany(n => n.Operands.Select(o => (Operand: o, Result: n.Index))).ToLookup(e => e.Operand, e => e.Result);
        foreach (var node in graph.Nodes.Reverse())
        {
            if (node.Operands.Count == 0 && results[node.Index].Any())
                depth[node.Index] = results[node.Index].Min(r => depth[r]) - 1;
        }

        for (var i = 0; i <= depth.Values.Max(); i++)
            _layers.Add([]);
        foreach (var node in graph.Nodes)
            _places[node.Index] = Add(depth[node.Index], isNode: true);
    }

    private void MakeEdges(ProgramGraph graph)
    {
        foreach (var node in graph.Nodes)
        {
            foreach (var operand in node.Operands.Distinct())
            {
                var from = _places[operand];
                while (from.Layer + 1 < _places[node.Index].Layer)
                    from = Join(from, Add(from.Layer + 1, isNode: false));
                Join(from, _places[node.Index]);
            }
        }
    }

    private Place Add(int layer, bool isNode)
    {
        var place = new Place
        {
            Layer = layer,
            IsNode = isNode,
            Order = _layers[layer].Count,
        };
        _layers[layer].Add(place);
        return place;
    }

    private static Place Join(Place from, Place to)
    {
        from.Right.Add(to);
        to.Left.Add(from);
        return to;
    }

    private void Order(bool fromLeft)
    {
        foreach (var layer in fromLeft ? _layers : Enumerable.Reverse(_layers))
        {
            var sorted = layer.OrderBy(p => p.Neighbours(fromLeft) is { Count: > 0 } near ? near.Average(n => n.Order) : p.Order).ToList();
            layer.Clear();
            layer.AddRange(sorted);
            for (var i = 0; i < layer.Count; i++)
                layer[i].Order = i;
        }
    }

    private void Align(bool fromLeft)
    {
        foreach (var layer in fromLeft ? _layers : Enumerable.Reverse(_layers))
        {
            var wanted = layer.Select(p => p.Neighbours(fromLeft) is { Count: > 0 } near ? near.Average(n => n.Middle) - p.Height / 2 : p.Y);
            Settle(layer, [.. wanted]);
        }
    }

    /// <summary>A node's place in its layer, or that of an edge passing through.</summary>
    private sealed class Place
    {
        internal required int Layer { get; init; }

        internal required bool IsNode { get; init; }

        internal List<Place> Left { get; } = [];

        internal List<Place> Right { get; } = [];

        internal double Order { get; set; }

        internal double Y { get; set; }

        internal double Height => IsNode ? BoxHeight : 4;

        internal double Middle => Y + Height / 2;

        internal List<Place> Neighbours(bool left) => left ? Left : Right;
    }
}
