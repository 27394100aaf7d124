using Micrograd.Parity.Diagnosis.Traces;
using Micrograd.Parity.Programs;

namespace Micrograd.Parity.Diagnosis.Judging;

/// <summary>
/// Finds leaves that the graphs of a file share and whose gradients were not cleared between them. A recorder may give a leaf another id in each graph,
/// and an update gives it another value; but what a gradient has more than it should is the gradient of that leaf in the graph before.
/// </summary>
internal sealed class SharedLeaves
{
    private List<(string Id, string? Label, double Gradient)> _before = [];

    /// <summary>Finds gradients of the graph before in a graph, by node, and keeps this graph's for the next.</summary>
    /// <param name="report">The graph's report.</param>
    internal Dictionary<int, double> Next(GraphReport report)
    {
        var (nodes, found) = (report.Graph.Nodes, new Dictionary<int, double>());
        var near = report.IsFloat32 ? 1e-5 : 1e-9;
        var open = new List<(string Id, string? Label, double Gradient)>(_before);
        foreach (var mistake in report.Mistakes.Where(m => m.Quantity == Quantity.Gradient && nodes[m.Node].Op is null))
        {
            var leaf = nodes[mistake.Node];
            var same = open.FindIndex(e => Fits(mistake, e.Gradient) && e.Label == leaf.Label && e.Id == leaf.Id);
            same = same >= 0 ? same : open.FindIndex(e => Fits(mistake, e.Gradient) && e.Label == leaf.Label);
            if (same < 0)
                continue;
            found[mistake.Node] = open[same].Gradient;
            open.RemoveAt(same);
        }

        _before = [.. nodes.Where(n => n.Op is null && n.Gradient is { } g && g != 0).Select(n => (n.Id, n.Label, n.Gradient!.Value))];
        return found;

        bool Fits(GraphFinding mistake, double earlier) =>
            Math.Abs(mistake.Right + earlier - mistake.Recorded)
            <= near * Math.Max(Math.Max(Math.Abs(mistake.Recorded), Math.Abs(mistake.Right)), Math.Abs(earlier));
    }
}
