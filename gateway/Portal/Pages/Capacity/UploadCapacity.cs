using System.Text;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Capacity;

/// <summary>
/// Capacity from a file: first it is checked, then declared. Both run the same code of Membership, so what is declared is what was announced.
/// </summary>
internal static class UploadCapacity
{
    // 100,000 rows take their time.
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(25);

    public static void Map(IEndpointRouteBuilder pages)
    {
        var file = pages.MapGroup("/capacity/file").For(Role.MemberUser, Role.ConsortiumManager);
        file.MapGet("", () => Reply.Page<UploadPage>());
        file.MapPost("", CheckOrDeclareAsync);   // at the page's own address: a check answers 200
        file.MapGet("/template.csv", TemplateAsync);
    }

    private static async Task<IResult> CheckOrDeclareAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var sent = await http.Request.ReadFormAsync(ct);
        var form = new FormState("file", sent);
        var (bytes, name) = (Encoding.UTF8.GetBytes(form.Raw("text")), form["name"]);
        if (sent.Files["file"] is { Length: > 0 } file)
        {
            using var memory = new MemoryStream();
            await file.CopyToAsync(memory, ct);
            (bytes, name) = (memory.ToArray(), file.FileName);
        }

        if (bytes.Length == 0)
        {
            form.Wrong("file", words["capacity.file.needed"]);
            return Reply.Page<UploadPage>(new { Form = form }, StatusCodes.Status422UnprocessableEntity);
        }

        var (check, renew) = (form["do"] != "declare", form["renew"].Length > 0);
        var answer = await api.PostAsync<UploadCapacityResponse>(
            $"/api/membership/capacity-declarations/csv?dryRun={(check ? "true" : "false")}&renew={(renew ? "true" : "false")}", bytes, "text/csv",
            ct, within: Within);
        return answer switch
        {
            { Value: { DryRun: false } did } => Reply.SeeOther($"/capacity?declared={did.Created + did.Changed + did.Renewed}"),
            { Value: { } would } => Reply.Page<UploadPage>(new { Form = form, Would = would, Name = name, Text = Kept(bytes) }),
            { Status: >= StatusCodes.Status500InternalServerError } => Reply.Error(http, answer.Status),
            { Problem.Rows: { Count: > 0 } rows } => Reply.Page<UploadPage>(
                new { Form = form, Rows = rows, Name = name }, StatusCodes.Status422UnprocessableEntity),
            _ => Reply.Page<UploadPage>(
                new { Form = form.Refused(answer.Problem, words, "file"), Name = name }, StatusCodes.Status422UnprocessableEntity),
        };
    }

    // The file stays in the form for the declaration; a large one is chosen again instead of being sent there and back.
    private static string? Kept(byte[] bytes) => bytes.Length <= CapacityFile.LargestKept ? Encoding.UTF8.GetString(bytes) : null;

    // What is declared, to be changed and sent back; a firm that has declared nothing gets next month of each family.
    private static async Task<IResult> TemplateAsync(HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(visit.Local(visit.Now));
        var (list, listed, members) = (
            api.GetAsync<List<ListCapacityResponse>>($"/api/membership/capacity-declarations?endsAfter={today:yyyy-MM-dd}", ct),
            api.GetAsync<List<ListProductsResponse>>("/api/membership/products", ct),
            api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct));
        if ((await list).Value is not { } declared || (await listed).Value is not { } products || (await members).Value is not { } firms)
        {
            return Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
        }

        var file = declared.Count > 0
            ? CapacityFile.Of(declared, firms.ToDictionary(f => f.Id, f => f.Code))
            : CapacityFile.Example(products, today);
        byte[] readByExcel = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(file)];
        return Results.File(readByExcel, "text/csv; charset=utf-8", "capacity.csv");
    }
}
