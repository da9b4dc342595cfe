namespace PolicyTracker.Reliance;

/// <summary>From here on another version of the method is the one that is published. Nothing happened in the world: what it changes is a change of the pipeline.</summary>
[WireName("method_adopted")]
public sealed record MethodAdopted(string Method, string Previous)
{
    public const string Stream = "method";

    public string Why() => $"{Method} was adopted in place of {Previous}.";
}
