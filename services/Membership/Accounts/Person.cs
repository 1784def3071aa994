namespace ExportConsortia.Membership.Accounts;

/// <summary>Somebody with an account, as others may know them.</summary>
/// <param name="Id">The account.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Email">Where to reach them.</param>
internal sealed record Person(Guid Id, string Name, string Email)
{
    /// <summary>
    /// Who these accounts are. Who invited somebody, or locks an account, is no secret to those whom it concerns: the filter is passed.
    /// </summary>
    public static async Task<Dictionary<Guid, Person>> FindAsync(MembershipDb db, IEnumerable<Guid?> accounts, CancellationToken ct)
    {
        var ids = accounts.OfType<Guid>().Distinct().ToList();
        return ids.Count == 0 ? [] : await db.Accounts.IgnoreQueryFilters([MembershipDb.Readers]).Where(a => ids.Contains(a.Id))
            .Select(a => new Person(a.Id, a.Name, a.Email!)).ToDictionaryAsync(p => p.Id, ct);
    }
}
