namespace TorchSharp;

public static partial class torch
{
    /// <summary>The scope that new tensors of this thread enter, if there is one.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScope.Current;

    /// <summary>Opens a scope: the tensors made until it closes are freed when it does, unless they are moved out.</summary>
    public static DisposeScope NewDisposeScope() => new();

    /// <summary>Runs <paramref name="expr"/> in a scope of its own and keeps only its result.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        ArgumentNullException.ThrowIfNull(expr);
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}

/// <summary>Frees together what was made while it was this thread's innermost scope.</summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic]
    private static DisposeScope? t_current;

    // Without order: who leaves gives the place to the last. A tensor knows its place, others are looked for.
    private readonly List<IDisposable> _owned = [];
    private readonly DisposeScope? _outer;
    private bool _closed;

    internal DisposeScope()
    {
        _outer = t_current;
        t_current = this;
    }

    internal static DisposeScope? Current => t_current;

    /// <summary>How many objects the scope holds.</summary>
    public int DisposablesCount => _owned.Count;

    /// <summary>The objects that the scope holds.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => [.. _owned];

    /// <summary>Whether the scope holds the object.</summary>
    public bool Contains(IDisposable disposable) => PlaceOf(disposable) >= 0;

    /// <summary>Takes the object into this scope, out of the scope that held it.</summary>
    public void Attach(IDisposable disposable)
    {
        ArgumentNullException.ThrowIfNull(disposable);
        Release(disposable, this);
    }

    /// <summary>Takes the objects into this scope, out of the scopes that held them.</summary>
    public void Attach(params IDisposable[] disposables) => Array.ForEach(disposables, Attach);

    /// <summary>Takes the objects into this scope, out of the scopes that held them.</summary>
    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        IDisposable[] list = [.. disposables];
        Attach(list);
        return list;
    }

    /// <summary>Takes the object out of all scopes.</summary>
    public T Detach<T>(T disposable) where T : IDisposable => To(null, disposable);

    /// <summary>Takes the objects out of all scopes.</summary>
    public void Detach(params IDisposable[] disposables) => Array.ForEach(disposables, d => To(null, d));

    /// <summary>Takes the objects out of all scopes.</summary>
    public void Detach(IEnumerable<IDisposable> disposables) => Detach([.. disposables]);

    /// <summary>Hands the object to the scope around this one, or to none.</summary>
    public T MoveToOuter<T>(T disposable) where T : IDisposable => To(_outer, disposable);

    /// <summary>Hands the objects to the scope around this one, or to none.</summary>
    public void MoveToOuter(params IDisposable[] disposables) => Array.ForEach(disposables, d => To(_outer, d));

    /// <summary>Hands the objects to the scope around this one, or to none.</summary>
    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOuter([.. disposables]);

    /// <summary>Hands the objects to the scope around this one, or to none.</summary>
    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second));

    /// <summary>Hands the object to another scope, or to none.</summary>
    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable => To(scope, disposable);

    /// <summary>Frees what the scope holds; the scope stays open.</summary>
    public void DisposeEverything() => DisposeEverythingBut([]);

    /// <summary>Frees what the scope holds except <paramref name="keep"/>; the scope stays open.</summary>
    public void DisposeEverythingBut(params IDisposable[] keep)
    {
        ArgumentNullException.ThrowIfNull(keep);
        var kept = new HashSet<IDisposable>(keep, ReferenceEqualityComparer.Instance);
        for (var place = _owned.Count - 1; place >= 0; place = Math.Min(place, _owned.Count) - 1)
        {
            var disposable = _owned[place];
            if (kept.Contains(disposable))
                continue;
            Remove(place);
            disposable.Dispose();
        }
    }

    /// <summary>Frees what the scope holds except <paramref name="inKeep"/>; the scope stays open.</summary>
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep) => DisposeEverythingBut([.. inKeep]);

    /// <summary>Frees what the scope holds except <paramref name="keep"/>, which it returns; the scope stays open.</summary>
    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    /// <summary>Forgets an object that was freed by other means.</summary>
    public void MarkAsDisposed(IDisposable disposable) => Detach(disposable);

    /// <summary>Frees what the scope holds and closes it.</summary>
    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        DisposeEverything();
        if (t_current == this)
            t_current = _outer;
    }

    internal static void Enter(torch.Tensor tensor) => t_current?.Add(tensor);

    private T To<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        if (Contains(disposable))
            Release(disposable, scope);
        return disposable;
    }

    private void Release(IDisposable disposable, DisposeScope? to)
    {
        var from = disposable is torch.Tensor tensor ? tensor.Scope : this;
        if (from is not null && from.PlaceOf(disposable) is >= 0 and var place)
            from.Remove(place);
        to?.Add(disposable);
    }

    private int PlaceOf(IDisposable disposable) => disposable is torch.Tensor tensor
        ? tensor.Scope == this ? tensor.PlaceInScope : -1
        : _owned.FindIndex(d => ReferenceEquals(d, disposable));

    private void Add(IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
            (tensor.Scope, tensor.PlaceInScope) = (this, _owned.Count);
        else if (Contains(disposable))
            return;
        _owned.Add(disposable);
    }

    private void Remove(int place)
    {
        if (_owned[place] is torch.Tensor leaving)
            leaving.Scope = null;
        var last = _owned[^1];
        _owned.RemoveAt(_owned.Count - 1);
        if (place == _owned.Count)
            return;
        _owned[place] = last;
        if (last is torch.Tensor moved)
            moved.PlaceInScope = place;
    }
}
