using ExportConsortia.Portal.Api;
using static ExportConsortia.Platform.Http.Edge;

namespace ExportConsortia.Portal.Pages.Sheets;

/// <summary>A member firm's sheets: the list, the form with its images, and their way to the manager. The clean team lists all.</summary>
internal static class KeepSheets
{
    public const string Sheets = "/api/marketing/sheets";

    private const string Images = "/api/marketing/images";
    private const int MostFiles = 12;
    private const int MostAtOnce = 100;
    private const int LargestFile = 10 * 1024 * 1024;

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(25);

    public static void Map(IEndpointRouteBuilder pages)
    {
        var read = pages.MapGroup("/sheets").For(Role.MemberUser, Role.ConsortiumManager, Role.Auditor);
        read.MapGet("", ListAsync);
        read.MapGet("/images/{id:guid}", (Guid id, int? width, HttpContext http, ApiClient api, CancellationToken ct) =>
            Reply.ImageAsync($"{Images}/{id}{(width is null ? "" : $"?width={width}")}", http, api, ct));
        var keep = pages.MapGroup("/sheets").For(Role.MemberUser);
        keep.MapGet("/{product}", (string product, string? done, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(product, done, null, http, api, ct));
        keep.MapPost("/{product}", SaveAsync).TakesFiles();
        keep.MapPost("/submissions", SubmitAllAsync);
        keep.MapPost("/{product}/withdrawal", WithdrawAsync);
    }

    private static async Task<IResult> ListAsync(
        string? state, Guid? before, int? submitted, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var filter = state ?? (visit.IsMember ? null : "Submitted");   // what waits for the manager comes first
        var query = $"?limit=100{(filter is null or "All" ? "" : $"&state={Uri.EscapeDataString(filter)}")}"
            + (before is null ? "" : $"&before={before}");
        var (list, listed, members) = (
            api.GetAsync<ReadSheetsSheetPage>(Sheets + query, ct),
            visit.IsMember ? api.GetAsync<DeclareCapabilitiesResponse>($"/api/membership/members/{visit.Member}/capabilities", ct) : null,
            visit.IsCleanTeam ? api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct) : null);
        return (await list).Value is not { } page
            ? Reply.Error(http, (await list).Status)
            : Reply.Page<SheetsPage>(new
            {
                Page = page,
                State = filter ?? "All",
                Submitted = submitted,
                Open = ((listed is null ? null : (await listed).Value)?.Capabilities ?? [])
                    .Where(made => page.Sheets.All(sheet => sheet.ProductCode != made.ProductCode)).ToList(),
                Firms = (members is null ? null : (await members).Value)?.ToDictionary(firm => firm.Id, firm => firm.Name) ?? [],
            });
    }

    private static async Task<IResult> ShowAsync(
        string product, string? done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct, string? tag = null)
    {
        var (list, certificates) = (
            api.GetAsync<ReadSheetsSheetPage>($"{Sheets}?productCode={Uri.EscapeDataString(product)}", ct),
            api.GetAsync<List<CertificateView>>("/api/marketing/certificates", ct));
        if ((await list).Value is not { } page)
        {
            return Reply.Error(http, (await list).Status);
        }

        string name, unit;
        var (sheet, access) = (default(Answer<SheetView>), default(MarketAccessResponse));
        if (page.Sheets is [var row, ..])
        {
            var (read, markets) = (
                api.GetAsync<SheetView>($"{Sheets}/{row.Id}", ct),
                api.GetAsync<List<MarketAccessResponse>>($"{Sheets}/{Uri.EscapeDataString(product)}/market-access", ct));
            sheet = await read;
            if (sheet.Value is not { } found)
            {
                return Reply.Error(http, sheet.Status);
            }

            (name, unit) = (found.ProductName, found.Unit);
            access = (await markets).Value is [var own, ..] ? own : null;
        }
        else
        {
            var listed = await api.GetAsync<ListProductsResponse>($"/api/membership/products/{Uri.EscapeDataString(product)}", ct);
            if (listed.Value is not { } found)
            {
                return Reply.Error(http, listed.Status);
            }

            (name, unit) = (found.Name, found.Unit);
        }

        return Reply.Page<SheetPage>(
            new
            {
                Code = product, Name = name, Unit = unit, Sheet = sheet?.Value, Tag = tag ?? sheet?.Tag,
                Certificates = (await certificates).Value ?? [], Done = done, Form = form, Access = access,
            },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> SaveAsync(string product, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var sent = await http.Request.ReadFormAsync(ct);
        var form = new FormState("sheet", sent);
        var added = await UploadAsync(sent.Files, form, api, words, ct);
        var content = SheetForm.Read(form, added, words);
        if (!form.Ok)
        {
            return await ShowAsync(product, null, form, http, api, ct, form["tag"]);
        }

        var saved = await api.PutAsync<SheetView>($"{Sheets}/{Uri.EscapeDataString(product)}", content, ct, form["tag"]);
        if (saved is { Ok: true, Value: { } sheet } && form["do"] == "submit")
        {
            var submitted = await api.PostAsync<SheetView>($"{Sheets}/{sheet.Id}/submission", new { }, ct);
            return await Reply.AfterAsync(http, submitted, At(product, "submitted"), problem =>
                ShowAsync(product, null, form.Refused(problem, words), http, api, ct, saved.Tag));
        }

        return await Reply.AfterAsync(http, saved, At(product, "saved"), problem =>
            ShowAsync(product, null, SheetForm.Refused(form, problem, words), http, api, ct, form["tag"]));
    }

    private static async Task<List<Guid>> UploadAsync(
        IFormFileCollection files, FormState form, ApiClient api, Words words, CancellationToken ct)
    {
        var added = new List<Guid>();
        foreach (var file in files.Where(file => file.Length > 0).Take(MostFiles))
        {
            if (file.Length > LargestFile)
            {
                form.Wrong("file", words["sheets.file.large", file.FileName]);
                continue;
            }

            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes, ct);
            var answer = await api.PostAsync<ImageView>($"{Sheets}/images", bytes.ToArray(), "application/octet-stream", ct, within: Within);
            if (answer.Value is { } image)
            {
                added.Add(image.Id);
            }
            else
            {
                form.Refused(answer.Problem, words, "file");
            }
        }

        return [.. added.Distinct()];
    }

    // What can't be submitted stays a draft in the list.
    private static async Task<IResult> SubmitAllAsync(HttpContext http, ApiClient api, CancellationToken ct)
    {
        var drafts = await api.GetAsync<ReadSheetsSheetPage>($"{Sheets}?limit={MostAtOnce}&state=Draft", ct);
        if (drafts.Value is not { } page)
        {
            return Reply.Error(http, drafts.Status);
        }

        var submitted = 0;
        foreach (var sheet in page.Sheets)
        {
            submitted += (await api.PostAsync<SheetView>($"{Sheets}/{sheet.Id}/submission", new { }, ct)).Ok ? 1 : 0;
        }

        return Reply.SeeOther($"/sheets?submitted={submitted}");
    }

    private static async Task<IResult> WithdrawAsync(string product, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("withdrawal", await http.Request.ReadFormAsync(ct));
        var answer = await api.DeleteAsync($"{Sheets}/{Uri.EscapeDataString(form["sheet"])}/submission", ct);
        return await Reply.AfterAsync(http, answer, At(product, "withdrawn"), problem =>
            ShowAsync(product, null, form.Refused(problem, words), http, api, ct));
    }

    private static string At(string product, string done) => $"/sheets/{Uri.EscapeDataString(product)}?done={done}";
}
