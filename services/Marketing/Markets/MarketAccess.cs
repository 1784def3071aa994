using System.ComponentModel;
using ExportConsortia.Marketing.Sheets;

namespace ExportConsortia.Marketing.Markets;

/// <summary>
/// What is missing on a sheet for each target market (MKT-11): the code of the Harmonised System, and certificates that are wanted there.
/// </summary>
internal static class MarketAccess
{
    /// <summary>Why a certificate that is wanted doesn't count.</summary>
    public enum Lack
    {
        /// <summary>The firm has none of this kind.</summary>
        Missing,

        /// <summary>The firm has one, but the sheet doesn't name it.</summary>
        NotOnSheet,

        /// <summary>The manager has not confirmed it.</summary>
        Unconfirmed,

        /// <summary>It doesn't hold today.</summary>
        NotValid,
    }

    /// <summary>A sheet and the target markets.</summary>
    /// <param name="SheetId">The sheet.</param>
    /// <param name="MemberId">The firm that it belongs to.</param>
    /// <param name="HsCodeMissing">True: the sheet has no code of the Harmonised System, without which no customs duty can be known.</param>
    /// <param name="Markets">The target markets, by country.</param>
    public sealed record Response(Guid SheetId, Guid MemberId, bool HsCodeMissing, IReadOnlyList<Market> Markets);

    /// <summary>What is missing for a market.</summary>
    /// <param name="Country">ISO 3166-1 alpha-2 code.</param>
    /// <param name="Ready">True: nothing is missing.</param>
    /// <param name="Lacks">The certificates that are missing.</param>
    public sealed record Market(string Country, bool Ready, IReadOnlyList<LackView> Lacks);

    /// <summary>A certificate that is missing, or doesn't count.</summary>
    /// <param name="Kind">Its kind.</param>
    /// <param name="Why">Why it doesn't count.</param>
    public sealed record LackView(string Kind, Lack Why);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("sheets/{productCode}/market-access", HandleAsync)
        .WithName(nameof(MarketAccess)).For(Role.MemberUser, Role.ConsortiumManager, Role.Auditor)
        .WithSummary("Read what a product's sheet lacks for each target market")
        .WithDescription("A firm reads this of its own sheet; the clean team of all firms' sheets of the product. 404 without a sheet.");

    private static async Task<Results<Ok<List<Response>>, ProblemHttpResult>> HandleAsync(
        [Description("Code of the product.")] string productCode, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var sheets = await db.Sheets.AsNoTracking().Where(s => s.ProductCode == productCode).OrderBy(s => s.MemberId).ToListAsync(ct);
        if (sheets.Count == 0)
        {
            return Refusal.NotFound();
        }

        var family = await db.Products.Where(p => p.Code == productCode).Select(p => p.Family).SingleOrDefaultAsync(ct);
        var markets = await db.Markets.AsNoTracking().OrderBy(m => m.Country).ToListAsync(ct);
        var firms = sheets.ConvertAll(s => s.MemberId);
        var certificates = (await db.Certificates.AsNoTracking().Where(c => firms.Contains(c.MemberId)).ToListAsync(ct)).ToLookup(c => c.MemberId);
        var today = (await db.ConsortiumAsync(caller.ConsortiumId, ct)).Day(clock.GetUtcNow().UtcDateTime);
        return TypedResults.Ok(sheets.ConvertAll(sheet => new Response(
            sheet.Id, sheet.MemberId, sheet.Draft.HsCode is null,
            markets.ConvertAll(market => Of(market, family, sheet.Draft, [.. certificates[sheet.MemberId]], today)))));
    }

    /// <summary>What the sheet lacks for this market on this day.</summary>
    internal static Market Of(TargetMarket market, string? family, SheetContent sheet, IReadOnlyList<Certificate> ofFirm, DateOnly today)
    {
        var lacks = market.Wanted
            .Where(w => w.ProductFamily is null || string.Equals(w.ProductFamily, family, StringComparison.OrdinalIgnoreCase))
            .Select(w => w.Kind).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(kind => (Kind: kind, Why: WhyNot([.. ofFirm.Where(c => c.Kind.Equals(kind, StringComparison.OrdinalIgnoreCase))])))
            .Where(lack => lack.Why is not null).Select(lack => new LackView(lack.Kind, lack.Why!.Value)).ToList();
        return new(market.Country, lacks.Count == 0 && sheet.HsCode is not null, lacks);

        Lack? WhyNot(List<Certificate> ofKind)
        {
            var named = ofKind.FindAll(c => sheet.Certificates.Contains(c.Id));
            return ofKind.Count == 0 ? Lack.Missing
                : named.Count == 0 ? Lack.NotOnSheet
                : named.FindAll(c => c.ValidFrom <= today && today <= c.ValidUntil) is not { Count: > 0 } valid ? Lack.NotValid
                : valid.TrueForAll(c => c.ConfirmedAt is null) ? Lack.Unconfirmed
                : null;
        }
    }
}
