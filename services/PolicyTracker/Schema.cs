using Weasel.Postgresql.Tables;

namespace PolicyTracker;

/// <summary>The database schemas, and how the service's own tables are declared beside Marten's.</summary>
public static class Schema
{
    /// <summary>Views, keys and kept answers.</summary>
    public const string Policy = "policy";
    /// <summary>Marten's event store.</summary>
    public const string Events = "policy_events";
    /// <summary>Wolverine's envelopes and node registry.</summary>
    public const string Messages = "policy_messages";

    /// <summary>Declares a table of the policy schema.</summary>
    /// <param name="key">The columns of the primary key, in order.</param>
    /// <param name="columns">Each column as "name type", in order; a column is required unless its type ends in "?".</param>
    public static Table Table(string name, string[] key, params string[] columns)
    {
        var table = new Table($"{Policy}.{name}");
        foreach (var (column, type) in columns.Select(c => (c[..c.IndexOf(' ')], c[(c.IndexOf(' ') + 1)..])))
        {
            var added = table.AddColumn(column, type.TrimEnd('?'));
            if (key.Contains(column))
                added.AsPrimaryKey();
            else if (!type.EndsWith('?'))
                added.NotNull();
        }

        return table;
    }

    /// <summary>Adds an index; on the rows that <paramref name="where"/> selects, when it is given.</summary>
    public static Table Index(this Table table, string name, string[] columns, string? where = null, IndexMethod method = IndexMethod.btree, bool unique = false)
    {
        table.Indexes.Add(new IndexDefinition($"{table.Identifier.Name}_{name}") { Columns = columns, Predicate = where, Method = method, IsUnique = unique });
        return table;
    }
}
