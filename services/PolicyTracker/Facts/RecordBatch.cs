using System.Text.Json;
using PolicyTracker.Recording;

namespace PolicyTracker.Facts;

/// <summary>What a batch keeps when some of its rows break a rule.</summary>
public enum BatchMode
{
    /// <summary>All rows or none.</summary>
    All,
    /// <summary>The rows that keep every rule.</summary>
    Valid,
}

/// <summary>What a batch answers: a result for each row, in order.</summary>
public sealed record BatchReceipt(int Recorded, int Existing, int Refused, IReadOnlyList<RowResult> Rows)
{
    public static BatchReceipt Of(IReadOnlyList<RowResult> rows) =>
        new(rows.Count(r => r.Status == RowStatus.Recorded), rows.Count(r => r.Status == RowStatus.Existing), rows.Count(r => r.Status == RowStatus.Refused), rows);
}

/// <summary><c>POST /v1/facts/batch</c>: up to 1,000 facts and 5 MiB, as a JSON array or as NDJSON.</summary>
public static class RecordBatch
{
    public const int MostFacts = 1000;
    public const int MostBytes = 5 * 1024 * 1024;
    public const string NdJson = "application/x-ndjson";

    public static async Task<IResult> Post(HttpContext http)
    {
        var mode = ModeOf(http.Request.Query);
        var bytes = await http.ReadJsonAsync(MostBytes, NdJson);
        var rows = http.Request.Says(NdJson) ? Lines(bytes) : Items(bytes);
        return await http.WriteAsync(bytes, draft => DecideAsync(draft, [.. rows.Select(row => row.Read(draft.Today))], mode));
    }

    /// <exception cref="Refused">In mode all: some row broke a rule, and none was kept.</exception>
    public static async Task<Answer> DecideAsync(Draft draft, IReadOnlyList<Reading<Fact>> rows, BatchMode mode)
    {
        var accepted = rows.Where(r => r.Accepted).Select(r => r.Value!).ToList();
        var drafted = new Queue<RowResult>(accepted.Count > 0 ? await RecordFacts.DraftAsync(draft, accepted) : []);
        var results = rows.Select((row, i) => row.Accepted
            ? drafted.Dequeue() with { Row = i + 1 }
            : new RowResult(i + 1, RowStatus.Refused, null, [.. row.Violations.Select(RowError.Of)])).ToList();

        var receipt = BatchReceipt.Of(results);
        if (mode == BatchMode.All && receipt.Refused > 0)
        {
            throw new Refused(Codes.BatchRefused, $"{receipt.Refused} of {rows.Count} rows break a rule; none was kept. mode=valid keeps the others.",
                new Dictionary<string, object?> { ["rows"] = results.Where(r => r.Status == RowStatus.Refused) });
        }

        var sequence = receipt.Recorded > 0 ? 0 : await draft.LastSequenceOfAsync(results.Where(r => r.Id is not null).Select(r => FactLife.Stream(r.Id!)));
        return new Answer(StatusCodes.Status200OK, receipt, Sequence: sequence);
    }

    private static BatchMode ModeOf(IQueryCollection query) => query["mode"].ToString() switch
    {
        "" or "all" => BatchMode.All,
        "valid" => BatchMode.Valid,
        var other => throw new Refused([new Violation(Codes.UnknownValue, "mode", $"'{Echo.Of(other)}' is no mode.", ["all", "valid"])]),
    };

    private static List<Row> Items(byte[] bytes)
    {
        var json = Write.ParseJson(bytes);
        if (json.ValueKind != JsonValueKind.Array)
            throw new Refused([new Violation(Codes.WrongType, "", "A batch is a JSON array of facts, or NDJSON with one fact a line.", ["array"])]);
        return [.. Limited([.. json.EnumerateArray()]).Select(item => new Row(item, null))];
    }

    private static List<Row> Lines(byte[] bytes)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        foreach (var range in new ReadOnlySpan<byte>(bytes).Split((byte)'\n'))
        {
            var line = new ReadOnlyMemory<byte>(bytes)[range];
            if (!line.Span.Trim("\r \t"u8).IsEmpty)
                lines.Add(line);
        }

        // Counted before any line is parsed: five megabytes hold millions of lines.
        return [.. Limited(lines).Select(RowOf)];
    }

    private static Row RowOf(ReadOnlyMemory<byte> line)
    {
        try
        {
            return new Row(Write.ParseJson(line.Span), null);
        }
        catch (Refused e)
        {
            return new Row(default, new Violation(e.Code, "", e.Message));
        }
    }

    private static List<T> Limited<T>(List<T> rows) => rows.Count switch
    {
        0 => throw new Refused([new Violation(Codes.TooFew, "", "The batch holds no fact.", [$"1 to {MostFacts} facts"])]),
        > MostFacts => throw new Refused(Codes.TooLarge, $"The batch holds {rows.Count} facts; {MostFacts} are allowed at a time."),
        _ => rows,
    };

    private sealed record Row(JsonElement Json, Violation? Malformed)
    {
        public Reading<Fact> Read(DateOnly today) => Malformed is null ? Input.ReadFact(Json, today) : new Reading<Fact>(null, [Malformed]);
    }
}
