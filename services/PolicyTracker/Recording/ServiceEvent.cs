namespace PolicyTracker.Recording;

/// <summary>What befalls the service itself. It says nothing of the world, and so changes nothing in the views.</summary>
public abstract record ServiceEvent;
