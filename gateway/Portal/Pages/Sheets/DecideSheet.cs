using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Sheets;

/// <summary>The manager reads a draft beside what is approved, and approves it or sends it back. Only what was read is approved.</summary>
internal static class DecideSheet
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup("/sheets/{id:guid}/approval").For(Role.ConsortiumManager, Role.Auditor)
            .MapGet("", (Guid id, string? done, HttpContext http, ApiClient api, CancellationToken ct) => ShowAsync(id, done, null, http, api, ct));
        var decide = pages.MapGroup("/sheets/{id:guid}").For(Role.ConsortiumManager);
        decide.MapPost("/approval", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
            DecideAsync(id, "approval", http, api, words, ct));
        decide.MapPost("/return", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
            DecideAsync(id, "return", http, api, words, ct));
        decide.MapPost("/naming", NameAsync);
    }

    private static async Task<IResult> ShowAsync(Guid id, string? done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (found, members) = (
            api.GetAsync<SheetView>($"{KeepSheets.Sheets}/{id}", ct), api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct));
        return (await found).Value is not { } sheet
            ? Reply.Error(http, (await found).Status)
            : Reply.Page<ApprovalPage>(
                new
                {
                    Sheet = sheet, Tag = (await found).Tag, Firm = (await members).Value?.Find(firm => firm.Id == sheet.MemberId)?.Name,
                    Done = done, Form = form,
                },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> DecideAsync(Guid id, string how, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState(how, await http.Request.ReadFormAsync(ct));
        if (how == "return")
        {
            form.Needed("reason", words["sheets.reason.needed"]);
        }

        if (!form.Ok)
        {
            return await ShowAsync(id, null, form, http, api, ct);
        }

        var answer = await api.PostAsync<SheetView>(
            $"{KeepSheets.Sheets}/{id}/{how}", how == "return" ? new { reason = form["reason"] } : new { }, ct, tag: form["tag"]);
        return await Reply.AfterAsync(http, answer, $"/sheets/{id}/approval?done={how}", problem =>
            ShowAsync(id, null, form.Refused(problem, words), http, api, ct));
    }

    private static async Task<IResult> NameAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("naming", await http.Request.ReadFormAsync(ct));
        var answer = await api.PutAsync<object>(
            $"/api/marketing/product-names/{Uri.EscapeDataString(form["product"])}", new { sheetId = id }, ct);
        return await Reply.AfterAsync(http, answer, $"/sheets/{id}/approval?done=naming", problem =>
            ShowAsync(id, null, form.Refused(problem, words), http, api, ct));
    }
}
