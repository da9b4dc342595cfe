using System.Collections.Frozen;

namespace PolicyTracker;

/// <summary>The stable codes of everything that can be refused or can fail. A problem's <c>type</c> is made of its code.</summary>
public static class Codes
{
    public const string UnknownType = "unknown_type";
    public const string UnknownField = "unknown_field";
    public const string DuplicateField = "duplicate_field";
    public const string MissingField = "missing_field";
    public const string WrongType = "wrong_type";
    public const string UnknownValue = "unknown_value";
    public const string Blank = "blank";
    public const string NotText = "not_text";
    public const string TooLong = "too_long";
    public const string TooFew = "too_few";
    public const string OutOfRange = "out_of_range";
    public const string UnknownCountry = "unknown_country";
    public const string UnknownProvider = "unknown_provider";
    public const string UnknownModel = "unknown_model";
    public const string MergeIntoItself = "merge_into_itself";
    public const string UrlNotAllowed = "url_not_allowed";
    public const string DateNotSupported = "date_not_supported";
    public const string DateImpossible = "date_impossible";
    public const string DateInFuture = "date_in_future";
    public const string SourceDateInFuture = "source_date_in_future";
    public const string FieldsDisagree = "fields_disagree";
    public const string ExpiresNotAfterEffective = "expires_not_after_effective";
    public const string UntilNotAfterStart = "until_not_after_start";
    public const string ScopeRequired = "scope_required";
    public const string ScopeEmpty = "scope_empty";
    public const string StrengthRequired = "strength_required";
    public const string StrengthNotAllowed = "strength_not_allowed";
    public const string TargetIsIssuer = "target_is_issuer";
    public const string FieldNotAllowed = "field_not_allowed";
    public const string MeasureIdNotValid = "measure_id_not_valid";
    public const string SecretNotValid = "secret_not_valid";

    public const string MalformedJson = "malformed_json";
    public const string InvalidRequest = "invalid_request";
    public const string TooLarge = "too_large";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string UnknownRoute = "unknown_route";
    public const string NotFound = "not_found";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string UnknownParameter = "unknown_parameter";
    public const string CursorInvalid = "cursor_invalid";
    public const string CursorAhead = "cursor_ahead";
    public const string CursorEpoch = "cursor_epoch";
    public const string CursorExpired = "cursor_expired";
    public const string IdempotencyKeyInvalid = "idempotency_key_invalid";
    public const string IdempotencyKeyReused = "idempotency_key_reused";
    public const string IdempotencyInProgress = "idempotency_in_progress";
    public const string FactDiffers = "fact_differs";
    public const string FactRetracted = "fact_retracted";
    public const string BatchRefused = "batch_refused";
    public const string RegistryDiffers = "registry_differs";
    public const string RegistryMerged = "registry_merged";
    public const string LostRace = "lost_race";
    public const string StaleVersion = "stale_version";
    public const string MeasureTransitionNotAllowed = "measure_transition_not_allowed";
    public const string MeasureDiffers = "measure_differs";
    public const string EntryRetracted = "entry_retracted";
    public const string TooManyConnections = "too_many_connections";
    public const string FeedBehind = "feed_behind";
    public const string HeaderNotAllowed = "header_not_allowed";
    public const string SubscriptionPending = "subscription_pending";
    public const string VerificationFailed = "verification_failed";
    public const string StoreUnavailable = "store_unavailable";
    public const string InternalError = "internal_error";
}

/// <summary>One kind of problem, as <c>GET /problems</c> explains it.</summary>
/// <param name="Status">The HTTP status that it is answered with.</param>
/// <param name="Remedy">What the client can do about it.</param>
public sealed record ProblemType(string Code, int Status, string Title, string Remedy)
{
    /// <summary>The stable relative URI that stands in a problem's <c>type</c>.</summary>
    public string Type => ProblemTypes.UriOf(Code);
}

