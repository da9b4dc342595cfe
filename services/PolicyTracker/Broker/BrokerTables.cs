using Weasel.Postgresql.Tables;

namespace PolicyTracker.Broker;

/// <summary>How far each broker has the feed, and which node brings it there.</summary>
public static class BrokerTables
{
    /// <summary>One row for each broker, by its address: the last position that it has confirmed, and for how long who may send.</summary>
    public static readonly Table Cursor = Schema.Table("broker_cursor", ["broker"], "broker text", "epoch text", "position bigint", "holder text", "held_until timestamptz");

    public static IEnumerable<Table> All() => [Cursor];
}
