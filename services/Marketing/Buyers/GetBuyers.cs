using System.ComponentModel;

namespace ExportConsortia.Marketing.Buyers;

/// <summary>The clean team reads the register of buyers, and which of them may be one.</summary>
internal static class GetBuyers
{
    private const int MostCandidates = 20;
    private const int Close = 2;

    /// <summary>A page of buyers.</summary>
    /// <param name="Buyers">The latest first.</param>
    /// <param name="Before">Send it as <c>before</c> to read on; absent on the last page.</param>
    public sealed record Response(IReadOnlyList<BuyerView> Buyers, Guid? Before);

    /// <summary>A buyer with what belongs to it.</summary>
    /// <param name="Buyer">The buyer.</param>
    /// <param name="Candidates">Buyers that may be the same: a similar name, the same domain or tax number.</param>
    /// <param name="Merges">Buyers that were merged into it, and its own merge into another.</param>
    /// <param name="Leads">Number of its leads.</param>
    public sealed record Details(BuyerView Buyer, IReadOnlyList<Candidate> Candidates, IReadOnlyList<MergeView> Merges, int Leads);

    /// <summary>A buyer that may be the same.</summary>
    /// <param name="Id">The buyer.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Because"><c>Name</c>, <c>Domain</c> or <c>TaxId</c>.</param>
    public sealed record Candidate(Guid Id, string Name, string Because);

    /// <summary>A merge.</summary>
    /// <param name="Id">The merge; with it the merge is undone.</param>
    /// <param name="FromId">The buyer that is one no more.</param>
    /// <param name="FromName">Its name.</param>
    /// <param name="IntoId">The buyer that it is part of.</param>
    /// <param name="MergedAt">When, UTC.</param>
    /// <param name="Leads">Number of leads that moved.</param>
    /// <param name="Contacts">Number of contacts that moved.</param>
    /// <param name="UndoneAt">When it was undone, UTC.</param>
    /// <param name="MergedBy">The account of the manager who merged them.</param>
    /// <param name="UndoneBy">The account of the manager who undid it.</param>
    public sealed record MergeView(
        Guid Id, Guid FromId, string FromName, Guid IntoId, DateTime MergedAt, int Leads, int Contacts, DateTime? UndoneAt, Guid MergedBy,
        Guid? UndoneBy);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("buyers", ListAsync).WithName("ListBuyers").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("List the buyers")
            .WithDescription("For the clean team. The latest first, without those that were merged into others; 1 to 200 a page.");
        routes.MapGet("buyers/{id:guid}", GetAsync).WithName("GetBuyer").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("Read a buyer")
            .WithDescription(
                "For the clean team: with its contacts and their consents, the buyers that may be the same one (a name that differs in at most two "
                + "letters, the same domain or tax number), and its merges. Send the response's ETag as If-Match when you change it.");
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> ListAsync(
        MarketingDb db, CancellationToken ct,
        [Description("Only buyers whose name contains this, however it is typed.")] string? name = null,
        [Description("Buyers a page, 1 to 200; 50 by default.")] int? limit = null,
        [Description("Value of before in the previous page.")] Guid? before = null)
    {
        var part = name is null ? "" : MatchName.Of(name);
        var (refused, page, most) = await db.Buyers.PageAsync(
            nameof(Buyer.CreatedAt), limit, before, b => b.MergedInto == null && b.MatchName.Contains(part), ct);
        if (refused is not null)
        {
            return refused;
        }

        var buyers = await page.ToListAsync(ct);
        return TypedResults.Ok(new Response(buyers.ConvertAll(BuyerView.Of), buyers.Count < most ? null : buyers[^1].Id));
    }

    private static async Task<Results<Ok<Details>, ProblemHttpResult>> GetAsync(
        Guid id, HttpResponse response, MarketingDb db, CancellationToken ct)
    {
        if (await db.Buyers.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, ct) is not { } buyer)
        {
            return Refusal.NotFound();
        }

        EntityTag.Write(response, buyer.Version);
        var merges = await db.BuyerMerges.AsNoTracking().Where(m => m.IntoId == id || m.FromId == id).OrderBy(m => m.MergedAt)
            .Join(db.Buyers, m => m.FromId, b => b.Id, (merge, from) => new { merge, from.Name }).ToListAsync(ct);
        return TypedResults.Ok(new Details(
            BuyerView.Of(buyer),
            buyer.MergedInto is null ? await CandidatesAsync(buyer, db, ct) : [],
            merges.ConvertAll(m => new MergeView(
                m.merge.Id, m.merge.FromId, m.Name, m.merge.IntoId, m.merge.MergedAt, m.merge.Leads.Count, m.merge.Contacts.Count, m.merge.UndoneAt,
                m.merge.MergedBy, m.merge.UndoneBy)),
            await db.Leads.CountAsync(l => l.BuyerId == id, ct)));
    }

    private static async Task<List<Candidate>> CandidatesAsync(Buyer buyer, MarketingDb db, CancellationToken ct)
    {
        var (shortest, longest) = (buyer.MatchName.Length - Close, buyer.MatchName.Length + Close);
        var others = await db.Buyers.AsNoTracking()
            .Where(b => b.Id != buyer.Id && b.MergedInto == null
                && ((b.MatchName.Length >= shortest && b.MatchName.Length <= longest)
                    || (b.Domain != null && b.Domain == buyer.Domain) || (b.TaxId != null && b.TaxId == buyer.TaxId)))
            .Select(b => new { b.Id, b.Name, b.MatchName, b.Domain, b.TaxId }).ToListAsync(ct);
        // Most short names differ in no more than two letters.
        var close = Math.Min(Close, buyer.MatchName.Length / 4);
        return
        [
            .. others.Select(b => new Candidate(b.Id, b.Name,
                    b.TaxId is not null && b.TaxId == buyer.TaxId ? "TaxId" : b.Domain is not null && b.Domain == buyer.Domain ? "Domain"
                    : MatchName.Distance(b.MatchName, buyer.MatchName, close) <= close ? "Name" : ""))
                .Where(c => c.Because.Length > 0).OrderBy(c => c.Name, StringComparer.Ordinal).ThenBy(c => c.Id).Take(MostCandidates),
        ];
    }
}
