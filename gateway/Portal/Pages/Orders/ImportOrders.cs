using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Orders;

/// <summary>A manager imports buyers' orders as UBL files, one or many. Each file is taken in whole, or not at all and its faults are said.</summary>
internal static class ImportOrders
{
    private const int MostFiles = 20;

    private const int MostBytes = 5 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder pages)
    {
        var manager = pages.MapGroup("/orders/import").For(Role.ConsortiumManager);
        manager.MapGet("", () => Reply.Page<ImportPage>());
        manager.MapPost("", ImportAsync);
    }

    // 200, and not 303: the outcome is of these files and nowhere else. Sent again, with the same key, no order is taken in twice.
    private static async Task<IResult> ImportAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var sent = await http.Request.ReadFormAsync(ct);
        var form = new FormState("import", sent);
        if (sent.Files.Count == 0)
        {
            form.Wrong("files", words["import.needed"]);
        }
        else if (sent.Files.Count > MostFiles)
        {
            form.Wrong("files", words["import.toomany", MostFiles]);
        }

        if (!form.Ok)
        {
            return Reply.Page<ImportPage>(new { Form = form }, StatusCodes.Status422UnprocessableEntity);
        }

        var outcomes = new List<ImportedFile>();
        foreach (var (place, file) in sent.Files.Index())
        {
            outcomes.Add(await TakeInAsync(file, $"{form["key"]}-{place}", api, words, ct));
        }

        var allRefused = outcomes.All(outcome => outcome.Order is null);
        return Reply.Page<ImportPage>(
            new { Outcomes = outcomes }, allRefused ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    private static async Task<ImportedFile> TakeInAsync(IFormFile file, string key, ApiClient api, Words words, CancellationToken ct)
    {
        if (file.Length > MostBytes)
        {
            return new(file.FileName, null, words["error.large.text"], []);
        }

        using var content = new MemoryStream();
        await file.CopyToAsync(content, ct);
        var answer = await api.PostAsync<OrderView>("/api/allocation/orders/ubl", content.ToArray(), "application/xml", ct, key);
        return answer.Value is { } order
            ? new(file.FileName, order, null, [])
            : new(file.FileName, null, Sentence(answer, words), answer.Problem?.Faults ?? []);
    }

    private static string Sentence(Answer<OrderView> answer, Words words) => answer switch
    {
        { Problem.Faults.Count: > 0 } => words.Count("import.faults", answer.Problem.Faults.Count),
        { Status: >= StatusCodes.Status500InternalServerError } => words["error.away"],
        _ => Language.Current.Word($"refusal.{answer.Problem?.Code}") ?? answer.Problem?.Detail ?? words["error.ours.title"],
    };
}
