using ExportConsortia.Portal.Api;
using static ExportConsortia.Platform.Http.Edge;

namespace ExportConsortia.Portal.Pages.Sheets;

/// <summary>Sheets from a spreadsheet: first it is checked, then imported. Both run the same code.</summary>
internal static class ImportSheets
{
    // What the page keeps between the check and the import; a larger file is chosen again.
    private const int LargestKept = 128 * 1024;

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    public static void Map(IEndpointRouteBuilder pages)
    {
        var file = pages.MapGroup("/sheets/file").For(Role.MemberUser);
        file.MapGet("", (string? done, HttpContext _) => Reply.Page<SheetFilePage>(new { Done = done }));
        file.MapPost("", CheckOrImportAsync).TakesFiles();
        foreach (var what in new[] { "sheets", "template" })
        {
            file.MapGet($"/{what}.csv", (HttpContext http, ApiClient api, CancellationToken ct) => DownloadAsync(what, "csv", http, api, ct));
            file.MapGet($"/{what}.xlsx", (HttpContext http, ApiClient api, CancellationToken ct) => DownloadAsync(what, "xlsx", http, api, ct));
        }
    }

    private static async Task<IResult> CheckOrImportAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var sent = await http.Request.ReadFormAsync(ct);
        var form = new FormState("file", sent);
        var (bytes, name) = (Kept(form.Raw("kept")), form["name"]);
        if (sent.Files["file"] is { Length: > 0 } file)
        {
            using var memory = new MemoryStream();
            await file.CopyToAsync(memory, ct);
            (bytes, name) = (memory.ToArray(), file.FileName);
        }

        if (bytes.Length == 0)
        {
            form.Wrong("file", words["sheets.import.needed"]);
            return Reply.Page<SheetFilePage>(new { Form = form }, StatusCodes.Status422UnprocessableEntity);
        }

        var trial = form["do"] != "import";
        var answer = await api.PostAsync<ImportSheetsResponse>(
            $"{KeepSheets.Sheets}/file?trial={(trial ? "true" : "false")}", bytes, "application/octet-stream", ct, within: Within);
        return answer switch
        {
            { Value: { Trial: false } did } => Reply.SeeOther($"/sheets/file?done={did.Created + did.Changed}"),
            { Value: { } would } => Reply.Page<SheetFilePage>(
                new { Form = form, Would = would, Name = name, Kept = bytes.Length <= LargestKept ? Convert.ToBase64String(bytes) : null }),
            { Status: >= StatusCodes.Status500InternalServerError } => Reply.Error(http, answer.Status),
            { Problem.Rows: { Count: > 0 } rows } => Reply.Page<SheetFilePage>(
                new { Form = form, Rows = rows, Name = name }, StatusCodes.Status422UnprocessableEntity),
            _ => Reply.Page<SheetFilePage>(
                new { Form = form.Refused(answer.Problem, words, "file"), Name = name }, StatusCodes.Status422UnprocessableEntity),
        };
    }

    private static async Task<IResult> DownloadAsync(string what, string format, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.GetAsync<byte[]>($"{KeepSheets.Sheets}/file{(what == "template" ? "/template" : "")}?format={format}", ct);
        return answer.Value is { } file
            ? Results.File(
                file, format == "csv" ? "text/csv; charset=utf-8" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                $"{what}.{format}")
            : Reply.Error(http, answer.Status);
    }

    private static byte[] Kept(string text)
    {
        var bytes = new byte[LargestKept];
        return text.Length > 0 && Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : [];
    }
}
