using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages.Orders;

namespace ExportConsortia.Portal.Tests;

/// <summary>The manager's orders: what is to be done is read from the order, and a refusal is said at its form.</summary>
public sealed class OrderPagesTests
{
    private static readonly Guid Id = new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c");

    [Fact]
    public void Only_the_service_knows_whether_two_people_have_cleared_an_order()
    {
        Assert.False(new OrderNeeds(Order("Screening", Clear(sales: true), Clear(sales: false))).IsClear);
        Assert.True(new OrderNeeds(Order("Screening", Clear(sales: true), Clear(sales: false)) with { Cleared = true }).IsClear);
    }

    [Theory]
    [InlineData("Allocated")]
    [InlineData("Cancelled")]
    public void During_a_hold_the_buyer_is_not_answered_and_the_order_waits_for_the_screening(string state)
    {
        var needs = new OrderNeeds(Order(state, Clear(sales: false) with { Verdict = "Hold" }) with { OnHold = true });

        Assert.Equal((false, true), (needs.Answered, needs.Screening));
    }

    [Fact]
    public void A_hold_makes_earlier_clearances_void()
    {
        var needs = new OrderNeeds(Order("Screening", Clear(false), Clear(false), Clear(false) with { Verdict = "Hold" }, Clear(false)));

        Assert.Equal((1, false, true), (needs.Clearances.Count, needs.IsClear, needs.Screening));
    }

    [Theory]
    [InlineData("Received", false, 1, null)]
    [InlineData("Allocating", true, 3, 3)]
    [InlineData("Allocating", false, 4, 30)]
    [InlineData("Allocated", false, 5, null)]
    public void An_order_is_at_a_step_and_its_page_asks_again_while_others_work(string state, bool running, int step, int? again)
    {
        var needs = new OrderNeeds(Order(state) with { RunInProgress = running });

        Assert.Equal((step, again), (needs.Step, needs.Again));
    }

    [Fact]
    public void A_filter_keeps_the_search_and_leaves_out_what_there_is_not()
    {
        Assert.Equal("/orders", OrderFilter.Of("nonsense", "  ").With(null));
        Assert.Equal("/orders?stage=short&search=M%C3%B6bel%20%26%20Co", OrderFilter.Of(null, "Möbel & Co").With("short"));
        Assert.Equal(
            "/api/allocation/orders?limit=20&states=Received,Screening&search=a%25", OrderFilter.Of("new", "a%").Query(null));
    }

    [Fact]
    public async Task A_refused_acceptance_shows_the_order_as_it_is_and_why()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        api.On("GET", $"/api/allocation/orders/{Id}", 200, Order("Screening", Clear(true), Clear(false)) with { Cleared = true });
        api.On("POST", $"/api/allocation/orders/{Id}/acceptance", 409, new { code = "DECISION_PENDING", detail = "Question 1 waits." });
        await browser.SignInAsync();

        var page = await browser.SendAsync(await browser.GetAsync($"/orders/{Id}"), $"/orders/{Id}/acceptance", ("urgent", "true"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("A question on the document", page.Document.QuerySelector(".errors")!.TextContent, StringComparison.Ordinal);
        Assert.True(page.Document.QuerySelector("input[name=urgent]")!.HasAttribute("checked"));
    }

    [Fact]
    public async Task A_line_is_named_at_the_interface_whatever_its_id_holds()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        api.On("GET", $"/api/allocation/orders/{Id}", 200, Order("Received"));
        api.On("GET", "/api/allocation/products", 200, new[] { new Product("TK-12", "Chair", "chairs", "C62") });
        await browser.SignInAsync();

        await browser.SendAsync(await browser.GetAsync($"/orders/{Id}"), $"/orders/{Id}/lines/1/product", ("product", "TK-12"));

        Assert.Contains(api.Asked, asked => asked.Method == "PUT" && asked.Path.Contains("lines/a%2Fb%20%3F%23/product", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_long_run_says_how_far_it_is_asks_again_and_can_be_given_up()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        api.On("GET", $"/api/allocation/orders/{Id}", 200, Order("Allocating") with { RunInProgress = true, RunPercent = 42 });
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/orders/{Id}");

        Assert.Equal("42", page.Document.QuerySelector("[data-again='3'] progress")!.GetAttribute("value"));
        Assert.NotNull(page.Document.QuerySelector($"form[action='/orders/{Id}/run/cancellation']"));
    }

    [Fact]
    public async Task A_file_with_faults_is_refused_with_the_place_of_each()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        api.On("POST", "/api/allocation/orders/ubl", 400, new
        {
            code = "INVALID_UBL", faults = new[] { new FileFault(8, 3, "/Order/IssueDate", "PEPPOL-COMMON-R030", "'x' is no date.") },
        });
        await browser.SignInAsync();

        var page = await browser.SendFileAsync(await browser.GetAsync("/orders/import"), "/orders/import", "files", "bad.xml", "<Order/>");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal(
            ["8", "/Order/IssueDate", "'x' is no date.", "PEPPOL-COMMON-R030"],
            page.Document.QuerySelectorAll("tbody tr > *").Select(cell => cell.TextContent.Trim()));
    }

    [Fact]
    public async Task An_auditor_reads_an_order_and_has_no_form_to_act_with()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.Auditor);
        api.On("GET", $"/api/allocation/orders/{Id}", 200, Order("Received"));
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/orders/{Id}");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Empty(page.Document.QuerySelectorAll("main form"));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/orders/import")).Status);
    }

    [Fact]
    public async Task A_vote_of_the_board_waits_for_a_second_person_who_reads_the_resolution()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.Auditor);
        var vote = new SplitView(
            Guid.CreateVersion7(), "", 0, [], "Resolution 7", Guid.CreateVersion7(), DateTime.UnixEpoch, "Proposed", null, null, null,
            "OverConcentration");
        api.On("GET", $"/api/allocation/orders/{Id}", 200, Order("Short") with { Cleared = true, Exceptions = [vote] });
        api.On("POST", $"/api/allocation/orders/{Id}/exceptions/{vote.SplitId}/approval", 202, vote);
        await browser.SignInAsync();

        var page = await browser.GetAsync($"/orders/{Id}");
        Assert.Contains("Resolution 7", page.Document.QuerySelector("#now")!.TextContent, StringComparison.Ordinal);
        var sent = await browser.SendAsync(page, $"/orders/{Id}/exceptions/{vote.SplitId}/approval");

        Assert.Equal((HttpStatusCode.SeeOther, $"/orders/{Id}?done=started"), (sent.Status, sent.Location));
    }

    private static ScreeningView Clear(bool sales) => new(Guid.CreateVersion7(), sales, "Clear", "Compared.", DateTime.UnixEpoch);

    private static OrderView Order(string state, params ScreeningView[] screening) => new(
        Id, state, "Nordhaus Möbel GmbH", "NH-1", "EUR", DateTime.UnixEpoch, false, 7, 0, false, null, null, null, screening, [], [], [],
        [
            new LineView(
                "a/b ?#", state == "Received" ? null : "TK-12", "chairs", "Garden chair", "C62", 1, null, null, new UnitPrice(4800, 1), 100, 0, 0,
                100, 0, null, null, null, false, [], [], []),
        ]);
}
