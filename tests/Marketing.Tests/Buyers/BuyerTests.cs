using System.Text.Json.Nodes;
using ExportConsortia.Marketing.Buyers;

namespace ExportConsortia.Marketing.Tests.Buyers;

public sealed class BuyerTests(MarketingServices services)
{
    [Theory]
    [InlineData("Nordhaus Möbel", "nordhausmoebel")]
    [InlineData("NORDHAUS MOEBEL GmbH", "nordhausmoebel")]
    [InlineData("Nordhaus-Mo\u0308bel G.m.b.H. & Co. KG", "nordhausmoebel")]
    [InlineData("Straße & Söhne AG", "strasseundsoehne", "strassesoehne")]
    [InlineData("Meubles Dupré S.A.R.L.", "meublesdupre")]
    [InlineData("Arredi Rossi S.p.A.", "arredirossi")]
    [InlineData("Saigon Furniture Co., Ltd.", "saigonfurniture")]
    [InlineData("株式会社東京家具", "東京家具")]
    [InlineData("東京家具(株)", "東京家具")]
    [InlineData("Công ty TNHH Gỗ Việt", "goviet")]
    [InlineData("Inc", "inc")]
    [InlineData("…", "")]
    public void A_name_has_one_form_however_it_is_typed(string name, params string[] forms) => Assert.Equal(forms[^1], MatchName.Of(name));

    [Theory]
    [InlineData("a.braun@Nordhaus.example", "nordhaus.example")]
    [InlineData("https://www.nordhaus.example/kontakt?x=1", "nordhaus.example")]
    [InlineData("somebody@gmail.com", null)]
    [InlineData("no domain", null)]
    public void A_mail_providers_domain_is_nobodys(string address, string? domain) => Assert.Equal(domain, EmailDomain.Of(address));

    [Fact]
    public void What_a_person_said_of_campaigns_is_not_pushed_out_by_requests()
    {
        var day = new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var eva = new BuyerContact(Guid.CreateVersion7(), "Eva Vogel", "eva@vogel.example", null, null, [])
            .Saying(new Consent("Campaigns", "1", true, day), new Consent("Campaigns", "1", false, day.AddDays(1)));

        var asked = Enumerable.Range(2, 300).Aggregate(eva, (known, i) => known.Saying(new Consent("Inquiry", $"{i}", true, day.AddDays(i))));

        Assert.Equal([true, false], asked.Consents.Where(c => c.Purpose == "Campaigns").Select(c => c.Given));
        Assert.Equal((52, "301"), (asked.Consents.Count, asked.Consents[^1].TextVersion));
    }

    [Fact]
    public void Strangers_take_nobody_elses_place_among_a_buyers_people()
    {
        var buyer = new Buyer { Id = Guid.CreateVersion7(), ConsortiumId = Guid.CreateVersion7(), Name = "Nordhaus", MatchName = "nordhaus" };
        BuyerContact Person(string email, bool byForm) => new(Guid.CreateVersion7(), "Anna", email, null, null, []) { ByForm = byForm };
        var worked = buyer.Meet(Person("worked@nordhaus.example", true))!;
        for (var i = 0; i < 300; i++)
        {
            Assert.NotNull(buyer.Meet(Person($"{i}@stranger.example", true), new HashSet<Guid> { worked.Id }));
        }

        Assert.Equal((Buyer.MostByForm, worked.Id), (buyer.Contacts.Count, buyer.Contacts[0].Id));
        Assert.Equal("299@stranger.example", buyer.Contacts[^1].Email);
        for (var i = 0; i < Buyer.MostContacts; i++)
        {
            Assert.NotNull(buyer.Meet(Person($"{i}@nordhaus.example", false)));
        }

        Assert.Null(buyer.Meet(Person("one.more@nordhaus.example", false)));
        Assert.False(buyer.Meet(Person("299@stranger.example", false)) is { ByForm: true } or null);
    }

    [Fact]
    public void A_firm_fills_no_places_but_its_own_and_does_not_learn_whom_others_know()
    {
        var buyer = new Buyer { Id = Guid.CreateVersion7(), ConsortiumId = Guid.CreateVersion7(), Name = "Nordhaus", MatchName = "nordhaus" };
        var (firm, rival) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        BuyerContact Person(string email) => new(Guid.CreateVersion7(), "Anna", email, null, null, []);
        foreach (var known in (string[])["a", "b"])
        {
            Assert.NotNull(buyer.Meet(Person($"{known}@nordhaus.example"), null, rival));
        }

        // Whoever knows somebody already counts like a new person: the rest of the places tells nothing.
        Assert.NotNull(buyer.Meet(Person("a@nordhaus.example"), null, firm));
        for (var i = 1; i < Buyer.MostOfFirm; i++)
        {
            Assert.NotNull(buyer.Meet(Person($"{i}@nordhaus.example"), null, firm));
        }

        Assert.Null(buyer.Meet(Person("b@nordhaus.example"), null, firm));
        Assert.Null(buyer.Meet(Person("new@nordhaus.example"), null, firm));
        Assert.NotNull(buyer.Meet(Person("7@nordhaus.example"), null, firm));   // its own
        Assert.NotNull(buyer.Meet(Person("new@nordhaus.example"), null, rival));
        for (var i = 0; i < Buyer.MostContacts; i++)
        {
            Assert.NotNull(buyer.Meet(Person($"manager.{i}@nordhaus.example")));
        }
    }

