namespace ExportConsortia.Marketing;

/// <summary>What nobody decides alone is proposed, and a second person approves it (F-G3).</summary>
internal static class SecondPerson
{
    /// <summary>Why the caller may not approve what this account proposed; null if they are two people.</summary>
    public static Refusal? Refuse(Caller caller, Guid by, IReadOnlyList<Guid>? controllers) => caller.IsTwoPeopleWith(by, controllers ?? [])
        ? null
        : new(
            "SECOND_APPROVER_REQUIRED",
            "A second person must approve it (F-G3). You proposed it, or the same account stands behind yours and the one that did.");

    /// <summary>Nothing waits for a second person here.</summary>
    public static Refusal NothingProposed() => new("ALREADY_DECIDED", "Nothing is proposed here, or it was decided before.");
}
