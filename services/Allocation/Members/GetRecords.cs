using ExportConsortia.Allocation.Offers;

namespace ExportConsortia.Allocation.Members;

/// <summary>How firms answer their offers, and how old what they declared is. A member firm reads its own record; the clean team reads all.</summary>
internal static class GetRecords
{
    private const int Days = 90;

    /// <summary>A firm's record.</summary>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="Strikes">Its strikes in force, by the rulebook's rule for all families .</param>
    /// <param name="Answered">Offers of the last 90 days that it answered in time.</param>
    /// <param name="Expired">Offers of the last 90 days that it let expire.</param>
    /// <param name="MeanAnswerSeconds">How long its answers took on average; absent if it gave none.</param>
    /// <param name="OldestCapacityAt">
    /// When it declared the oldest of its capacities whose period is not over, UTC: capacity that is too old is not used. Absent without any.
    /// </param>
    public sealed record RecordView(
        Guid MemberId, int Strikes, int Answered, int Expired, long? MeanAnswerSeconds, DateTime? OldestCapacityAt);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("member-records", HandleAsync)
        .WithName(nameof(GetRecords)).For(Role.MemberUser, Role.ConsortiumManager, Role.Auditor)
        .WithSummary("How firms answer: strikes, answers, age of their capacity")
        .WithDescription("One record per firm that has not left. A member firm sees only its own. Invitations to price rounds and open calls don't "
            + "count.");

    private static async Task<Ok<IReadOnlyList<RecordView>>> HandleAsync(AllocationDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var (since, today) = (now.AddDays(-Days), (await db.ConsortiumAsync(caller.ConsortiumId, ct)).Day(now));
        var strikesSince = now.AddDays(-(await db.RulebookAsync(caller.ConsortiumId, now, ct)).RuleFor("*").StrikeLapseDays);

        // The query filters leave a member firm only what is its own.
        var firms = await db.Members.Where(m => m.Standing != MemberStanding.Left).Select(m => m.Id).Order().ToListAsync(ct);
        var strikes = await db.Strikes.Where(s => s.At > strikesSince)
            .GroupBy(s => s.MemberId).ToDictionaryAsync(g => g.Key, g => g.Count(), ct);
        var offers = (await db.MemberOffers.Where(o => o.IssuedAt > since && o.AnsweredAt != null && o.State != OfferState.Withdrawn)
            .Select(o => new { o.MemberId, o.State, o.IssuedAt, AnsweredAt = o.AnsweredAt!.Value }).ToListAsync(ct)).ToLookup(o => o.MemberId);
        var oldest = await db.Capacity.Where(b => b.Declared > 0 && b.To > today)
            .GroupBy(b => b.MemberId).ToDictionaryAsync(g => g.Key, g => g.Min(b => b.DeclaredAt), ct);
        return TypedResults.Ok<IReadOnlyList<RecordView>>([.. firms.Select(firm =>
        {
            var took = offers[firm].Where(o => o.State != OfferState.Expired).Select(o => (o.AnsweredAt - o.IssuedAt).Ticks).ToList();
            return new RecordView(
                firm, strikes.GetValueOrDefault(firm), took.Count, offers[firm].Count() - took.Count,
                took.Count == 0 ? null : took.Sum() / took.Count / TimeSpan.TicksPerSecond,
                oldest.TryGetValue(firm, out var at) ? at : null);
        })]);
    }
}