/// <summary>The catalogue of problems; every code of <see cref="Codes"/> has its entry.</summary>
public static class ProblemTypes
{
    public static IReadOnlyList<ProblemType> All { get; } =
    [
        new(Codes.UnknownType, 400, "Unknown type", "Take one of the allowed values for `type`."),
        new(Codes.UnknownField, 400, "Unknown field", "Remove the field, or correct its name to one of `nearest`."),
        new(Codes.DuplicateField, 400, "Field given twice", "Give each field once."),
        new(Codes.MissingField, 400, "Missing field", "Add the field."),
        new(Codes.WrongType, 400, "Wrong kind of value", "Give the kind of JSON value that `allowed` names."),
        new(Codes.UnknownValue, 400, "Unknown value", "Take one of the allowed values, spelled exactly so."),
        new(Codes.Blank, 400, "Blank text", "Give a text that has more than white space."),
        new(Codes.NotText, 400, "Not a text", "Remove control characters and unpaired surrogates."),
        new(Codes.TooLong, 400, "Too long", "Shorten it to the limit."),
        new(Codes.TooFew, 400, "Too few items", "Give at least as many items as `allowed` says."),
        new(Codes.OutOfRange, 400, "Out of range", "Give a number within the range."),
        new(Codes.UnknownCountry, 400, "Unknown country", "Give an ISO 3166-1 alpha-2 code in capitals, or EU."),
        new(Codes.UnknownProvider, 400, "Unknown provider", "Register the provider first, or leave it out."),
        new(Codes.UnknownModel, 400, "Unknown model", "Register the model first, or name another."),
        new(Codes.MergeIntoItself, 400, "Merge into itself", "Name another entry in `into`."),
        new(Codes.UrlNotAllowed, 400, "Address not allowed", "Give an address such as `allowed` names, without user name or password, or leave the field out where it may be."),
        new(Codes.DateNotSupported, 400, "Form of date not supported", "Give the date in one of the allowed forms."),
        new(Codes.DateImpossible, 400, "Impossible date", "Give a day that the calendar has."),
        new(Codes.DateInFuture, 400, "Date in the future", "Give a date whose first possible day is not after today (UTC)."),
        new(Codes.SourceDateInFuture, 400, "Source dated in the future", "Give the day on which the source was really published or retrieved, not after today (UTC)."),
        new(Codes.FieldsDisagree, 400, "Fields that do not go together", "Change one of the fields that the detail names."),
        new(Codes.ExpiresNotAfterEffective, 400, "Expires before it takes effect", "Give an `expires` after `effective`."),
        new(Codes.UntilNotAfterStart, 400, "Suspension ends before it begins", "Give an `until` after the day from which the entry counts."),
        new(Codes.ScopeRequired, 400, "Scope required", "Say in `scope` which layers the control reaches."),
        new(Codes.ScopeEmpty, 400, "Scope covers nothing", "Name a layer that is not excluded."),
        new(Codes.StrengthRequired, 400, "Strength required", "Give `strength`: statement, directive or mandate."),
        new(Codes.StrengthNotAllowed, 400, "Strength not allowed", "Leave `strength` out; only a self_reliance_directive has one."),
        new(Codes.TargetIsIssuer, 400, "The issuer is no target", "Leave the issuer out of `targets`."),
        new(Codes.FieldNotAllowed, 400, "Field not allowed here", "Leave the field out, or take one of the transitions in `allowed`."),
        new(Codes.MeasureIdNotValid, 400, "Id not valid", "Give an id of 3 to 80 lower-case letters, digits and hyphens."),
        new(Codes.SecretNotValid, 400, "Secret not valid", "Give `whsec_` and 24 to 64 random bytes in base64, or leave the field out to have one made."),
        new(Codes.MalformedJson, 400, "Malformed JSON", "Send a body that is one JSON value, nested at most 64 deep, in UTF-8."),
        new(Codes.InvalidRequest, 400, "Invalid request", "Correct what the detail names."),
        new(Codes.TooLarge, 413, "Request too large", "Send less at a time."),
        new(Codes.UnsupportedMediaType, 415, "Unsupported media type", "Send `Content-Type: application/json`."),
        new(Codes.UnknownRoute, 404, "Unknown route", "See the API description for the routes that exist."),
        new(Codes.NotFound, 404, "Not found", "Check the id."),
        new(Codes.MethodNotAllowed, 405, "Method not allowed", "Use a method that the `Allow` header names."),
        new(Codes.UnknownParameter, 400, "Unknown query parameter", "Remove the parameter, or correct its name to one of `allowed`."),
        new(Codes.CursorInvalid, 400, "Cursor not valid", "Send the cursor exactly as an answer told it; `next` of a list with the same filters."),
        new(Codes.CursorAhead, 409, "Cursor ahead of the feed", "The feed was restored from a backup, or the cursor is another installation's: start from `earliest` or `latest`, and know what you have by its id."),
        new(Codes.CursorEpoch, 409, "Cursor of another numbering", "The feed was numbered anew, or the cursor is another installation's: start from `earliest` or `latest`, and know what you have by its id."),
        new(Codes.CursorExpired, 410, "Cursor expired", "What follows the cursor is kept no longer: start from `earliest`, and read the current state of what you watch."),
        new(Codes.IdempotencyKeyInvalid, 400, "Idempotency-Key not valid", "Send 1 to 200 visible ASCII characters, such as a UUID."),
        new(Codes.IdempotencyKeyReused, 422, "Idempotency-Key used for another body", "Send the first body again, or take a new key."),
        new(Codes.IdempotencyInProgress, 409, "A request with this Idempotency-Key is in progress", "Ask again when it has ended; the answer will be the same."),
        new(Codes.FactRetracted, 422, "The fact is retracted", "Reinstate it first."),
        new(Codes.BatchRefused, 400, "Rows of the batch break rules", "Correct the rows that `rows` names, or send `mode=valid` to keep the others."),
        new(Codes.RegistryDiffers, 409, "The registry has this name with another content", "Correct the registered entry instead of registering it again."),
        new(Codes.RegistryMerged, 409, "The entry is merged into another", "Name the `survivor` instead, or un-merge the entry first."),
        new(Codes.FactDiffers, 409, "A fact with this key exists and differs", "Correct the recorded fact instead of recording it again."),
        new(Codes.LostRace, 409, "Somebody else was faster", "Read the current state, decide again, send again."),
        new(Codes.StaleVersion, 412, "Stale version", "Read the current state and send its ETag in `If-Match`."),
        new(Codes.MeasureTransitionNotAllowed, 422, "Transition not allowed", "Take one of the allowed transitions, or correct the record if it is wrong."),
        new(Codes.MeasureDiffers, 409, "A measure with this id exists and differs", "Move the recorded measure on, or choose another id."),
        new(Codes.EntryRetracted, 422, "The entry is retracted", "Reinstate it first; where the whole measure is retracted, its first entry."),
        new(Codes.TooManyConnections, 429, "Too many connections", "Close a stream or a waiting read, or try again after the time in `Retry-After`; several filters go into one stream."),
        new(Codes.FeedBehind, 503, "The feed is behind", "Try again after the time in `Retry-After`, or leave out `failOnLag`: what is missing comes later, in order."),
        new(Codes.HeaderNotAllowed, 400, "Header not allowed", "Send `Authorization`, or a header whose name begins with `X-`, with a value of printable ASCII."),
        new(Codes.SubscriptionPending, 409, "Subscription pending", "Have the receiver agree first: `POST /v1/subscriptions/{id}/verify`."),
        new(Codes.VerificationFailed, 422, "The receiver did not agree", "Let the receiver answer the handshake that the detail names, then verify again."),
        new(Codes.StoreUnavailable, 503, "Store unavailable", "Send the same request again after the time in `Retry-After`."),
        new(Codes.InternalError, 500, "Internal error", "Send the same request again later; if it persists, report the trace id."),
    ];

    private static readonly FrozenDictionary<string, ProblemType> ByCode = All.ToFrozenDictionary(type => type.Code);

    /// <exception cref="KeyNotFoundException">No problem has this code.</exception>
    public static ProblemType Of(string code) => ByCode[code];

    public static ProblemType? Find(string code) => ByCode.GetValueOrDefault(code);

    public static string UriOf(string code) => $"/problems/{code}";
}
