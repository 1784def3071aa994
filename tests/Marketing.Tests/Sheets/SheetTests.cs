using ExportConsortia.Contracts;

namespace ExportConsortia.Marketing.Tests.Sheets;

public sealed class SheetTests(MarketingServices services)
{
    [Theory, EachShape]
    public async Task The_firm_and_the_manager_approve_a_sheet_and_no_other_firm_sees_it(Shape shape)
    {
        var service = await services.In(shape);
        var vtf = await Exhibitors.In(service);

        var saved = await vtf.Save(vtf.First, "TK-12", Chair("Garden chair"));
        var id = saved.Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
        Assert.Equal(("Draft", "C62"), (saved.Json["state"]!.GetValue<string>(), saved.Json["unit"]!.GetValue<string>()));
        (await vtf.Save(vtf.First, "TK-12", Chair("Armchair"))).ExpectProblem(428, "IF_MATCH_REQUIRED");
        (await vtf.Save(vtf.First, "TK-12", Chair("Armchair"), "\"7\"")).ExpectProblem(412, "STALE_VERSION");
        Assert.Equal("\"1\"", (await vtf.Save(vtf.First, "TK-12", Chair("Garden chair"), "\"1\"")).ETag);   // says the same
        await vtf.Decide(id, "\"1\"").IsRefused("ALREADY_DECIDED");
        foreach (var other in (Person[])[vtf.Second, vtf.Manager with { Consortium = Guid.CreateVersion7() }])
        {
            await service.Get(other, $"sheets/{id}").IsNotFound();
        }

        await service.Post(vtf.Second, $"sheets/{id}/submission").IsNotFound();
        await service.Post(vtf.First, $"sheets/{id}/approval").IsRefused("NOT_FOUND", 404);
        (await service.Get(null, $"sheets/{id}")).ExpectProblem(401, "NOT_SIGNED_IN");

        var tag = (await service.Post(vtf.First, $"sheets/{id}/submission")).ExpectOk().ETag!;
        (await vtf.Save(vtf.First, "TK-12", Chair("Armchair"), tag)).ExpectProblem(409, "SHEET_SUBMITTED");
        await vtf.Decide(id, "\"1\"").IsRefused("STALE_VERSION", 412);
        await vtf.Decide(id, tag, "return", new { reason = "" }).IsRefused("INVALID_INPUT", 400);
        var returned = (await vtf.Decide(id, tag, "return", new { reason = "Say which wood." })).ExpectOk();
        Assert.Equal(
            ("Returned", "Say which wood."), (returned.Json["state"]!.GetValue<string>(), returned.Json["returnedBecause"]!.GetValue<string>()));
        (_, tag) = await vtf.Submitted(vtf.First, "TK-12", Chair("Garden chair", wood: "teak"), returned.ETag);
        var approved = (await vtf.Decide(id, tag)).ExpectOk();
        Assert.Equal((1, true), (approved.Json["approvedVersion"]!.GetValue<int>(), approved.Json["namesProduct"]!.GetValue<bool>()));

        var changed = (await vtf.Save(vtf.First, "TK-12", Chair("Folding chair"), approved.ETag)).ExpectOk();
        Assert.Equal(
            ("Draft", "Garden chair", "Folding chair"),
            (changed.Json["state"]!.GetValue<string>(), NameIn(changed, "approved"), NameIn(changed, "draft")));
        Assert.Single((await service.Get(vtf.Auditor, "sheets?state=Draft")).ExpectOk().Json["sheets"]!.AsArray());
        Assert.Empty((await service.Get(vtf.Second, "sheets")).ExpectOk().Json["sheets"]!.AsArray());
    }

    [Theory, EachShape]
    public async Task What_is_missing_in_a_list_or_dictionary_is_named_and_so_is_what_is_no_text(Shape shape)
    {
        var vtf = await Exhibitors.In(await services.In(shape));
        await AssertWrongAsync("texts.en", vtf.Save(vtf.First, "TK-12", """{"texts":{"en":null}}"""));
        await AssertWrongAsync("texts.en.name", vtf.Save(vtf.First, "TK-12", """{"texts":{"en":{"name":"a\u0001b","text":""}}}"""));
        await AssertWrongAsync("texts", vtf.Save(vtf.First, "TK-12", """{"texts":{"en\u0001":{"name":"a","text":""}}}"""));
        await AssertWrongAsync(
            "attributes.wood", vtf.Save(vtf.First, "TK-12", """{"texts":{"en":{"name":"a","text":""}},"attributes":{"wood":null}}"""));
        await AssertWrongAsync("countries[1]", vtf.Service.Put(vtf.Manager, "home-market", """{"countries":["LA",null]}""", "\"0\""));
        await AssertWrongAsync("terms.lines[0]", vtf.Service.Post(
            vtf.Manager, "quotations", $$$"""{"buyerId":"{{{vtf.Id}}}","currency":"EUR","terms":{"lines":[null]}}"""));

        static async Task AssertWrongAsync(string field, Task<Answer> answer) =>
            Assert.Equal([field], (await answer).ExpectProblem(400, "INVALID_INPUT").WrongFields);
    }

