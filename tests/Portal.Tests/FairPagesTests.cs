using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Tests;

/// <summary>The calendar of fairs and one fair, for its manager and for a firm.</summary>
public sealed class FairPagesTests
{
    private static readonly Guid Id = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c");
    private static readonly Guid Firm = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3d");
    private static readonly DateTime Soon = new(2099, 9, 30, 22, 0, 0, DateTimeKind.Utc);
    private static readonly string Editions = "/api/tradefairs/editions";

    [Theory]
    [InlineData("en", "is late")]
    [InlineData("fr", "en retard")]
    [InlineData("vi", "bị trễ")]
    public async Task The_manager_learns_what_is_late_and_gets_the_address_of_a_calendar_once(string language, string late)
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        api.On("GET", Editions, 200, new KeepEditionsResponse([Fair("CallForInterest", true) with { Commitments = null }], null));
        api.On("GET", "/api/tradefairs/fairs", 200, new KeepFairsResponse([], null));
        api.On("GET", "/api/tradefairs/late-tasks", 200, new LateResponse([new(Id, "interzum 2099", Task("Open", late: true))], 1));
        api.On("GET", "/api/tradefairs/calendar-subscription", 200, new SubscribeToCalendarStateResponse(null));
        api.On("POST", "/api/tradefairs/calendar-subscription", 200, new SubscribeToCalendarResponse("/api/tradefairs/public/calendars/the-token"));
        await browser.SignInAsync();

