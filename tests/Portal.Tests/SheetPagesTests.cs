namespace ExportConsortia.Portal.Tests;

/// <summary>What a firm and the manager do with product sheets.</summary>
public sealed class SheetPagesTests
{
    private static readonly Guid Id = Guid.CreateVersion7();
    private static readonly Guid Firm = Guid.CreateVersion7();

    [Fact]
    public async Task A_file_of_sheets_is_checked_before_it_is_imported_and_both_send_the_same_bytes()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        await browser.SignInAsync();
        var kept = Convert.ToBase64String(Encoding.UTF8.GetBytes("product,name_en\nTK-12,Chair\n"));
        var empty = await browser.GetAsync("/sheets/file");
        var nothing = await browser.SendAsync(empty, "/sheets/file", ("do", "check"));

        api.On("POST", "/api/marketing/sheets/file", 200, new { rows = 1, created = 1, changed = 0, unchanged = 0, trial = true });
        var check = await browser.SendAsync(empty, "/sheets/file", ("kept", kept), ("name", "ours.csv"), ("do", "check"));
        api.On("POST", "/api/marketing/sheets/file", 200, new { rows = 1, created = 1, changed = 0, unchanged = 0, trial = false });
        var imported = await browser.SendAsync(check, "/sheets/file", ("do", "import"));
        api.On("POST", "/api/marketing/sheets/file", 400, new
        {
            status = 400, code = "INVALID_ROWS", detail = "No.",
            rows = new[] { new { row = 7, column = "hs", sentence = "Must have 6 to 10 digits." } },
        });
        var wrong = await browser.SendAsync(empty, "/sheets/file", ("kept", kept), ("do", "check"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, nothing.Status);
        Assert.Contains("nothing is changed yet", check.Document.QuerySelector(".notice-info")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(kept, check.Document.QuerySelector("input[name=kept]")!.GetAttribute("value"));
        Assert.Equal((HttpStatusCode.SeeOther, "/sheets/file?done=1"), (imported.Status, imported.Location));
        Assert.Equal(["7", "hs", "Must have 6 to 10 digits."], wrong.Document.QuerySelectorAll(".errors tbody td").Select(cell => cell.TextContent));
        Assert.Equal(
            ["?trial=true", "?trial=false", "?trial=true"],
            api.Asked.Where(asked => asked.Method == "POST" && asked.Path.Contains("/sheets/file", StringComparison.Ordinal))
                .Select(asked => asked.Path[asked.Path.IndexOf('?', StringComparison.Ordinal)..]));
    }

    [Fact]
    public async Task The_manager_sees_what_differs_from_what_is_approved_and_returns_nothing_without_a_reason()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.ConsortiumManager);
        await browser.SignInAsync();
        api.On("GET", "/api/membership/members", 200, Array.Empty<object>());
        api.On("GET", $"/api/marketing/sheets/{Id}", 200, Sheet("Submitted", "Folding chair", "Garden chair"));
        api.On("GET", "/api/marketing/sheets", 200, new { sheets = new[] { Row() } });

        var list = await browser.GetAsync("/sheets");
        var page = await browser.GetAsync($"/sheets/{Id}/approval");
        var no = await browser.SendAsync(page, $"/sheets/{Id}/return");
        api.On("POST", $"/api/marketing/sheets/{Id}/approval", 200, Sheet("Approved", "Folding chair", "Folding chair"));
        var yes = await browser.SendAsync(page, $"/sheets/{Id}/approval");

