namespace PolicyTracker;

/// <summary>The name under which an event is stored and published. It is a storage format: once published it never changes.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class WireNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