    /// <summary>200 finds of one buyer, each with another person, closed the buyer's contacts for everybody.</summary>
    [Theory, EachShape]
    public async Task A_firm_is_refused_one_person_too_many_and_told_so(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        (await Find("F2", 1)).Expect(HttpStatusCode.Created);
        foreach (var i in Enumerable.Range(1, Buyer.MostOfFirm))
        {
            (await Find("F1", i)).Expect(HttpStatusCode.Created);
        }

        await Find("F1", 1000).IsRefused("CONTACT_LIMIT");
        (await Find("F2", 2000)).Expect(HttpStatusCode.Created);
        await Find("F1", 2000).IsRefused("CONTACT_LIMIT");   // as if nobody knew the person
        (await service.Post(desk["F1"], "leads", new { buyerName = "Nordhaus" })).Expect(HttpStatusCode.Created);
        var lead = (await service.Get(desk.Manager, "leads")).Ok["leads"]![0]!;
        Assert.Equal(
            Buyer.MostOfFirm + 1, (await service.Get(desk.Manager, $"buyers/{lead["buyerId"]}")).Ok["buyer"]!["contacts"]!.AsArray().Count);

        Task<Answer> Find(string firm, int person) => service.Post(desk[firm], "leads", new
        {
            buyerName = "Nordhaus", contact = new { name = "Anna", email = $"{person}@nordhaus.example" },
        });
    }

    [Theory]
    [InlineData("a.braun@nordhaus.example", true)]
    [InlineData("r&d@nordhaus.example", true)]
    [InlineData("a?bcc=rival@nordhaus.example", false)]
    [InlineData("a%0Abcc@nordhaus.example", false)]
    [InlineData("a@b@nordhaus.example", false)]
    public void An_address_adds_nothing_to_a_link_that_writes_to_it(string address, bool valid) => Assert.Equal(valid, EmailDomain.IsEmail(address));

