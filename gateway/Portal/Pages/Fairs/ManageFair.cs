using ExportConsortia.Portal.Api;
using static ExportConsortia.Platform.Http.Edge;

namespace ExportConsortia.Portal.Pages.Fairs;

/// <summary>What the manager does for a fair, from the call to the plan of the stand.</summary>
internal static class ManageFair
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var manager = pages.MapGroup("/fairs/{id:guid}").For(Role.ConsortiumManager);
        manager.MapPost("/call", CallAsync);
        manager.MapPost("/state", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) => PostAsync<EditionView>(
            id, "state", "state",
            form => new { state = form["do"], reason = form["do"] == "Cancelled" ? JoinFair.OneLine(form["reason"]) : null },
            http, api, words, ct));
        manager.MapPost("/allotment", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) => PostAsync<AllotStandResponse>(
            id, "allotment", "allotment", _ => new { }, http, api, words, ct));
        manager.MapPost("/deposits", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) => PostAsync<object>(
            id, "deposits", "deposits", _ => new { }, http, api, words, ct));
        manager.MapPost("/areas", GiveAreaAsync);
        manager.MapPost("/main", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) => PostAsync<EditionView>(
            id, "main", "main-exhibitor", form => new { memberId = form["memberId"] }, http, api, words, ct, "memberId"));
        manager.MapPost("/exceptions", DecideAsync);
        manager.MapPost("/plan", DrawAsync);
        manager.MapPost("/plan-picture", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
            SendFileAsync<KeepPlanPictureResponse>(id, "picture", "plan-picture", "application/octet-stream", http, api, words, ct)).TakesFiles();
        manager.MapPost("/plan-picture/end", async (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
            await ShowFair.AfterAsync(
                await api.DeleteAsync($"{ListFairs.Editions}/{id}/plan-picture", ct), id,
                new FormState("picture", await http.Request.ReadFormAsync(ct)), http, api, words, ct));
        manager.MapPost("/deadline", AddDeadlineAsync);
        manager.MapPost("/stand", ChangeStandAsync);
        manager.MapPost("/import", (Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
            SendFileAsync<ImportDeadlinesResponse>(id, "import", "deadlines/file", "text/calendar", http, api, words, ct));
        manager.MapPost("/registration", RegisterAsync);
    }

    private static async Task<IResult> PostAsync<T>(
        Guid id, string name, string path, Func<FormState, object> body, HttpContext http, ApiClient api, Words words, CancellationToken ct,
        params string[] needed)
    {
        var form = new FormState(name, await http.Request.ReadFormAsync(ct));
        foreach (var field in needed)
        {
            form.Needed(field, words["fairs.needed"]);
        }

        return form.Ok
            ? await ShowFair.AfterAsync(
                await api.PostAsync<T>($"{ListFairs.Editions}/{id}/{path}", body(form), ct, form["key"]), id, form, http, api, words, ct)
            : await ShowFair.PageAsync(id, false, form, http, api, ct);
    }

    private static async Task<IResult> CallAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("call", await http.Request.ReadFormAsync(ct));
        var fair = await api.GetAsync<EditionView>($"{ListFairs.Editions}/{id}", ct);
        if (fair.Value is null)
        {
            return Reply.Error(http, fair.Status);
        }

        return ShowFair.EndOf(form["until"], fair.Value) is { } until
            ? await ShowFair.AfterAsync(
                await api.PostAsync<EditionView>($"{ListFairs.Editions}/{id}/call", new { commitUntil = until }, ct, form["key"]), id, form, http,
                api, words, ct, ("commitUntil", "until"))
            : await ShowFair.PageAsync(id, false, form.Wrong("until", words["fairs.needed"]), http, api, ct);
    }

    private static async Task<IResult> GiveAreaAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("areas", await http.Request.ReadFormAsync(ct));
        form.Needed("memberId", words["fairs.needed"]);
        form.Needed("area", words["fairs.needed"]);
        var area = ListFairs.ReadArea(form, "area", words);
        return form.Ok
            ? await ShowFair.AfterAsync(
                await api.PostAsync<EditionView>(
                    $"{ListFairs.Editions}/{id}/areas",
                    new { memberId = form["memberId"], areaDm2 = area, reason = form["reason"].Length == 0 ? null : form["reason"] }, ct,
                    form["key"]),
                id, form, http, api, words, ct, ("areaDm2", "area"))
            : await ShowFair.PageAsync(id, false, form, http, api, ct);
    }

    private static async Task<IResult> DecideAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var sent = await http.Request.ReadFormAsync(ct);
        var form = new FormState($"exception-{sent["exception"]}", sent);
        var fair = await api.GetAsync<EditionView>($"{ListFairs.Editions}/{id}", ct);
        if (fair.Value is null)
        {
            return Reply.Error(http, fair.Status);
        }

        var approved = form["do"] == "approve";
        form.Needed("reason", words["fairs.needed"]);
        var until = approved ? ShowFair.EndOf(form["until"], fair.Value) : null;
        if (approved && until is null)
        {
            form.Wrong("until", words["fairs.needed"]);
        }

        return form.Ok
            ? await ShowFair.AfterAsync(
                await api.PostAsync<MakeExceptionResponse>(
                    $"/api/tradefairs/exceptions/{Uri.EscapeDataString(form["exception"])}/decision",
                    new { approved, reason = form["reason"], until }, ct, form["key"]),
                id, form, http, api, words, ct)
            : await ShowFair.PageAsync(id, false, form, http, api, ct);
    }

    // One booth a line, in centimetres from the left and from the back: 0 0 600 300 Sombath Teak. The name of a firm makes it that firm's.
    private static async Task<IResult> DrawAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("plan", await http.Request.ReadFormAsync(ct));
        var fair = await api.GetAsync<EditionView>($"{ListFairs.Editions}/{id}", ct);
        if (fair.Value is null)
        {
            return Reply.Error(http, fair.Status);
        }

        var (width, depth) = (form.Whole("width", words["fairs.number.wrong"]), form.Whole("depth", words["fairs.number.wrong"]));
        var booths = new List<object>();
        foreach (var line in form.Raw("booths").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            int[] numbers = [.. parts.Take(4).Select(part => int.TryParse(part, out var number) ? number : -1)];
            if (parts.Length == 5 && numbers.All(number => number >= 0))
            {
                var firm = (fair.Value.Commitments ?? []).FirstOrDefault(c => c.MemberName.Equals(parts[4], StringComparison.OrdinalIgnoreCase));
                booths.Add(new
                {
                    label = parts[4], xCm = numbers[0], yCm = numbers[1], widthCm = numbers[2], depthCm = numbers[3], memberId = firm?.MemberId,
                });
            }
            else
            {
                form.Wrong("booths", words["fairs.plan.wrong", line]);
            }
        }

        return form.Ok
            ? await ShowFair.AfterAsync(
                await api.PostAsync<DrawPlanResponse>(
                    $"{ListFairs.Editions}/{id}/plans",
                    new { replaces = form.Whole("replaces", "", least: 0), widthCm = width, depthCm = depth, booths, note = form["note"] },
                    ct, form["key"]),
                id, form, http, api, words, ct,
                [("widthCm", "width"), ("depthCm", "depth"), .. booths.Select((_, i) => ($"booths[{i}]", "booths")),
                    .. booths.Select((_, i) => ($"booths[{i}].label", "booths"))])
            : await ShowFair.PageAsync(id, false, form, http, api, ct);
    }

    private static Task<IResult> AddDeadlineAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
        ChangeAsync(id, "deadline", ["title", "dueOn"], (form, fair) => Of(
            fair, fair.StandAreaDm2 ?? 0, fair.CommonAreaDm2 ?? 0,
            [
                .. fair.Deadlines.Select(d => Deadline(d)),
                new
                {
                    number = fair.Deadlines.Select(d => d.Number).DefaultIfEmpty(0).Max() + 1, title = form["title"],
                    dueOn = form["dueOn"], ofEachFirm = form["ofEachFirm"] == "true",
                },
            ]), http, api, words, ct);

    private static Task<IResult> ChangeStandAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct) =>
        ChangeAsync(id, "stand", ["standArea"], (form, fair) => Of(
            fair, ListFairs.ReadArea(form, "standArea", words), ListFairs.ReadArea(form, "commonArea", words),
            [
                // Ticked: each firm has to do it.
                .. fair.Deadlines.Select(d => Deadline(d with { OfEachFirm = form.All("ofEachFirm").Contains($"{d.Number}") })),
            ]), http, api, words, ct);

    /// <summary>A deadline as it stands, for a change of others.</summary>
    internal static object Deadline(DeadlineView d) => new { number = d.Number, title = d.Title, dueAt = d.DueAt, ofEachFirm = d.OfEachFirm };

    /// <summary>An edition as it stands, with another stand or other deadlines.</summary>
    internal static object Of(EditionView fair, long stand, long common, List<object> deadlines) => new
    {
        name = fair.Name, opensOn = fair.OpensOn, closesOn = fair.ClosesOn, currency = fair.Currency, standAreaDm2 = stand, commonAreaDm2 = common,
        deadlines,
    };

    // The whole edition is replaced: as it was read now, with what this form changes. What it only adds can be added to any version; what replaces
    // something says which version the person has read.
    private static async Task<IResult> ChangeAsync(
        Guid id, string name, string[] needed, Func<FormState, EditionView, object> change, HttpContext http, ApiClient api, Words words,
        CancellationToken ct)
    {
        var form = new FormState(name, await http.Request.ReadFormAsync(ct));
        var fair = await api.GetAsync<EditionView>($"{ListFairs.Editions}/{id}", ct);
        if (fair.Value is null)
        {
            return Reply.Error(http, fair.Status);
        }

        foreach (var field in needed)
        {
            form.Needed(field, words["fairs.needed"]);
        }

        var body = change(form, fair.Value);
        return form.Ok
            ? await ShowFair.AfterAsync(
                await api.PutAsync<EditionView>($"{ListFairs.Editions}/{id}", body, ct, form["tag"] is { Length: > 0 } read ? read : fair.Tag), id,
                form, http, api, words, ct,
                ("standAreaDm2", "standArea"), ("commonAreaDm2", "commonArea"))
            : await ShowFair.PageAsync(id, false, form, http, api, ct);
    }

    // A form with nothing but a file, which the interface takes as it is.
    private static async Task<IResult> SendFileAsync<T>(
        Guid id, string name, string path, string type, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var sent = await http.Request.ReadFormAsync(ct);
        var form = new FormState(name, sent);
        if (sent.Files["file"] is not { Length: > 0 } file)
        {
            return await ShowFair.PageAsync(id, false, form.Wrong("file", words["fairs.needed"]), http, api, ct);
        }

        using var memory = new MemoryStream();
        await file.CopyToAsync(memory, ct);
        var answer = await api.PostAsync<T>($"{ListFairs.Editions}/{id}/{path}", memory.ToArray(), type, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/fairs/{id}?done=true", problem =>
            ShowFair.PageAsync(id, false, form.Refused(problem, words, "file", ("", "file")), http, api, ct));
    }

    private static async Task<IResult> RegisterAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var sent = await http.Request.ReadFormAsync(ct);
        var form = new FormState($"registration-{sent["memberId"]}", sent);
        return await ShowFair.AfterAsync(
            await api.PostAsync<object>(
                $"{ListFairs.Editions}/{id}/declarations/{Uri.EscapeDataString(form["memberId"])}/registration", new { }, ct, tag: form["tag"]),
            id, form, http, api, words, ct);
    }
}
