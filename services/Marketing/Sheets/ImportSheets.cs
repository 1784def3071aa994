using System.ComponentModel;

namespace ExportConsortia.Marketing.Sheets;

/// <summary>
/// A member firm sends its sheets as a spreadsheet. A trial runs the same code and reports the same plan; for real all rows are applied, or none.
/// </summary>
internal static class ImportSheets
{
    public const int MostErrorsListed = 1000;

    /// <summary>What the import did, or what it would do.</summary>
    /// <param name="Rows">Rows in the file, not counting the header and empty ones.</param>
    /// <param name="Created">Sheets that were new.</param>
    /// <param name="Changed">Sheets whose draft says something else now.</param>
    /// <param name="Unchanged">Sheets that say the same already; they are left alone.</param>
    /// <param name="Trial">True if nothing was changed.</param>
    public sealed record Response(int Rows, int Created, int Changed, int Unchanged, bool Trial);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("sheets/file", HandleAsync)
        .WithName(nameof(ImportSheets)).For(Role.MemberUser)
        .WithSummary("Import sheets from a spreadsheet")
        .WithDescription("For a member firm's users; the body is the file itself, CSV or XLSX, known by its content, at most 10 MiB and 5,000 rows. "
            + "CSV in UTF-8, UTF-16 or Windows-1252, separated by commas, semicolons or tabs; of an XLSX file the first sheet. The first row "
            + "names the columns: product, name_en, text_en (and other languages), hs, origin, lead_time_days, minimum_order, length_mm, width_mm, "
            + "height_mm, weight_g, pack_quantity, pack_length_mm, pack_width_mm, pack_height_mm, pack_weight_g, attr:wood (and other attributes). "
            + "A column that is missing leaves what a sheet says, an empty cell takes it away; images and certificates stay. Formulas are text. "
            + "All rows are applied, or none: 400 INVALID_ROWS lists row, column and sentence in rows. The same file again changes nothing. "
            + "trial=true runs the same and changes nothing. 413 TOO_LARGE; 409 MEMBER_LEFT.")
        .Accepts<string>("*/*")
        .WithExample("product;name_en;hs;attr:wood\nTK-12;Teak garden chair;940169;teak\n", "*/*")
        .WithRequestTimeout(Edge.LongestRequest)
        .TakesFiles();

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct,
        [Description("True: report what would happen, change nothing.")] bool trial = false)
    {
        var (refused, firm) = await db.FirmThatWritesAsync(caller, ct);
        if (refused is not null)
        {
            return refused;
        }

        if (await http.Request.ReadFileAsync(FileTable.LargestFile, ct) is not { } bytes)
        {
            return Refusal.Problem(StatusCodes.Status413PayloadTooLarge, "TOO_LARGE", "The file is larger than 10 MiB.");
        }

        var file = ReadXlsx.IsOne(bytes) ? ReadXlsx.Read(bytes) : ReadCsv.Read(bytes);
        if (file.Errors.Count == 0 && file.Rows.Count == 0)
        {
            file.Errors.Add(new(1, "", "The file has no rows."));
        }

        var columns = SheetColumns.Of(file);
        if (file.Errors.Count > 0)
        {
            return Refuse(file.Errors);
        }

        var known = await db.Sheets.Where(s => s.MemberId == firm!.Id).ToDictionaryAsync(s => s.ProductCode, StringComparer.Ordinal, ct);
        var (created, changed, unchanged) = await PlanAsync(file, columns, firm!, known, db, clock.GetUtcNow().UtcDateTime, ct);
        if (known.Count + created > ProductSheet.MostOfFirm)
        {
            file.Errors.Add(new(1, SheetColumns.Product, $"The firm would have more than {ProductSheet.MostOfFirm:N0} sheets."));
        }

        if (file.Errors.Count > 0)
        {
            return Refuse(file.Errors);
        }

        if (!trial)
        {
            await db.SaveChangesAsync(ct);
        }

        return TypedResults.Ok(new Response(file.Rows.Count, created, changed, unchanged, trial));
    }

    private static async Task<(int Created, int Changed, int Unchanged)> PlanAsync(
        FileTable file, SheetColumns columns, MemberFirm firm, Dictionary<string, ProductSheet> known, MarketingDb db, DateTime now,
        CancellationToken ct)
    {
        var products = await db.Products.AsNoTracking().Where(p => p.ConsortiumId == firm.ConsortiumId)
            .ToDictionaryAsync(p => p.Code, StringComparer.Ordinal, ct);
        var files = await FirmFiles.OfAsync(firm.Id, db, ct);
        var canMake = firm.Capabilities.Select(c => c.ProductCode).ToHashSet(StringComparer.Ordinal);
        var (seen, created, changed, unchanged) = (new Dictionary<string, int>(StringComparer.Ordinal), 0, 0, 0);
        foreach (var row in file.Rows)
        {
            var code = columns.ProductOf(row);
            if (!seen.TryAdd(code, row.Row))
            {
                Wrong($"Row {seen[code]} is about the same product.");
                continue;
            }

            if (products.GetValueOrDefault(code) is not { } product)
            {
                Wrong(code.Length == 0 ? "Is needed." : $"The consortium's list has no product '{code}'.");
                continue;
            }

            if ((product.Retired || !canMake.Contains(code) ? firm.RefuseSheet(product) : null) is { } refused)
            {
                Wrong(refused.Reason);
                continue;
            }

            var sheet = known.GetValueOrDefault(code);
            if (columns.Read(row, sheet?.Draft, files, file.Errors) is not { } content)
            {
                continue;
            }

            if (sheet is null)
            {
                db.Add(ProductSheet.Of(firm, code, content, now));
                created++;
            }
            else if (content.Says(sheet.Draft))
            {
                unchanged++;
            }
            else if (sheet.Change(content, now) is { } refusal)
            {
                Wrong(refusal.Reason);
            }
            else
            {
                changed++;
            }

            void Wrong(string sentence) => file.Errors.Add(new(row.Row, SheetColumns.Product, sentence));
        }

        return (created, changed, unchanged);
    }

    private static ProblemHttpResult Refuse(List<RowError> errors) => Refusal.Problem(
        StatusCodes.Status400BadRequest, "INVALID_ROWS", $"Nothing was changed. Errors in the file: {errors.Count}.",
        KeyValuePair.Create("rows", (object?)errors.OrderBy(e => e.Row).Take(MostErrorsListed).ToList()));
}
