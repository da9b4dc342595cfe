namespace PolicyTracker;

/// <summary>One broken rule of one field.</summary>
/// <param name="Code">The stable code; the problem's <c>type</c> is made of it.</param>
/// <param name="Field">The path of the field in the request, such as <c>source.url</c>.</param>
/// <param name="Detail">What was wrong, in words.</param>
/// <param name="Allowed">What would have been accepted, in words or as a list of values.</param>
/// <param name="Nearest">Accepted values that look like the one given.</param>
public sealed record Violation(string Code, string Field, string Detail, IReadOnlyList<string>? Allowed = null, IReadOnlyList<string>? Nearest = null);
