using ExportConsortia.Contracts;

namespace ExportConsortia.Marketing.Sheets;

/// <summary>
/// The manager approves a submitted sheet or sends it back. The first approved sheet of a product gives it the name by which catalogue, lead,
/// quotation and order speak of it, until the manager chooses another.
/// </summary>
internal static class ApproveSheet
{
    /// <summary>Why a sheet is sent back.</summary>
    /// <param name="Reason">What the firm should change, 1 to 1,000 characters.</param>
    public sealed record ReturnRequest(string Reason);

    /// <summary>Which sheet names a product.</summary>
    /// <param name="SheetId">A sheet of the product of which a draft was approved.</param>
    public sealed record NameRequest(Guid SheetId);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("sheets/{id:guid}/approval", ApproveAsync)
            .WithName(nameof(ApproveSheet)).For(Role.ConsortiumManager)
            .WithSummary("Approve a submitted sheet")
            .WithDescription("For managers, with If-Match: what is approved is what was read. From now on the draft is what catalogues show. "
                + "409 ALREADY_DECIDED if it is not submitted; 409 NOT_CAPABLE, PRODUCT_RETIRED, MEMBER_LEFT.")
            .WithIfMatch();
        routes.MapPost("sheets/{id:guid}/return", ReturnAsync)
            .WithName("ReturnSheet").For(Role.ConsortiumManager)
            .WithSummary("Send a submitted sheet back")
            .WithDescription("For managers, with If-Match. What was approved before stays. 409 ALREADY_DECIDED if it is not submitted.")
            .WithExample(new ReturnRequest("The French text is about another chair."))
            .WithIfMatch();
        routes.MapPut("product-names/{productCode}", NameAsync)
            .WithName("NameProduct").For(Role.ConsortiumManager)
            .WithSummary("Choose the sheet that gives a product its name")
            .WithDescription("For managers. The approved names of this sheet are published at once, and again whenever they change by an approval. "
                + "404 for a sheet of another product; 409 NOT_APPROVED if nothing of it was approved yet.")
            .WithExample(new NameRequest(new Guid("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c")));
    }

    private static async Task<Results<Ok<SheetView>, ProblemHttpResult>> ApproveAsync(
        Guid id, HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Sheets.SingleOrDefaultAsync(s => s.Id == id, ct) is not { } sheet)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, sheet.Version) is { } stale)
        {
            return stale;
        }

        var (before, now) = (sheet.Approved, clock.GetUtcNow().UtcDateTime);
        if (await RefuseFirmAsync(sheet, db, ct) is { } no)
        {
            return no.ToProblem();
        }

        if (sheet.Approve(now) is { } refusal)
        {
            return refusal.ToProblem();
        }

        // Everybody may see them from now on, also in editions that outlive the sheet.
        var images = sheet.Draft.Images;
        foreach (var image in await db.Images.Where(i => i.MemberId == sheet.MemberId && images.Contains(i.Id)).ToListAsync(ct))
        {
            image.Publish(now);
        }

        await NameProductAsync(sheet, before, db, now, ct);
        db.Record("SHEET_APPROVED", id, firm: sheet.MemberId);
        return await WriteSheet.MoveAsync(sheet, null, http, db, caller, ct);
    }

    private static async Task<Results<Ok<SheetView>, ProblemHttpResult>> ReturnAsync(
        Guid id, ReturnRequest request, HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Sheets.SingleOrDefaultAsync(s => s.Id == id, ct) is not { } sheet)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, sheet.Version) is { } stale)
        {
            return stale;
        }

        var reason = (request.Reason ?? "").Trim();
        if (reason.Length is < 1 or > ProductSheet.LongestReason)
        {
            return Refusal.Invalid("reason", $"Must have 1 to {ProductSheet.LongestReason:N0} characters.");
        }

        db.Record("SHEET_RETURNED", id, reason, firm: sheet.MemberId);
        return await WriteSheet.MoveAsync(sheet, sheet.Return(reason, clock.GetUtcNow().UtcDateTime), http, db, caller, ct);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> NameAsync(
        string productCode, NameRequest request, MarketingDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Sheets.AsNoTracking().SingleOrDefaultAsync(s => s.Id == request.SheetId && s.ProductCode == productCode, ct) is not { } sheet)
        {
            return Refusal.NotFound();
        }

        if (sheet.Approved is null)
        {
            return new Refusal("NOT_APPROVED", "Nothing of this sheet was approved yet.").ToProblem();
        }

        var name = await db.ProductNames.SingleOrDefaultAsync(n => n.ProductCode == productCode, ct) ?? NewName(sheet, db);
        if (name.SheetId != sheet.Id || name.Version == 0)
        {
            name.SheetId = sheet.Id;
            Publish(name, sheet, db, clock.GetUtcNow().UtcDateTime);
            db.Record("PRODUCT_NAMED", sheet.Id);
            await db.SaveChangesAsync(ct);
        }

        return TypedResults.NoContent();
    }

    private static async Task NameProductAsync(ProductSheet sheet, SheetContent? before, MarketingDb db, DateTime now, CancellationToken ct)
    {
        var name = await db.ProductNames.SingleOrDefaultAsync(n => n.ProductCode == sheet.ProductCode, ct);
        if (name is null || (name.SheetId == sheet.Id && !Names(before).SequenceEqual(Names(sheet.Approved))))
        {
            Publish(name ?? NewName(sheet, db), sheet, db, now);
        }
    }

    private static ProductName NewName(ProductSheet sheet, MarketingDb db) =>
        db.Add(new ProductName { ConsortiumId = sheet.ConsortiumId, ProductCode = sheet.ProductCode, SheetId = sheet.Id }).Entity;

    private static void Publish(ProductName name, ProductSheet sheet, MarketingDb db, DateTime now)
    {
        name.Version++;
        db.Publish(name.ConsortiumId, ToEvent(name, sheet, now));
    }

    /// <summary>What others know of the name that a sheet gives its product.</summary>
    public static ProductNamed ToEvent(ProductName name, ProductSheet sheet, DateTime now) =>
        new(name.ConsortiumId, name.ProductCode, sheet.Id, Names(sheet.Approved).ToDictionary(), name.Version, now);

    private static IEnumerable<KeyValuePair<string, string>> Names(SheetContent? content) =>
        (content?.Texts ?? new Dictionary<string, SheetText>()).Select(t => KeyValuePair.Create(t.Key, t.Value.Name)).OrderBy(n => n.Key);

    private static async Task<Refusal?> RefuseFirmAsync(ProductSheet sheet, MarketingDb db, CancellationToken ct)
    {
        var firm = await db.Members.AsNoTracking().SingleOrDefaultAsync(m => m.Id == sheet.MemberId, ct);
        var product = await db.Products.AsNoTracking().SingleOrDefaultAsync(p => p.Code == sheet.ProductCode, ct);
        return firm is null || product is null || firm.Standing == MemberStanding.Left
            ? new("MEMBER_LEFT", "The firm has left the consortium.")
            : firm.RefuseSheet(product);
    }
}