        Assert.Contains(api.Asked, asked => asked.Path == "/api/marketing/sheets?limit=100&state=Submitted");
        Assert.NotNull(list.Document.QuerySelector($"a[href='/sheets/{Id}/approval']"));
        Assert.Equal(["Folding chair"], page.Document.QuerySelectorAll("mark").Select(mark => mark.TextContent));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, no.Status);
        Assert.Equal((HttpStatusCode.SeeOther, $"/sheets/{Id}/approval?done=approval"), (yes.Status, yes.Location));
        Assert.DoesNotContain(api.Asked, asked => asked.Path.EndsWith("/return", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_firm_fills_in_a_sheet_and_what_the_interface_refuses_stands_at_its_field()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        await browser.SignInAsync();
        api.On("GET", "/api/membership/products/TK-12", 200, new
        {
            code = "TK-12", name = "Chair", family = "chairs", unit = "C62", conversions = Array.Empty<object>(), retired = false,
        });
        api.On("GET", "/api/marketing/sheets", 200, new { sheets = Array.Empty<object>() });
        api.On("GET", "/api/marketing/certificates", 200, Array.Empty<object>());
        api.On("PUT", "/api/marketing/sheets/TK-12", 400, new
        {
            status = 400, code = "INVALID_INPUT",
            errors = new Dictionary<string, string[]> { ["hsCode"] = ["Six digits."], ["texts.en.name"] = ["A name."] },
        });

        var page = await browser.GetAsync("/sheets/TK-12");
        var no = await browser.SendAsync(page, "/sheets/TK-12", ("hs", "9401"), ("leadtime", "45"), ("do", "save"));
        var digits = await browser.SendAsync(page, "/sheets/TK-12", ("leadtime", "soon"), ("do", "save"));
        api.On("PUT", "/api/marketing/sheets/TK-12", 201, Sheet("Draft", "Chair", null));
        api.On("POST", $"/api/marketing/sheets/{Id}/submission", 200, Sheet("Submitted", "Chair", null));
        var yes = await browser.SendAsync(page, "/sheets/TK-12", ("name-en", "Chair"), ("do", "submit"));

        Assert.Equal(
            ["#sheet-hs", "#sheet-name-en"],
            no.Document.QuerySelectorAll(".errors a").Select(a => "#" + a.GetAttribute("href")!.Split('#')[1]).Order());
        Assert.Equal("9401", no.Document.QuerySelector("#sheet-hs")!.GetAttribute("value"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, digits.Status);
        Assert.Equal((HttpStatusCode.SeeOther, "/sheets/TK-12?done=submitted"), (yes.Status, yes.Location));

        api.On("GET", "/api/marketing/sheets", 200, new { sheets = new[] { Row() } });
        var because = new { edition = 7, reason = "Its images are blurred." };
        api.On("GET", $"/api/marketing/sheets/{Id}", 200, Sheet("Approved", "Chair", "Chair", because));
        api.On("GET", "/api/marketing/sheets/TK-12/market-access", 200, Array.Empty<object>());
        var left = (await browser.GetAsync("/sheets/TK-12")).Document.QuerySelector(".notice-warn")!.TextContent;
        Assert.Contains("edition 7", left, StringComparison.Ordinal);
        Assert.Contains("Its images are blurred.", left, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_firm_s_certificate_needs_every_field_and_the_manager_confirms_what_was_shown()
    {
        await using var api = await StandInInterface.StartAsync();
        await using var portal = await RunningPortal.StartAsync(api);
        using var browser = portal.Open();
        api.OpenTo(Role.MemberUser);
        await browser.SignInAsync();
        api.On("GET", "/api/marketing/certificates", 200, Array.Empty<object>());
        var page = await browser.GetAsync("/certificates");
        var no = await browser.SendAsync(
            page, "/certificates", ("kind", "FSC"), ("number", "1"), ("validFrom", "soon"), ("validUntil", "2030-01-01"));
        api.On("POST", "/api/marketing/certificates", 201, Certificate());
        var yes = await browser.SendAsync(
            page, "/certificates", ("kind", "FSC"), ("number", "1"), ("issuer", "CU"), ("validFrom", "2026-01-01"), ("validUntil", "2030-01-01"));

        Assert.Equal(["#certificate-issuer", "#certificate-validFrom"],
            no.Document.QuerySelectorAll(".errors a").Select(a => "#" + a.GetAttribute("href")!.Split('#')[1]).Order());
        Assert.Equal((HttpStatusCode.SeeOther, "/certificates?done=saved"), (yes.Status, yes.Location));
    }

    private static object Certificate() => new
    {
        id = Id, memberId = Firm, kind = "FSC", number = "1", issuer = "CU", validFrom = "2026-01-01", validUntil = "2030-01-01", version = 1,
    };

    private static object Row() => new
    {
        id = Id, memberId = Firm, productCode = "TK-12", productName = "Chair", state = "Submitted", names = new { en = "Chair" },
        approvedVersion = 1, changedAt = DateTime.UnixEpoch,
    };

    private static object Sheet(string state, string name, string? approved, object? leftOut = null) => new
    {
        id = Id, memberId = Firm, productCode = "TK-12", productName = "Chair", unit = "C62", state, draft = Content(name),
        approved = approved is null ? null : Content(approved), approvedVersion = approved is null ? 0 : 1, certificates = Array.Empty<object>(),
        changedAt = DateTime.UnixEpoch, leftOut,
    };

    private static object Content(string name) => new
    {
        texts = new { en = new { name, text = "Oiled." } }, hsCode = "940169", certificates = Array.Empty<Guid>(),
        attributes = new { wood = "teak" }, images = Array.Empty<Guid>(),
    };
}
