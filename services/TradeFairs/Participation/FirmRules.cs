namespace ExportConsortia.TradeFairs.Participation;

/// <summary>Which firms take part in fairs.</summary>
internal static class FirmRules
{
    /// <summary>Of these firms those that have left the consortium since, by name.</summary>
    public static async Task<Dictionary<Guid, string>> ThatLeftAsync(
        this TradeFairsDb db, IEnumerable<Guid> firms, CancellationToken ct)
    {
        var ids = firms.ToList();
        return await db.Members.AsNoTracking().Where(m => ids.Contains(m.Id) && m.Standing == MemberStanding.Left)
            .ToDictionaryAsync(m => m.Id, m => m.Name, ct);
    }

    /// <summary>The firm that the caller works for, if it may commit itself to something new.</summary>
    public static async Task<(ProblemHttpResult? Refused, MemberFirm? Firm)> FirmThatTakesPartAsync(
        this TradeFairsDb db, Caller caller, CancellationToken ct) =>
        await db.Members.AsNoTracking().SingleOrDefaultAsync(m => m.Id == caller.MemberId, ct) is not { } firm
            ? (Refusal.NotFound(), null)
            : firm.Standing switch
            {
                MemberStanding.Left => (new Refusal("MEMBER_LEFT", "The firm has left the consortium.").ToProblem(), null),
                MemberStanding.Suspended => (new Refusal("NOT_IN_STANDING", "The firm is suspended.").ToProblem(), null),
                _ => (null, firm),
            };
}
