namespace ExportConsortia.Portal.Tests;

/// <summary>People come in by a link; who sends it never sees a password, and a session that ended leaves at once.</summary>
public sealed class InvitationPagesTests
{
    private const string Secret = "Jx0m1nYp6Q7y3g1xv0cV5kq8m3l9c2b7a6d5e4f3g2h";
    private const string Link = $"/invitation/{Secret}";

    [Fact]
    public async Task An_invited_person_sets_the_password_alone_and_is_signed_in()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        api.On("GET", $"/api/membership/invitations/{Secret}", 200, new
        {
            kind = "NewAccount", email = "khamla@f1.example", role = "MemberUser", consortium = "VTF", firm = "Sombath Teak", invitedBy = "Bounmy",
            needs = "FirmCode", consented = true, expiresAt = new DateTime(2999, 1, 1),
        });

        var page = await browser.GetAsync(Link);
        Assert.Contains("Bounmy", page.Text, StringComparison.Ordinal);
        Assert.Equal("new-password", page.Document.QuerySelector("input[name=password]")!.GetAttribute("autocomplete"));
        var empty = await browser.SendAsync(page, Link, ("password", ""));
        api.On("POST", "/api/membership/invitations/acceptance", 400, new
        {
            status = 400, code = "INVALID_INPUT", errors = new { firmCode = new[] { "Wrong." } },
        });
        var wrong = await browser.SendAsync(page, Link, ("password", "a long passphrase"), ("firmCode", "K7QD"));
        api.On("POST", "/api/membership/invitations/acceptance", 200, new { id = Guid.CreateVersion7(), email = "khamla@f1.example" });
        var accepted = await browser.SendAsync(
            page, Link, ("password", "a long passphrase"), ("firmCode", "K7QD-9M2X-PT4V-3HWC"), ("name", "Khamla"));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity), (empty.Status, wrong.Status));
        Assert.Contains("Ask an operator for a new code", wrong.Text, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (accepted.Status, accepted.Location));
        Assert.Contains(accepted.Answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("session=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_link_that_was_followed_says_so()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();

        var page = await browser.GetAsync(Link);

        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Equal("This link leads nowhere any more", page.Document.QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task Whoever_invites_gets_a_link_once_and_no_password()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        await browser.SignInAsync();
        api.On("GET", "/api/membership/accounts", 200, Array.Empty<object>());
        api.On("GET", "/api/membership/consortia", 200, Array.Empty<object>());
        api.On("GET", "/api/membership/invitations", 200, Array.Empty<object>());
        api.On("POST", "/api/membership/invitations", 201, new
        {
            id = Guid.CreateVersion7(), email = "noy@vtf.example", secret = Secret, expiresAt = new DateTime(2999, 1, 1), needs = "Operator",
        });

        var page = await browser.GetAsync("/accounts");
        var invited = await browser.SendAsync(page, "/accounts", ("email", "noy@vtf.example"), ("role", "Auditor"));

        Assert.Null(page.Document.QuerySelector("input[type=password], input[name=password]"));
        Assert.Contains($"{portal.Address}invitation/{Secret}", invited.Document.QuerySelector("code")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("An operator must consent", invited.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(api.Sent, sent => sent.Text.Contains("\"Auditor\"", StringComparison.Ordinal));   // a manager invites none
        Assert.DoesNotContain(Secret, (await browser.GetAsync("/accounts")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_firm_reads_who_stated_what_in_its_name()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        await browser.SignInAsync();
        var (manager, at) = (Guid.CreateVersion7(), new DateTime(2026, 9, 1, 0, 0, 0, DateTimeKind.Utc));
        api.On("GET", "/api/membership/accounts", 200, Array.Empty<object>());
        api.On("GET", "/api/membership/consortium/managers", 200, new[]
        {
            new { id = manager, name = "Noy", email = "noy@vtf.example", role = "ConsortiumManager", since = at, locked = false },
        });
        api.On("GET", "/api/membership/traces", 200, new
        {
            traces = new[]
            {
                new { at, authorId = manager, what = "CAPACITY_DECLARED_FOR_FIRM", count = 3, reason = (string?)null },
                new { at, authorId = Guid.Empty, what = "SOMETHING_NEWER", count = 1, reason = (string?)"Why not." },
            },
        });

        var page = await browser.GetAsync("/traces?service=allocation%2F..");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        var rows = page.Document.QuerySelectorAll("tbody tr").Select(row => row.TextContent).ToList();
        Assert.Contains("Declared capacity in the firm’s name · 3 times", rows[0], StringComparison.Ordinal);
        Assert.Contains("Noy", rows[0], StringComparison.Ordinal);
        Assert.Contains("SOMETHING_NEWER", rows[1], StringComparison.Ordinal);
        Assert.Contains("Nobody who had signed in", rows[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_clean_team_reads_which_firm_and_which_order_a_decision_was_about()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.Auditor);
        await browser.SignInAsync();
        var (firm, order, at) = (Guid.CreateVersion7(), Guid.CreateVersion7(), new DateTime(2026, 9, 1, 0, 0, 0, DateTimeKind.Utc));
        api.On("GET", "/api/membership/accounts", 200, Array.Empty<object>());
        api.On("GET", "/api/membership/consortium/managers", 200, Array.Empty<object>());
        api.On("GET", "/api/membership/members", 200, new[]
        {
            new { id = firm, code = "F1", name = "Phonsavan Woodcraft", country = "LA", standing = "Active", standingSince = at },
        });
        api.On("GET", "/api/allocation/traces", 200, new
        {
            traces = new[]
            {
                new { at, authorId = firm, what = "ORDER_ACCEPTED", aboutId = order, count = 1, reason = (string?)null },
                new { at, authorId = firm, what = "MEMBER_RATED", aboutId = firm, count = 1, reason = (string?)"Auditor saw it: late twice." },
                new { at, authorId = firm, what = "INVITED", aboutId = order, count = 1, reason = (string?)"MemberUser noy@f1.example" },
            },
        });

        var rows = (await browser.GetAsync("/traces?service=allocation")).Document.QuerySelectorAll("tbody tr").ToList();

        Assert.Equal($"/orders/{order}", rows[0].QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("Phonsavan Woodcraft", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("Auditor saw it: late twice.", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("Member firm, noy@f1.example", rows[2].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_firm_leaves_only_when_a_second_person_agrees_and_each_decision_has_a_reason()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        await browser.SignInAsync();
        var (id, at) = (Guid.CreateVersion7(), new DateTime(2026, 9, 1, 0, 0, 0, DateTimeKind.Utc));
        var firm = $"/api/membership/members/{id}";
        api.On("GET", firm, 200, Firm(null));
        api.On("GET", "/api/membership/accounts", 200, Array.Empty<object>());
        api.On("POST", $"{firm}/departure", 200, Firm(null));
        api.On("POST", $"{firm}/departure/approval", 409, new { status = 409, code = "SECOND_PERSON" });

        var page = await browser.GetAsync($"/members/{id}");
        var silent = await browser.SendAsync(page, $"/members/{id}/departure", ("reason", " "));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, silent.Status);
        Assert.DoesNotContain(api.Sent, sent => sent.Path.EndsWith("/departure", StringComparison.Ordinal));
        var proposed = await browser.SendAsync(page, $"/members/{id}/departure", ("reason", "Wound up."));
        Assert.Equal(HttpStatusCode.SeeOther, proposed.Status);
        var noy = new { id, name = "Noy", email = "noy@vtf.example" };
        api.On("GET", firm, 200, Firm(new { reason = "Wound up.", proposedAt = at, proposedBy = noy }));
        var open = await browser.GetAsync(proposed.Location!);
        Assert.Contains("Noy proposes it: Wound up.", open.Text, StringComparison.Ordinal);
        var alone = await browser.SendAsync(open, $"/members/{id}/departure/approval");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, alone.Status);
        Assert.Contains("A second person is needed", alone.Text, StringComparison.Ordinal);

        object Firm(object? departure) => new
        {
            id, code = "F1", name = "Firm One", country = "LA", standing = "Active", standingSince = at, departure,
        };
    }

    [Fact]
    public async Task A_session_that_ended_elsewhere_leads_to_sign_in_at_once()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        await browser.SignInAsync();
        var ended = new { status = 401, code = "TOKEN_ENDED" };
        api.On("GET", "/api/allocation/offers", 401, ended);
        api.On("POST", "/api/membership/tokens/refresh", 401, ended);

        var page = await browser.GetAsync("/offers");
        var again = await browser.GetAsync(page.Location!);

        Assert.Equal((HttpStatusCode.SeeOther, "/offers"), (page.Status, page.Location));
        Assert.Equal(HttpStatusCode.Redirect, again.Status);
        Assert.Contains("/sign-in", again.Location, StringComparison.Ordinal);
    }
}
