namespace PolicyTracker.Facts;

/// <summary>What may be done to a recorded fact. Each decision gives the event to append, or null when what is asked holds already.</summary>
public static class FactDecisions
{
    /// <summary>The causes that an act on our record may have. The world changes by new facts, not by edits.</summary>
    public static readonly IReadOnlyList<Cause> Causes = [Cause.SourceCorrected, Cause.OurError, Cause.PipelineChange];

    public static FactCorrected? Correct(FactLife life, Fact replacement, Cause cause, string why)
    {
        RefuseRetracted(life, "corrected");
        return NaturalKey.ContentDiff(life.Fact, replacement).Count == 0 ? null : new FactCorrected(life.Id, life.Fact, replacement, cause, why);
    }

    public static FactRetracted? Retract(FactLife life, Cause cause, string why) =>
        life.Retracted ? null : new FactRetracted(life.Id, life.Fact, cause, why);

    public static FactReinstated? Reinstate(FactLife life, Cause cause, string why) =>
        life.Retracted ? new FactReinstated(life.Id, life.Fact, cause, why) : null;

    public static FactDisputed? Dispute(FactLife life, string why)
    {
        RefuseRetracted(life, "disputed");
        return life.Disputed ? null : new FactDisputed(life.Id, life.Fact, why);
    }

    public static FactConfirmed? Confirm(FactLife life, string why, DateOnly on)
    {
        RefuseRetracted(life, "confirmed");
        var holds = !life.Disputed && !life.ConfirmedOn.IsEmpty && life.ConfirmedOn[^1] == on;
        return holds ? null : new FactConfirmed(life.Id, life.Fact, why, on);
    }

    private static void RefuseRetracted(FactLife life, string act)
    {
        if (life.Retracted)
            throw new Refused(Codes.FactRetracted, $"Fact {life.Id} is retracted and cannot be {act}. Reinstate it first.");
    }
}
