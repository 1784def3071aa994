using ExportConsortia.Marketing.Products;

namespace ExportConsortia.Marketing.Sheets;

/// <summary>A member firm describes a product that it makes, approves its own draft by submitting it, or takes it back.</summary>
internal static class WriteSheet
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("sheets/{productCode}", SaveAsync)
            .WithName(nameof(WriteSheet)).For(Role.MemberUser)
            .WithSummary("Create or change the firm's sheet of a product")
            .WithDescription("For a member firm's users: one sheet a firm and product; the first time without If-Match. Only products of the list "
                + "that the firm has stated it can make. A price is never part of a sheet. What is approved stays as it is until the changed draft "
                + "is approved; content that says the same changes nothing. 409 NOT_CAPABLE, PRODUCT_RETIRED, MEMBER_LEFT; 409 SHEET_SUBMITTED while "
                + "the manager has it; 409 SHEET_LIMIT at 5,000 sheets.")
            .WithExample(Example)
            .WithIfMatch();
        routes.MapPost("sheets/{id:guid}/submission", SubmitAsync)
            .WithName("SubmitSheet").For(Role.MemberUser)
            .WithSummary("Submit a sheet: the firm's own approval")
            .WithDescription("For the firm that it belongs to. 409 ALREADY_DECIDED if it is submitted or approved; 409 NOT_CAPABLE, PRODUCT_RETIRED, "
                + "MEMBER_LEFT.");
        routes.MapDelete("sheets/{id:guid}/submission", WithdrawAsync)
            .WithName("WithdrawSheet").For(Role.MemberUser)
            .WithSummary("Take a submitted sheet back")
            .WithDescription("For the firm that it belongs to, before the manager has decided. 409 ALREADY_DECIDED if it is not submitted.");
    }

    internal static SheetContent Example { get; } = new()
    {
        Texts = new Dictionary<string, SheetText>
        {
            ["en"] = new("Teak garden chair", "Folding, oiled."), ["fr"] = new("Chaise en teck", "Pliante."),
        },
        HsCode = "940169",
        Size = new(560, 520, 900, 7200),
        Pack = new(4, 960, 600, 420, 31_000),
        LeadTimeDays = 45,
        MinimumOrder = 50,
        Origin = "LA",
        Attributes = new Dictionary<string, string> { ["wood"] = "teak" },
    };

    private static async Task<Results<Ok<SheetView>, Created<SheetView>, ProblemHttpResult>> SaveAsync(
        string productCode, SheetContent request, HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var (refused, firm) = await db.FirmThatWritesAsync(caller, ct);
        if (refused is not null)
        {
            return refused;
        }

        var sheet = await db.Sheets.SingleOrDefaultAsync(s => s.MemberId == firm!.Id && s.ProductCode == productCode, ct);
        if (await ProductAsync(productCode, db, caller, ct) is not { } product)
        {
            return Refusal.NotFound();
        }

        if (sheet is not null && EntityTag.Check(http.Request, sheet.Version) is { } stale)
        {
            return stale;
        }

        var errors = new InputErrors();
        var content = CheckContent.Check(request, await FirmFiles.OfAsync(firm!.Id, db, ct), errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var (now, isNew) = (clock.GetUtcNow().UtcDateTime, sheet is null);
        var refusal = firm.RefuseSheet(product) ?? (isNew ? await RefuseMoreAsync(firm, db, ct) : sheet!.Change(content, now));
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        sheet ??= db.Add(ProductSheet.Of(firm, productCode, content, now)).Entity;
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, sheet.Version);
        var view = await SheetView.OfAsync(sheet, db, caller, ct);
        return isNew ? TypedResults.Created($"/api/marketing/sheets/{sheet.Id}", view) : TypedResults.Ok(view);
    }

    private static async Task<Results<Ok<SheetView>, ProblemHttpResult>> SubmitAsync(
        Guid id, HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Sheets.SingleOrDefaultAsync(s => s.Id == id, ct) is not { } sheet)
        {
            return Refusal.NotFound();
        }

        var (refused, firm) = await db.FirmThatWritesAsync(caller, ct);
        if (refused is not null)
        {
            return refused;
        }

        return await ProductAsync(sheet.ProductCode, db, caller, ct) is not { } product
            ? Refusal.NotFound()
            : await MoveAsync(sheet, firm!.RefuseSheet(product) ?? sheet.Submit(clock.GetUtcNow().UtcDateTime), http, db, caller, ct);
    }

    private static async Task<Results<Ok<SheetView>, ProblemHttpResult>> WithdrawAsync(
        Guid id, HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct) =>
        await db.Sheets.SingleOrDefaultAsync(s => s.Id == id, ct) is { } sheet
            ? await MoveAsync(sheet, sheet.Withdraw(clock.GetUtcNow().UtcDateTime), http, db, caller, ct)
            : Refusal.NotFound();

    /// <summary>Saves a step of a sheet unless it is refused, and answers with the sheet.</summary>
    internal static async Task<Results<Ok<SheetView>, ProblemHttpResult>> MoveAsync(
        ProductSheet sheet, Refusal? refusal, HttpContext http, MarketingDb db, Caller caller, CancellationToken ct)
    {
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, sheet.Version);
        return TypedResults.Ok(await SheetView.OfAsync(sheet, db, caller, ct));
    }

    private static Task<ListedProduct?> ProductAsync(string code, MarketingDb db, Caller caller, CancellationToken ct) =>
        db.Products.AsNoTracking().SingleOrDefaultAsync(p => p.ConsortiumId == caller.ConsortiumId && p.Code == code, ct);

    private static async Task<Refusal?> RefuseMoreAsync(MemberFirm firm, MarketingDb db, CancellationToken ct) =>
        await db.Sheets.CountAsync(s => s.MemberId == firm.Id, ct) >= ProductSheet.MostOfFirm
            ? new("SHEET_LIMIT", $"The firm has {ProductSheet.MostOfFirm:N0} sheets, as many as it can.")
            : null;
}
