namespace PolicyTracker.Reliance;

/// <summary>How sure a conclusion is.</summary>
public enum Confidence { Low, Medium, High }

internal static class ConfidenceSteps
{
    /// <summary>So many steps less, and never less than low.</summary>
    public static Confidence Down(this Confidence confidence, int steps) => (Confidence)Math.Max((int)confidence - steps, 0);
}
