using System.ComponentModel;
using System.Data;

namespace ExportConsortia.Marketing.Sheets;

/// <summary>A member firm gets its sheets as a spreadsheet, to change them there and import them again.</summary>
internal static class ExportSheets
{
    /// <summary>What kind of file.</summary>
    public enum FileFormat
    {
        /// <summary>Text, separated by semicolons.</summary>
        Csv,

        /// <summary>A workbook.</summary>
        Xlsx,
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("sheets/file", ExportAsync)
            .WithName(nameof(ExportSheets)).For(Role.MemberUser)
            .WithSummary("Export the firm's sheets to a spreadsheet")
            .WithDescription("For a member firm's users: the drafts of its sheets with the columns of the import; imported again, the file changes "
                + "nothing. What looks like a formula is text in it: in CSV an apostrophe stands before it.")
            .Produces<byte[]>(StatusCodes.Status200OK, Spreadsheet.Csv, Spreadsheet.Xlsx);
        routes.MapGet("sheets/file/template", TemplateAsync)
            .WithName("SheetTemplate").For(Role.MemberUser)
            .WithSummary("Get a spreadsheet to fill in")
            .WithDescription("For a member firm's users: the columns of the import, and a row for each product of the firm without a sheet.")
            .Produces<byte[]>(StatusCodes.Status200OK, Spreadsheet.Csv, Spreadsheet.Xlsx);
    }

    private static async Task<FileContentHttpResult> ExportAsync(
        MarketingDb db, Caller caller, CancellationToken ct, [Description("Csv or Xlsx.")] FileFormat format = FileFormat.Csv)
    {
        var sheets = await db.Sheets.AsNoTracking().Where(s => s.MemberId == caller.MemberId).OrderBy(s => s.ProductCode).ToListAsync(ct);
        return File(SheetColumns.Write(sheets.Select(s => (s.ProductCode, (SheetContent?)s.Draft)), ["en"]), format, "sheets");
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> TemplateAsync(
        MarketingDb db, Caller caller, CancellationToken ct, [Description("Csv or Xlsx.")] FileFormat format = FileFormat.Csv)
    {
        var (refused, firm) = await db.FirmThatWritesAsync(caller, ct);
        if (refused is not null)
        {
            return refused;
        }

        var described = await db.Sheets.Where(s => s.MemberId == firm!.Id).Select(s => s.ProductCode).ToListAsync(ct);
        var canMake = firm!.Capabilities.ConvertAll(c => c.ProductCode);
        var open = await db.Products.AsNoTracking().Where(p => !p.Retired && canMake.Contains(p.Code) && !described.Contains(p.Code))
            .OrderBy(p => p.Code).Select(p => p.Code).ToListAsync(ct);
        return File(SheetColumns.Write(open.Select(code => (code, (SheetContent?)null)), ["en", "fr"]), format, "sheets-template");
    }

    private static FileContentHttpResult File(DataTable table, FileFormat format, string name) => format == FileFormat.Xlsx
        ? TypedResults.File(Spreadsheet.ToXlsx(table), Spreadsheet.Xlsx, $"{name}.xlsx")
        : TypedResults.File(Spreadsheet.ToCsv(table), $"{Spreadsheet.Csv}; charset=utf-8", $"{name}.csv");
}