    [Theory, EachShape]
    public async Task The_same_buyer_is_registered_once_also_at_the_same_moment(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        string[] typed = ["Nordhaus Möbel", "Nordhaus Moebel GmbH", "NORDHAUS MÖBEL AG", "nordhaus-moebel"];

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => service.Post(desk.Manager, "buyers",
            new { name = typed[i % typed.Length] })));

        Assert.Single(answers.Select(a => a.Json["id"]!.GetValue<Guid>()).Distinct());
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        var byDomain = await service.Post(desk.Manager, "buyers", new { name = "Hansen Import", site = "www.hansen.example", taxId = "DK1" });
        Assert.Equal(Id(byDomain), Id(await service.Post(desk.Manager, "buyers", new { name = "Hansen Interiors", site = "buy@hansen.example" })));
        Assert.Equal(Id(byDomain), Id(await service.Post(desk.Manager, "buyers", new { name = "H. Trading", taxId = "DK1" })));
        Assert.NotEqual(Id(byDomain), Id(await service.Post(desk.Manager, "buyers", new { name = "Other", site = "somebody@gmail.com" })));
    }

    [Theory, EachShape]
    public async Task A_merge_keeps_both_histories_and_can_be_undone(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var (into, from) = (await BuyerOf(await desk.Capture("Nordhaus Möbel")), await BuyerOf(await desk.Capture("Nordhaus Möbl")));
        Assert.NotEqual(into, from);
        var details = (await service.Get(desk.Manager, $"buyers/{into}")).Ok;
        Assert.Equal((from, "Name"), (details["candidates"]![0]!["id"]!.GetValue<Guid>(), details["candidates"]![0]!["because"]!.GetValue<string>()));

        var merge = (await service.Post(desk.Manager, $"buyers/{into}/merges", new { buyerId = from })).Expect(HttpStatusCode.Created);

        var merged = (await service.Get(desk.Manager, $"buyers/{into}")).Ok;
        Assert.Equal((2, 2), (merged["leads"]!.GetValue<int>(), merged["buyer"]!["contacts"]!.AsArray().Count));
        Assert.Equal(from, merged["buyer"]!["contacts"]![1]!["cameFrom"]!.GetValue<Guid>());
        Assert.Equal(into, Id(await service.Post(desk.Manager, "buyers", new { name = "Nordhaus Möbl GmbH" })));
        await service.Post(desk.Manager, $"buyers/{into}/merges", new { buyerId = from }).IsRefused("MERGED");

        (await service.Send(desk.Manager, HttpMethod.Delete, $"buyer-merges/{merge["id"]}")).Expect(HttpStatusCode.OK);

        foreach (var buyer in new[] { into, from })
        {
            var now = (await service.Get(desk.Manager, $"buyers/{buyer}")).Ok;
            Assert.Equal((1, 1), (now["leads"]!.GetValue<int>(), now["buyer"]!["contacts"]!.AsArray().Count));
            Assert.Null(now["buyer"]!["mergedInto"]);
        }

        await service.Send(desk.Manager, HttpMethod.Delete, $"buyer-merges/{merge["id"]}").IsRefused("ALREADY_DECIDED");

        async Task<Guid> BuyerOf(Guid lead) => (await service.Get(desk.Manager, $"leads/{lead}")).Ok["buyerId"]!.GetValue<Guid>();
    }

    [Theory, EachShape]
    public async Task A_persons_data_go_on_request_and_the_history_stays(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        await desk.Show("TK-12");
        (await service.Post(null, $"public/{desk.Code}/requests", Asked("Vogel Wohnen", "eva@vogel.example"))).Expect(HttpStatusCode.NoContent);
        var lead = (await service.Get(desk.Manager, "leads")).Ok["leads"]![0]!;
        var buyer = lead["buyerId"]!.GetValue<Guid>();
        Assert.Equal("Please call Eva.", lead["message"]!.GetValue<string>());
        var contact = (await service.Get(desk.Manager, $"buyers/{buyer}")).Ok["buyer"]!["contacts"]![0]!;
        Assert.Equal(("Eva Vogel", "eva@vogel.example", "2027-01"), (
            contact["name"]!.GetValue<string>(), contact["email"]!.GetValue<string>(), contact["consents"]![0]!["textVersion"]!.GetValue<string>()));
        (await service.Post(desk.Manager, $"buyers/{buyer}/contacts/{contact["id"]}/consents",
            new { purpose = "Inquiry", textVersion = "2027-01", given = false })).Expect(HttpStatusCode.OK);

        (await service.Send(desk.Manager, HttpMethod.Delete, $"buyers/{buyer}/contacts/{contact["id"]}")).Expect(HttpStatusCode.OK);

        var all = (await service.Get(desk.Manager, $"buyers/{buyer}")).Ok.ToJsonString()
            + (await service.Get(desk.Manager, $"leads/{lead["id"]}")).Ok.ToJsonString();
        Assert.DoesNotContain("Eva", all, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, (await service.Get(desk.Manager, $"buyers/{buyer}")).Ok["buyer"]!["contacts"]![0]!["consents"]!.AsArray().Count);
        Assert.NotEmpty((await service.Get(desk.Manager, $"leads/{lead["id"]}")).Ok["history"]!.AsArray());
    }

    [Theory, EachShape]
    public async Task A_link_counts_views_until_it_is_revoked(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var buyer = Id(await service.Post(desk.Manager, "buyers", new { name = "Nordhaus" }));
        var made = (await service.Post(desk.Manager, $"buyers/{buyer}/links", new { label = "Letter", days = 30 })).Expect(HttpStatusCode.Created);
        var token = made["token"]!.GetValue<string>();
        Assert.Equal($"/c/{desk.Code}/catalogue?b={token}", $"{made["page"]}");
        foreach (var item in (string?[])["TK-12", "TK-12", null, "no product"])
        {
            (await service.Post(null, $"public/{desk.Code}/visits", new { token, item })).Expect(HttpStatusCode.NoContent);
        }

        (await service.Post(null, $"public/{desk.Code}/visits", new { token = "wrong", item = "TK-12" })).Expect(HttpStatusCode.NoContent);
        await service.Post(null, "public/OTHER/visits", new { token, item = "TK-12" }).IsNotFound();

        var link = (await service.Get(desk.Manager, $"buyers/{buyer}/links")).Ok[0]!;
        Assert.Equal((4, 1, 2), (link["views"]!.GetValue<int>(), link["items"]!.AsArray().Count, link["items"]![0]!["views"]!.GetValue<int>()));
        Assert.DoesNotContain(token, link.ToJsonString(), StringComparison.Ordinal);
        (await service.Send(desk.Manager, HttpMethod.Delete, $"buyer-links/{link["id"]}")).Expect(HttpStatusCode.OK);
        (await service.Post(null, $"public/{desk.Code}/visits", new { token })).Expect(HttpStatusCode.NoContent);
        Assert.Equal(4, (await service.Get(desk.Manager, $"buyers/{buyer}/links")).Ok[0]!["views"]!.GetValue<int>());
    }

    internal static JsonObject Asked(string company, string email) => new()
    {
        ["company"] = company, ["name"] = "Eva Vogel", ["email"] = email, ["country"] = "DE", ["productCodes"] = new JsonArray("TK-12"),
        ["message"] = "Please call Eva.", ["consent"] = true, ["consentTextVersion"] = "2027-01",
    };

    private static Guid Id(Answer answer) => answer.Read<JsonNode>()["id"]!.GetValue<Guid>();
}
