using System.ComponentModel;

namespace ExportConsortia.Marketing.Sheets;

/// <summary>A member firm reads its own sheets, the clean team those of all firms; no firm sees another's draft.</summary>
internal static class ReadSheets
{
    /// <summary>A page of sheets, last changed first.</summary>
    /// <param name="Sheets">The sheets.</param>
    /// <param name="Before">Send it as <c>before</c> to get the next page; absent on the last one.</param>
    public sealed record SheetPage(IReadOnlyList<SheetRow> Sheets, Guid? Before);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = new[] { Role.MemberUser, Role.ConsortiumManager, Role.Auditor };
        routes.MapGet("sheets", ListAsync).WithName("ListSheets").For(read)
            .WithSummary("List sheets, last changed first")
            .WithDescription("A member firm sees only its own. Filter with `state`, `productCode` and `memberId`; `limit` 1 to 200, default 50; "
                + "`before` is the last page's `before`.");
        routes.MapGet("sheets/{id:guid}", GetAsync).WithName("ReadSheet").For(read)
            .WithSummary("Read a sheet, its draft beside what is approved")
            .WithDescription("For the firm that it belongs to and the clean team. Send the response's ETag as If-Match when you change, approve or "
                + "return it.");
    }

    private static async Task<Results<Ok<SheetPage>, ProblemHttpResult>> ListAsync(
        MarketingDb db, CancellationToken ct,
        [Description("Rows per page, 1 to 200.")] int? limit = null,
        [Description("Id of the last row of the page before.")] Guid? before = null,
        [Description("Only sheets whose draft stands here.")] SheetState? state = null,
        [Description("Only sheets of this product.")] string? productCode = null,
        [Description("Only sheets of this firm.")] Guid? memberId = null)
    {
        var (refused, rows, most) = await db.Sheets.PageAsync(nameof(ProductSheet.ChangedAt), limit, before, s =>
            (state == null || s.State == state) && (productCode == null || s.ProductCode == productCode)
            && (memberId == null || s.MemberId == memberId), ct);
        if (refused is not null)
        {
            return refused;
        }

        var page = await rows.ToListAsync(ct);
        var codes = page.ConvertAll(s => s.ProductCode);
        var products = await db.Products.AsNoTracking().Where(p => codes.Contains(p.Code)).ToDictionaryAsync(p => p.Code, ct);
        return TypedResults.Ok(new SheetPage(
            page.ConvertAll(s => SheetRow.Of(s, products.GetValueOrDefault(s.ProductCode))), page.Count == most ? page[^1].Id : null));
    }

    private static async Task<Results<Ok<SheetView>, ProblemHttpResult>> GetAsync(
        Guid id, MarketingDb db, Caller caller, HttpResponse response, CancellationToken ct)
    {
        if (await db.Sheets.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, ct) is not { } sheet)
        {
            return Refusal.NotFound();
        }

        EntityTag.Write(response, sheet.Version);
        return TypedResults.Ok(await SheetView.OfAsync(sheet, db, caller, ct));
    }
}
