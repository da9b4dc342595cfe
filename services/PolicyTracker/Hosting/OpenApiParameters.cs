using Microsoft.OpenApi;

namespace PolicyTracker.Hosting;

/// <summary>What the parameters mean. A name means the same on every route that has it.</summary>
internal static class OpenApiParameters
{
    public const string IdempotencyKey = "Idempotency-Key";
    private const string IfMatch = "If-Match";
    private const string LastEventId = "Last-Event-ID";

    private static readonly Dictionary<string, string> Meanings = new()
    {
        ["id"] = "The id, as the answer to the write that made it tells it.",
        ["name"] = "The wire name of a type.",
        ["number"] = "The number of an entry in the life line of a measure, first is 1.",
        ["code"] = "An ISO 3166-1 alpha-2 code, or EU.",
        ["transition"] = "plan, propose, adopt, amend, suspend, resume, rescind or abandon.",
        ["asOf"] = "World time, yyyy-mm-dd: what held on this day. Today (UTC) when left out.",
        ["knownAt"] = "Record time, an RFC 3339 time or a sequence of the store: what had been recorded by then. Now when left out.",
        ["atLeast"] = "A sequence, as a write's `PolicyTracker-Sequence` tells it: wait up to 5 s until the answer takes it into account.",
        ["limit"] = "How many items a page holds: 1 to 1,000, 100 when left out; with parked/replay how many messages are sent again, all when left out.",
        ["next"] = "`next` of the page before, exactly as it was, with the same filters.",
        ["supplier"] = "The country relied on: an ISO 3166-1 alpha-2 code, or EU.",
        ["sort"] = "A column of the list, which a refusal names; downwards with a leading minus.",
        ["country"] = "An ISO 3166-1 alpha-2 code, or EU.",
        ["type"] = "The wire name of a type.",
        ["provider"] = "A provider's id, or one of its names.",
        ["holder"] = "Whose account it is, in whatever case and spacing.",
        ["publisher"] = "The name of a publisher, in whatever case and spacing.",
        ["indicator"] = "The indicator that is spoken of: R1 to R5, X1 to X4, S1, S2.",
        ["cause"] = "Why it changed: world_changed, source_corrected, our_error or pipeline_change.",
        ["status"] = "Where it stands: a fact or a measure in our record, an account with its provider, a message with its receiver.",
        ["state"] = "pending, active, paused or disabled.",
        ["delivery"] = "The name of a message in the log: the position of its first event, and of its last where that is another.",
        ["method"] = "A version of the method, such as reliance/1.0.0. The one published at `knownAt` when left out.",
        ["from"] = "Where it begins: the first day, yyyy-mm-dd, a history with the step that held when it began; with method/diff a version of the method; with diff a point, `asOf,knownAt`, of which either may be left out.",
        ["to"] = "Where it ends: the last day, yyyy-mm-dd; with method/diff a version of the method; with diff a point, `asOf,knownAt`, of which either may be left out.",
        ["index"] = "reliance, restriction, substitution, or an indicator. reliance when left out.",
        ["along"] = "world: by the days from which it holds; record: by the moments at which it was published. world when left out.",
        ["depth"] = "How many derivations are followed at most: 1 to 10, 5 when left out.",
        ["text"] = "A text that the item contains, upper and lower case alike.",
        ["issuer"] = "The country whose act the measure is: an ISO 3166-1 alpha-2 code, or EU.",
        ["target"] = "A country that the measure is aimed at: an ISO 3166-1 alpha-2 code, or EU.",
        ["side"] = "cut or left.",
        ["kind"] = "The kind of a measure.",
        ["stage"] = "Where the measure stands.",
        ["active"] = "true or false: whether the measure has not ended, that is neither rescinded nor abandoned nor expired.",
        ["home"] = "The provider's home country: an ISO 3166-1 alpha-2 code, or EU.",
        ["reviewed"] = "true or false: whether somebody of ours has checked the entry.",
        ["measure"] = "The id of a measure.",
        ["after"] = "A cursor, as an answer told it, or earliest or latest: what comes after it is read.",
        ["since"] = "Instead of a cursor, a time of recording: an RFC 3339 time, a day (UTC), or milliseconds since 1970.",
        ["wait"] = "How many seconds to wait when there is nothing: 0 to 30, 0 when left out. `Prefer: wait=` means the same.",
        ["n"] = "The number of an archive, first is 1: the positions up to a thousand times it.",
        ["epoch"] = "The name of the feed's numbering, as links tell it; 409 when the feed was numbered anew.",
        ["event"] = "policy-event, or message for clients that hear unnamed events only.",
        ["canary"] = "true: send the canaries too, whatever the filter: synthetic events, one every few minutes, that show that the feed is alive. false when left out.",
        ["failOnLag"] = "true: 503 instead of a stream when the feed is more than 60 s behind the store. false when left out.",
        [LastEventId] = "Where a client was cut off: it comes before `after` and `since`.",
        ["mode"] = "all: keep all rows or none; valid: keep the rows that break no rule. all when left out.",
        [IdempotencyKey] = "1 to 200 visible ASCII characters. A retry with the same key and body gets the first answer, for 7 days.",
        [IfMatch] = "The version that the decision rests on, as `ETag` told it; 412 when the record has changed since.",
    };

    /// <summary>What the parameter means; null when its name says all.</summary>
    public static string? MeaningOf(string name) => Meanings.GetValueOrDefault(name);

    public static OpenApiParameter Of(string name) => new()
    {
        Name = name,
        In = name is IdempotencyKey or IfMatch or LastEventId ? ParameterLocation.Header : ParameterLocation.Query,
        Description = MeaningOf(name),
        Schema = name is "limit" or "atLeast" or "wait" ? new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" } : new OpenApiSchema { Type = JsonSchemaType.String },
    };

    public static OpenApiHeader SequenceHeader(bool ofWrite) => new()
    {
        Description = ofWrite ? "The store's sequence of the last event that the answer rests on; a read can wait for it with `atLeast`." : "Up to which sequence of the store the views are.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
    };
}
