namespace ExportConsortia.Membership.Accounts;

/// <summary>One person wants a manager or an auditor locked; a second one must agree within 7 days.</summary>
/// <param name="By">Who proposed it.</param>
/// <param name="Controllers">The accounts behind that one then.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When, UTC.</param>
internal sealed record LockProposal(Guid By, List<Guid> Controllers, string Reason, DateTime At)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);
}
