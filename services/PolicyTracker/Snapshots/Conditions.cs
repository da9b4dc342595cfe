using Npgsql;

namespace PolicyTracker.Snapshots;

/// <summary>The conditions of a query, of which those count that the request asks for.</summary>
public sealed class Conditions(string always)
{
    private readonly List<string> _conditions = [always];
    private readonly List<object> _values = [];

    /// <summary>Adds a condition on a value; none when there is no value.</summary>
    /// <param name="condition">SQL, in which ? stands for the value.</param>
    public Conditions On(string condition, object? value)
    {
        if (value is null)
            return this;
        _values.Add(value);
        _conditions.Add(condition.Replace("?", $"${_values.Count}", StringComparison.Ordinal));
        return this;
    }

    /// <summary>Adds a condition without a value.</summary>
    public Conditions If(bool asked, string condition)
    {
        if (asked)
            _conditions.Add(condition);
        return this;
    }

    /// <param name="sql">The query, in which <c>{conditions}</c> stands for all of them.</param>
    public NpgsqlCommand Command(Snapshot snapshot, string sql) => Complete(snapshot.Command(sql));

    /// <summary>Puts the conditions into a command, in which <c>{conditions}</c> stands for all of them.</summary>
    public NpgsqlCommand Complete(NpgsqlCommand command)
    {
        command.CommandText = command.CommandText.Replace("{conditions}", string.Join(" and ", _conditions), StringComparison.Ordinal);
        foreach (var value in _values)
            command.Parameters.AddWithValue(value);
        return command;
    }
}
