namespace ExportConsortia.Membership.Accounts;

/// <summary>
/// Whether somebody is a second person (<see cref="TwoPeople"/>). Where no two operators are two people, one person could have made every account
/// that there is, and nothing could begin: there two accounts are enough for what begins a consortium, and that operator is trusted.
/// </summary>
internal static class SecondPerson
{
    /// <summary>True if the two are two people, or two accounts where nobody could be two people.</summary>
    public static async Task<bool> IsAsync(
        Guid a, IReadOnlyCollection<Guid> controllersOfA, Guid b, IReadOnlyCollection<Guid> controllersOfB, MembershipDb db, CancellationToken ct) =>
        TwoPeople.Are(a, controllersOfA, b, controllersOfB) || (a != b && !await AreThereTwoAsync(db, ct));

    /// <summary>True if two operators are two people. Locked ones count: nobody relaxes a rule by a lock.</summary>
    public static async Task<bool> AreThereTwoAsync(MembershipDb db, CancellationToken ct)
    {
        // Whoever asks learns of operators only whether there are two.
        var operators = await db.Accounts.IgnoreQueryFilters([MembershipDb.Readers]).AsNoTracking().Where(a => a.Role == Role.Operator)
            .Select(a => new { a.Id, a.Controllers }).ToListAsync(ct);
        return operators.Exists(a => operators.Exists(b => TwoPeople.Are(a.Id, a.Controllers, b.Id, b.Controllers)));
    }

    /// <summary>The refusal of one person who acts as two.</summary>
    public static Refusal Missing(string sentence) => new("SECOND_PERSON", sentence);
}
