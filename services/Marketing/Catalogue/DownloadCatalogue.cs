using System.ComponentModel;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>Anybody downloads the live catalogue, to read it into a system of their own.</summary>
internal static class DownloadCatalogue
{
    /// <summary>In which form.</summary>
    public enum FileFormat
    {
        /// <summary>UBL 2.1 Catalogue, as on the Peppol network.</summary>
        Ubl,

        /// <summary>CSV, UTF-8.</summary>
        Csv,

        /// <summary>A spreadsheet.</summary>
        Xlsx,
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("public/{consortium}/file", HandleAsync)
        .WithName(nameof(DownloadCatalogue))
        .WithSummary("Download the catalogue")
        .WithDescription("For everybody, without a token: the items that are shown now, without prices. format is Ubl, a UBL 2.1 Catalogue with the "
            + "identifiers of the Peppol network, Csv or Xlsx; in tables no cell is a formula. Limited to 60 a minute for an address, with sign-ins.")
        .Produces<string>(StatusCodes.Status200OK, "application/xml", "text/csv", Spreadsheet)
        .RequireRateLimiting(Edge.SignInLimit)
        .AllowAnonymous();

    private const string Spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> HandleAsync(
        string consortium, IServiceScopeFactory scopes, HttpResponse response, CancellationToken ct,
        [Description("Ubl, Csv or Xlsx.")] FileFormat format = FileFormat.Ubl,
        [Description("Code of the language of names and texts; where there is none in it they are in English.")] string language = "en")
    {
        var answer = await ReadCatalogue.OpenAsync(consortium, scopes, response, async open =>
        {
            var items = await open.Catalogue.AllAsync(open.Consortium.Id, open.Now, ct);
            var name = $"catalogue-{open.Consortium.Code}-{open.Edition.Number}";
            return format switch
            {
                FileFormat.Csv => new Written(WriteCatalogueTable.Csv(items, language), "text/csv; charset=utf-8", $"{name}.csv"),
                FileFormat.Xlsx => new Written(WriteCatalogueTable.Xlsx(items, language), Spreadsheet, $"{name}.xlsx"),
                _ => new Written(WriteUblCatalogue.Write(open.Consortium, open.Edition, items, language), "application/xml", $"{name}.xml"),
            };
        }, ct);
        return answer.Result is Ok<Written> { Value: { } file }
            ? TypedResults.File(file.Bytes, file.Type, file.Name)
            : Refusal.NotFound();
    }

    private sealed record Written(byte[] Bytes, string Type, string Name);
}
