namespace PolicyTracker;

/// <summary>The only exception of the domain: a request breaks a rule. Nothing has been changed.</summary>
public sealed class Refused : Exception
{
    /// <param name="violations">The broken rules, at least one.</param>
    public Refused(IReadOnlyList<Violation> violations) : base(violations[0].Detail)
    {
        Code = violations[0].Code;
        Violations = violations;
    }

    /// <param name="code">One of <see cref="Codes"/>; the catalogue knows its status.</param>
    /// <param name="members">Further members of the problem, such as the id of the fact that differs. Names in camelCase.</param>
    public Refused(string code, string detail, IReadOnlyDictionary<string, object?>? members = null) : base(detail)
    {
        Code = code;
        Members = members ?? Members;
    }

    public string Code { get; }
    public IReadOnlyList<Violation> Violations { get; } = [];
    public IReadOnlyDictionary<string, object?> Members { get; } = new Dictionary<string, object?>();
}