        var page = await browser.GetAsync("/fairs", language);
        Assert.Contains(late, page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Sombath Teak: Catalogue entry", page.Document.Body.TextContent, StringComparison.Ordinal);
        var answer = await browser.SendAsync(page, "/fairs/calendar");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains("/api/tradefairs/public/calendars/the-token", answer.Text, StringComparison.Ordinal);
        Assert.Contains("it is shown only once", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("the-token", (await browser.GetAsync("/fairs", language)).Text, StringComparison.Ordinal);

        api.On("GET", "/api/tradefairs/calendar-subscription", 200, new SubscribeToCalendarStateResponse(Soon));
        api.On("DELETE", "/api/tradefairs/calendar-subscription", 204);
        var ended = await browser.SendAsync(await browser.GetAsync("/fairs", language), "/fairs/calendar/end");
        Assert.Equal("/fairs?ended=true", ended.Location);
        Assert.Contains(api.Asked, asked => asked is { Method: "DELETE", Path: "/api/tradefairs/calendar-subscription" });
    }

    [Fact]
    public async Task The_manager_tries_the_allotment_and_reads_why_while_nothing_is_divided()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var manager = portal.Open();
        using var firm = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        Show(api, Fair("CallForInterest", true), Task("Open", late: false));
        api.On("POST", $"{Editions}/{Id}/allotment", 200, new AllotStandResponse(
            4_800, true, null, true, [new(Firm, 9_000, 4_400, "ProRata"), new(Id, 500, 400, "LeastArea")], []));
        await manager.SignInAsync();

        var tried = await manager.GetAsync($"/fairs/{Id}/allotment");
        Assert.Contains(api.Asked, asked => asked.Path == $"{Editions}/{Id}/allotment?trial=true");
        Assert.DoesNotContain(api.Asked, asked => asked.Path == $"{Editions}/{Id}/allotment");
        Assert.All(
            (string[])["Nothing was stored", "it gets 4 m²", "have 44\u00a0m² for the 90\u00a0m²", "0.4889 m²"],
            part => Assert.Contains(part, tried.Document.Body!.TextContent, StringComparison.Ordinal));
        Assert.Empty(tried.Document.QuerySelectorAll($"form[action='/fairs/{Id}/allotment']"));   // firms can still answer

        // Divided, a firm reads its own part, and the manager what came later.
        Show(api, Fair("Committed", false), Task("Open", late: false));
        api.On("GET", $"{Editions}/{Id}/allotment", 200, new AllotStandResponse(
            4_800, true, Soon, true, [new(Firm, 9_000, 4_400, "ProRata")], [new(Firm, 4_500, "The other declined.", Soon)]));
        Assert.Contains("The other declined.", (await manager.GetAsync($"/fairs/{Id}/allotment")).Text, StringComparison.Ordinal);
        api.OpenTo(Role.MemberUser);
        api.On("GET", $"{Editions}/{Id}/allotment", 200, new AllotStandResponse(4_800, true, Soon, true, [new(Firm, 9_000, 4_400, "ProRata")], []));
        await firm.SignInAsync();
        var own = (await firm.GetAsync($"/fairs/{Id}/allotment")).Document.Body!.TextContent;
        Assert.Contains("in proportion", own, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Given in all", own, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_manager_moves_a_deadline_with_what_was_read_and_the_others_keep_their_hour()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        var fair = Fair("Committed", false);
        api.On("GET", $"{Editions}/{Id}", 200, fair with { Deadlines = [.. fair.Deadlines, new(2, "Badges", Soon, new(2099, 9, 30), false, true)] });
        api.On("PUT", $"{Editions}/{Id}", 200, fair);
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/fairs/{Id}/dates");
        Assert.Equal("2099-09-30", page.Document.GetElementById("date-2-dueOn")!.GetAttribute("value"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Send("save", ("title", ""), ("dueOn", "2099-10-01"))).Status);
        Assert.Equal($"/fairs/{Id}/dates?done=true", (await Send("save", ("title", "Badges for all"), ("dueOn", "2099-10-01"))).Location);
        var kept = """{"number":1,"title":"Catalogue entry","dueAt":"2099-09-30T22:00:00Z","ofEachFirm":true}""";
        Assert.EndsWith(
            $$"""[{{kept}},{"number":2,"title":"Badges for all","dueOn":"2099-10-01","ofEachFirm":false}]}""", api.Sent.Last().Text,
            StringComparison.Ordinal);
        Assert.Equal($"/fairs/{Id}/dates?done=true", (await Send("remove")).Location);
        Assert.EndsWith($"[{kept}]}}", api.Sent.Last().Text, StringComparison.Ordinal);

        Task<RunningPortal.Page> Send(string what, params (string, string)[] fields) =>
            browser.SendAsync(page, $"/fairs/{Id}/dates", [("number", "2"), ("do", what), .. fields]);
    }

    [Fact]
    public async Task A_firm_that_waits_leaves_for_nothing_and_everybody_reads_earlier_plans()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        var fair = Fair("Committed", false);
        Show(api, fair with { Commitments = [fair.Commitments![1]] }, Task("Open", late: false));
        api.On("POST", $"{Editions}/{Id}/withdrawals", 200, new { });
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/fairs/{Id}");
        Assert.Equal($"/fairs/{Id}?done=true", (await browser.SendAsync(page, $"/fairs/{Id}/leave")).Location);
        Assert.Equal("""{"expectedPenaltyMinor":0}""", api.Sent.Last().Text);
        Assert.NotNull(page.Document.QuerySelector($"a[href='/fairs/{Id}/plans/1']"));
        api.On("GET", $"{Editions}/{Id}/plan", 200, Plan() with { Number = 1, Note = "First draft" });
        var earlier = await browser.GetAsync($"/fairs/{Id}/plans/1");
        Assert.Contains("First draft", earlier.Text, StringComparison.Ordinal);
        Assert.Contains(api.Asked, asked => asked.Path.EndsWith("/plan?number=1", StringComparison.Ordinal));
        Assert.NotNull(earlier.Document.QuerySelector($"a[href='/fairs/{Id}/plans/2']"));
    }