    [Theory, EachShape]
    public async Task The_first_approved_sheet_names_the_product_until_the_manager_chooses_another(Shape shape)
    {
        var service = await services.In(shape);
        var vtf = await Exhibitors.In(service);
        var (first, tag) = await vtf.Submitted(vtf.First, "TK-12", Chair("Garden chair"));
        tag = (await vtf.Decide(first, tag)).ExpectOk().ETag!;
        var (second, otherTag) = await vtf.Submitted(vtf.Second, "TK-12", Chair("Lounger"));
        await service.Put(vtf.Manager, "product-names/TK-12", new { sheetId = second }).IsRefused("NOT_APPROVED");
        (await vtf.Decide(second, otherTag)).ExpectOk();

        // Another text is no other name; another name is.
        (_, tag) = await vtf.Submitted(vtf.First, "TK-12", Chair("Garden chair", wood: "oak"), tag);
        tag = (await vtf.Decide(first, tag)).ExpectOk().ETag!;
        (_, tag) = await vtf.Submitted(vtf.First, "TK-12", Chair("Folding chair"), tag);
        (await vtf.Decide(first, tag)).ExpectOk();
        (await service.Put(vtf.Manager, "product-names/TK-12", new { sheetId = second })).Expect(HttpStatusCode.NoContent);
        (await service.Put(vtf.Manager, "product-names/TK-12", new { sheetId = second })).Expect(HttpStatusCode.NoContent);
        await service.Put(vtf.Manager, "product-names/TK-14", new { sheetId = second }).IsNotFound();
        await service.Put(vtf.First, "product-names/TK-12", new { sheetId = first }).IsNotFound();

        await service.UntilPublished<ProductNamed>(n => n.ConsortiumId == vtf.Id && n.Version == 3);
        Assert.Equal(
            [("Garden chair", first, 1L), ("Folding chair", first, 2), ("Lounger", second, 3)],
            service.Published<ProductNamed>(n => n.ConsortiumId == vtf.Id).Select(n => (n.Names["en"], n.SheetId, n.Version)));
    }

    [Theory, EachShape]
    public async Task A_firm_describes_what_it_makes_and_every_wrong_field_is_named(Shape shape)
    {
        var service = await services.In(shape);
        var vtf = await Exhibitors.In(service);
        await vtf.Save(vtf.Idle, "TK-12", Chair("Chair")).IsRefused("NOT_CAPABLE");
        await vtf.Save(vtf.First, "TK-15", Chair("Chair")).IsRefused("PRODUCT_RETIRED");
        await vtf.Save(vtf.First, "TK-99", Chair("Chair")).IsNotFound();
        await vtf.Save(vtf.Manager, "TK-12", Chair("Chair")).IsNotFound();
        var priced = await vtf.Save(vtf.First, "TK-12", new { texts = new { en = new { name = "Chair", text = "" } }, price = 48 });
        priced.ExpectProblem(400, "INVALID_JSON");
        var certificate = (await service.Post(vtf.Second, "certificates", Fsc())).Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();

        var wrong = await vtf.Save(vtf.First, "TK-12", new
        {
            texts = new Dictionary<string, object>
            {
                ["EN"] = new { name = "", text = "" }, ["fr"] = new { name = "Chaise", text = new string('x', 4001) },
            },
            hsCode = "9401", origin = "XX", leadTimeDays = 0, minimumOrder = -1,
            size = new { lengthMm = 1, widthMm = 0, heightMm = 1, weightGrams = 1 },
            pack = new { quantity = 0, lengthMm = 1, widthMm = 1, heightMm = 1, grossWeightGrams = 1 }, certificates = new[] { certificate },
            images = new[] { Guid.CreateVersion7() },
            attributes = new Dictionary<string, string> { ["wood"] = "teak", ["a.b"] = "", ["WOOD"] = "oak" },
        });

        Assert.Equal(
            [
                "attributes", "attributes.WOOD", "attributes.a.b", "certificates[0]", "hsCode", "images[0]", "leadTimeDays", "minimumOrder", "origin",
                "pack.quantity", "size.widthMm", "texts.EN", "texts.EN.name", "texts.fr.text",
            ],
            wrong.ExpectProblem(400, "INVALID_INPUT").WrongFields);
    }

