namespace PolicyTracker;

/// <summary>What the service measures of itself, under one name for all its instruments.</summary>
public static class Meters
{
    public const string Name = "PolicyTracker";
}