    [Fact]
    public async Task A_firm_is_measured_and_withdrawn_by_two_people()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var manager = portal.Open();
        using var auditor = portal.Open();
        var firm = $"/fairs/{Id}/firms/{Firm}";
        api.OpenTo(Role.ConsortiumManager);
        Show(api, Fair("Committed", false), Task("Open", late: false));
        api.On("POST", $"{Editions}/{Id}/cost-simulations", 200, new SimulateCostsResponse(0, 0, 0, 0, [new(Firm, 900_000, 305_507)]));
        api.On("PUT", $"{Editions}/{Id}/commitments/{Firm}/measured", 200, Fair("Committed", false).Commitments![0]);
        api.On("PUT", $"{Editions}/{Id}/withdrawal-proposals/{Firm}", 200, new WithdrawalProposalView("Closed down.", Soon));
        await manager.SignInAsync();
        Assert.NotNull((await manager.GetAsync($"/fairs/{Id}")).Document.QuerySelector($"a[href='{firm}']"));

        var page = await manager.GetAsync(firm);
        Assert.Contains("3,055.07", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await manager.SendAsync(page, $"{firm}/withdrawal")).Status);
        Assert.Equal($"{firm}?done=true", (await manager.SendAsync(page, $"{firm}/withdrawal", ("reason", "Closed down."))).Location);
        Assert.Equal("""{"reason":"Closed down."}""", api.Sent.Last().Text);
        var measured = await manager.SendAsync(page, $"{firm}/measured", ("volume", "2.14"), ("exhibits", "12"), ("source", "Waybill 4711"));
        Assert.Equal($"{firm}?done=true", measured.Location);
        Assert.Equal("""{"volumeLitres":2140,"exhibitCount":12,"source":"Waybill 4711"}""", api.Sent.Last().Text);

        // The auditor approves at the penalty that stands on the page.
        var fair = Fair("Committed", false);
        api.OpenTo(Role.Auditor);
        api.On("GET", $"{Editions}/{Id}", 200, fair with
        {
            Commitments = [fair.Commitments![0] with { Proposal = new("Closed down.", Soon) }],
        });
        api.On("POST", $"{Editions}/{Id}/withdrawal-proposals/{Firm}/approval", 200, new { });
        await auditor.SignInAsync();
        var proposed = await auditor.GetAsync(firm);
        Assert.Contains("Closed down.", proposed.Text, StringComparison.Ordinal);
        Assert.Equal($"{firm}?done=true", (await auditor.SendAsync(proposed, $"{firm}/withdrawal/approval")).Location);
        Assert.Equal("""{"expectedPenaltyMinor":305507}""", api.Sent.Last().Text);
    }

    [Fact]
    public async Task The_manager_reads_a_fair_to_scale_and_decides()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        Show(api, Fair("Committed", false), Task("Done", late: true));
        api.On("POST", $"{Editions}/{Id}/areas", 409, new { code = "NOT_NEXT", detail = "Another firm waits longer." });
        api.On("POST", $"{Editions}/{Id}/plans", 201, Plan());
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/fairs/{Id}");
        var booths = page.Document.QuerySelectorAll("svg.stand-plan rect")
            .Select(r => $"{r.ClassName} {r.GetAttribute("width")}×{r.GetAttribute("height")}");
        Assert.Equal(["plan-stand 1000×600", "plan-booth 600×300", "plan-common 400×600"], booths);
        Assert.Empty(page.Document.QuerySelectorAll("[style]"));
        Assert.Equal("\"3\"", page.Document.QuerySelector($"form[action='/fairs/{Id}/stand'] input[name=tag]")!.GetAttribute("value"));
        var text = page.Document.Body!.TextContent;
        Assert.All((string[])["18\u00a0m²", "place 1", "A fire.", "6 × 3 m"], part => Assert.Contains(part, text, StringComparison.Ordinal));
        var refused = await browser.SendAsync(page, $"/fairs/{Id}/areas", ("memberId", $"{Firm}"), ("area", "7.25"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Another firm waits longer", refused.Text, StringComparison.Ordinal);
        Assert.Contains(api.Sent, sent => sent.Text.Contains("\"areaDm2\":725", StringComparison.Ordinal));

        var wrong = await browser.SendAsync(page, $"/fairs/{Id}/plan", ("width", "1000"), ("depth", "600"), ("booths", "0 0 600 Sombath Teak"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("0 0 600 Sombath Teak", wrong.Text, StringComparison.Ordinal);
        var drawn = await browser.SendAsync(
            page, $"/fairs/{Id}/plan", ("width", "1000"), ("depth", "600"), ("booths", "0 0 600 300 sombath teak\r\n600 0 400 600 Bar"));
        Assert.Equal($"/fairs/{Id}?done=true", drawn.Location);
        Assert.Contains(api.Sent, sent => sent.Path.EndsWith("/plans", StringComparison.Ordinal)
            && sent.Text.Contains($"\"memberId\":\"{Firm}\"", StringComparison.Ordinal)
            && sent.Text.Contains("\"replaces\":2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_firm_commits_itself_in_square_metres_and_keeps_its_tasks()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        Show(api, Fair("CallForInterest", true) with { Commitments = [] }, Task("Open", late: false));
        api.On("PUT", $"{Editions}/{Id}/commitment", 200, Fair("CallForInterest", true).Commitments![0]);
        api.On("PUT", $"{Editions}/{Id}/checklist/{Firm}/1", 412, new { code = "STALE_VERSION", detail = "This was changed since you read it." });
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/fairs/{Id}");
        Assert.Null(page.Document.QuerySelector($"form[action='/fairs/{Id}/areas']"));
        var wrong = await browser.SendAsync(page, $"/fairs/{Id}/commitment", ("area", "12.345"), ("volume", "x"), ("exhibits", "3"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal(2, wrong.Document.QuerySelectorAll("[aria-invalid=true]").Length);
        var done = await browser.SendAsync(page, $"/fairs/{Id}/commitment", ("area", "12.5"), ("volume", "1.9"), ("exhibits", "3"));
        Assert.Equal($"/fairs/{Id}?done=true", done.Location);
        Assert.Contains(api.Sent, sent => sent.Text == """{"areaDm2":1250,"volumeLitres":1900,"exhibitCount":3}""");

        var stale = await browser.SendAsync(page, $"/fairs/{Id}/tasks", ("do", "Done"), ("owner", "Noy"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, stale.Status);
    }

    private static void Show(StandInInterface api, EditionView fair, FirmTaskView task)
    {
        api.On("GET", $"{Editions}/{Id}", 200, fair);
        api.On("GET", $"{Editions}/{Id}/checklist", 200, new KeepChecklistResponse([task], [], [new(Firm, "Sombath Teak")]));
        api.On("GET", $"{Editions}/{Id}/plan", 200, Plan());
        api.On("GET", $"{Editions}/{Id}/exceptions", 200, new[]
        {
            new MakeExceptionResponse(Id, Firm, "Sombath Teak", fair.CallIsOpen ? "Refused" : "Asked", "A fire.", Soon, null, null, null, false),
        });
    }

    private static EditionView Fair(string state, bool open) => new(
        Id, Id, "interzum", "Koelnmesse", "Cologne", "DE", "2099", "Europe/Berlin", new(2099, 10, 18), new(2099, 10, 22), 100, "EUR", state, Soon,
        open, 6000, 1200, [new(1, "Catalogue entry", Soon, new(2099, 9, 30), true, false)], 3,
        [
            new(Id, Firm, "Sombath Teak", "Committed", 1800, 1800, 5200, 12, true, Soon, null, null, 1),
            new(Firm, Id, "Khampheng Wood", "Waiting", 900, 0, 3100, 5, false, Soon, 1, null, 1),
        ], null);

    private static FirmTaskView Task(string state, bool late) =>
        new(Firm, "Sombath Teak", 1, "Catalogue entry", Soon, new(2099, 9, 30), state, "Noy", null, null, late, 0);

    private static DrawPlanResponse Plan() => new(
        2, 2, 1000, 600, "Bar at the aisle", Soon, [new(Firm, false, "Sombath Teak", 0, 0, 600, 300), new(null, true, "Bar", 600, 0, 400, 600)], []);
}