    [Theory, EachShape]
    public async Task A_certificate_counts_once_it_is_confirmed_and_no_longer_when_the_firm_changes_it(Shape shape)
    {
        var service = await services.In(shape);
        var vtf = await Exhibitors.In(service);
        var added = await service.Post(vtf.First, "certificates", Fsc());
        var id = added.Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
        var path = $"certificates/{id}";
        await service.Get(vtf.Second, path).IsNotFound();
        await service.Put(vtf.Second, path, Fsc("X"), "\"1\"").IsNotFound();
        await service.Send(vtf.First, HttpMethod.Post, $"{path}/confirmation", null, ("If-Match", "\"1\"")).IsNotFound();
        var confirmed = await service.Send(vtf.Manager, HttpMethod.Post, $"{path}/confirmation", null, ("If-Match", "\"1\""));
        Assert.NotNull(confirmed.ExpectOk().Json["confirmedAt"]);
        Assert.Equal($"{vtf.Manager.Id}", $"{confirmed.Json["confirmedBy"]}");

        // The manager says why it takes it away, and the firm reads it.
        var withdrawal = $"{path}/confirmation/withdrawal";
        Assert.Equal(["reason"], (await service.Post(vtf.Manager, withdrawal, new { reason = " " })).ExpectProblem(400, "INVALID_INPUT").WrongFields);
        (await service.Post(vtf.Manager, withdrawal, new { reason = "The issuer doesn't know it." })).Expect(HttpStatusCode.OK);
        var unconfirmed = (await service.Get(vtf.First, path)).Ok;
        Assert.Equal((null, "The issuer doesn't know it."), (unconfirmed["confirmedAt"], $"{unconfirmed["unconfirmedBecause"]}"));
        confirmed = await service.Send(vtf.Manager, HttpMethod.Post, $"{path}/confirmation", null, ("If-Match", $"\"{unconfirmed["version"]}\""));
        Assert.Null(confirmed.ExpectOk().Json["unconfirmedBecause"]);
        Assert.NotNull((await service.Put(vtf.First, path, Fsc(), confirmed.ETag)).ExpectOk().Json["confirmedAt"]);   // says the same
        var changed = (await service.Put(vtf.First, path, Fsc("FSC-C2"), confirmed.ETag)).ExpectOk();
        Assert.Null(changed.Json["confirmedAt"]);
        await service.Send(vtf.Manager, HttpMethod.Post, $"{path}/confirmation", null, ("If-Match", confirmed.ETag)).IsRefused("STALE_VERSION", 412);
        (await service.Post(vtf.First, "certificates", Fsc("X", from: "2031-01-01"))).ExpectProblem(400, "INVALID_INPUT");

        var sheet = (await vtf.Save(vtf.First, "TK-12", Chair("Chair", certificate: id))).Ok;
        Assert.Equal("FSC-C2", sheet["certificates"]![0]!["number"]!.GetValue<string>());
        await Task.WhenAll(Enumerable.Range(0, 110).Select(i => service.Post(vtf.First, "certificates", Fsc($"N{i}"))));
        Assert.Equal(100, (await service.Get(vtf.First, "certificates")).ExpectOk().Json.AsArray().Count);
        (await service.Post(vtf.First, "certificates", Fsc("One more"))).ExpectProblem(409, "CERTIFICATE_LIMIT");
    }

    internal static object Chair(string name, string wood = "teak", Guid? certificate = null, Guid? image = null) => new
    {
        texts = new Dictionary<string, object> { ["fr"] = new { name = $"{name} (fr)", text = "" }, ["en"] = new { name, text = "Oiled.\nFolds." } },
        hsCode = "940169", origin = "LA", leadTimeDays = 45, minimumOrder = 50, attributes = new { wood },
        pack = new { quantity = 4, lengthMm = 960, widthMm = 600, heightMm = 420, grossWeightGrams = 31_000 },
        certificates = certificate is null ? [] : new[] { certificate }, images = image is null ? [] : new[] { image },
    };

    private static object Fsc(string number = "FSC-C1", string from = "2026-01-01") =>
        new { kind = "FSC", number, issuer = "Control Union", validFrom = from, validUntil = "2030-12-31" };

    private static string NameIn(Answer sheet, string part) => sheet.Json[part]!["texts"]!["en"]!["name"]!.GetValue<string>();
}
