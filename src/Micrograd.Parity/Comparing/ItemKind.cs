namespace Micrograd.Parity.Comparing;

/// <summary>Kind of an item.</summary>
public enum ItemKind
{
    /// <summary>An op under one of its settings.</summary>
    Op,

    /// <summary>A program.</summary>
    Program,

    /// <summary>A training run against one of its mirrors.</summary>
    Training,
}

/// <summary>Kinds of items in words.</summary>
internal static class ItemKindWords
{
    extension(ItemKind kind)
    {
        /// <summary>The kind as it is written in filters and reports: <c>op</c>, <c>program</c>, <c>training</c>.</summary>
        public string Word => kind.ToString().ToLowerInvariant();
    }
}
