using ExportConsortia.Contracts;

namespace ExportConsortia.Membership.Tests;

public sealed class ConsortiaTests(Installations installations)
{
    [Theory, EachShape]
    public async Task A_founded_consortium_has_a_manager_a_rulebook_and_is_announced(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();

        var published = await installation.UntilPublished<ConsortiumFounded>(m => m.ConsortiumId == vtf.Id);
        Assert.Equal((vtf.Code, "USD", "Asia/Vientiane"), (published.Code, published.BaseCurrency, published.TimeZone));
        var rulebook = await installation.UntilPublished<RulebookVersionActivated>(r => r.ConsortiumId == vtf.Id && r.Version == 1);
        Assert.Equal(new AllocationRule { ProductFamily = "*" }, Assert.Single(rulebook.Allocation));
        Assert.Equal(vtf.Id.ToString(), vtf.Manager.Claims["consortium"]!.GetValue<string>());
        Assert.Equal("ConsortiumManager", vtf.Manager.Claims["role"]!.GetValue<string>());
    }

    [Theory, EachShape]
    public async Task Every_wrong_field_is_named_at_once(Shape shape)
    {
        var installation = await installations.In(shape);
        var answer = await installation.Operator.Post("consortia", new
        {
            code = "no blanks", name = "", baseCurrency = "dollars", timeZone = "Mars/Olympus",
            manager = new { email = "nobody" },
        });

        answer.ExpectProblem(400, "INVALID_INPUT");
        Assert.Equal(["baseCurrency", "code", "manager.email", "name", "timeZone"], answer.WrongFields);
    }

    [Theory, EachShape]
    public async Task Codes_and_email_addresses_are_unique(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();

        (await Found(vtf.Code, "else@else.example")).ExpectProblem(409, "CODE_TAKEN");
        (await Found(installation.Name("C"), vtf.Manager.Email.ToUpperInvariant())).ExpectProblem(409, "EMAIL_TAKEN");

        Task<Answer> Found(string code, string email) => installation.Operator.Post("consortia", new
        {
            code, name = "Another", baseCurrency = "EUR", timeZone = "Europe/Rome", manager = new { email },
        });
    }

    [Theory, EachShape]
    public async Task A_hundred_at_once_with_one_key_found_one_consortium(Shape shape)
    {
        var installation = await installations.In(shape);
        var code = installation.Name("C");
        var manager = new { email = $"m@{code}.example" };
        var request = new { code, name = "One", baseCurrency = "USD", timeZone = "UTC", manager };

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => installation.Operator.Post("consortia", request, key: code)));

        Assert.All(answers, a => a.Expect(HttpStatusCode.Created));
        var id = Guid.Parse(Assert.Single(answers.Select(a => a.Json["id"]!.GetValue<string>()).Distinct()));
        Assert.Equal(99, answers.Count(a => a.Replayed));
        await installation.UntilPublished<ConsortiumFounded>(m => m.ConsortiumId == id);
        Assert.Single((await installation.Operator.Get("consortia")).Json.AsArray(), c => c!["code"]!.GetValue<string>() == code);
    }

    [Theory, EachShape]
    public async Task Simultaneous_requests_without_a_key_found_one_consortium_per_code(Shape shape)
    {
        var installation = await installations.In(shape);
        var code = installation.Name("C");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => installation.Operator.Post("consortia", new
        {
            code, name = "One", baseCurrency = "USD", timeZone = "UTC",
            manager = new { email = $"m{i}@{code}.example" },
        })));

        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.Equal(9, answers.Count(a => a.Code == "CODE_TAKEN"));
    }

    [Theory, EachShape]
    public async Task The_operator_sees_consortia_but_no_member_data(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var firm = await vtf.Admit();

        (await installation.Operator.Get($"consortia/{vtf.Id}")).Expect(HttpStatusCode.OK);
        (await installation.Operator.Get("members")).ExpectProblem(403, "NOT_ALLOWED");
        (await installation.Operator.Get("capacity-declarations")).ExpectProblem(403, "NOT_ALLOWED");
        (await installation.Operator.Get("rulebook-versions")).ExpectProblem(403, "NOT_ALLOWED");
        (await installation.Operator.Get($"members/{firm.Id}")).ExpectProblem(404, "NOT_FOUND");
        (await installation.Operator.Get($"members/{firm.Id}/capabilities")).ExpectProblem(404, "NOT_FOUND");
    }

    [Theory, EachShape]
    public async Task A_consortium_sees_nothing_of_another(Shape shape)
    {
        var installation = await installations.In(shape);
        var (ours, theirs) = (await installation.FoundListing("chairs"), await installation.Found());
        await theirs.List("chairs", "TK-12");
        (await ours.Manager.Get("products/TK-12")).ExpectProblem(404, "NOT_FOUND");
        var firm = await theirs.Admit();
        var user = await firm.OpenUser();
        foreach (var path in (string[])[$"consortia/{theirs.Id}", $"members/{firm.Id}", $"members/{firm.Id}/capabilities", $"accounts/{user.Id}"])
        {
            (await ours.Manager.Get(path)).ExpectProblem(404, "NOT_FOUND");
        }

        foreach (var path in (string[])[$"members/{firm.Id}/activation", $"members/{firm.Id}/reinstatement", $"members/{firm.Id}/departure",
            $"accounts/{user.Id}/lock", $"accounts/{user.Id}/unlock"])
        {
            (await ours.Manager.Post(path)).ExpectProblem(404, "NOT_FOUND");
        }

        (await ours.Manager.Post($"members/{firm.Id}/suspension", new { reason = "envy" })).ExpectProblem(404, "NOT_FOUND");
        (await ours.Manager.Put($"members/{firm.Id}/capabilities", new { capabilities = Array.Empty<object>() }, "\"0\""))
            .ExpectProblem(404, "NOT_FOUND");
        (await ours.Manager.Post("capacity-declarations",
            new { memberId = firm.Id, productFamily = "chairs", from = "2026-01-01", to = "2026-02-01", quantity = 1 }))
            .ExpectProblem(404, "NOT_FOUND");
        (await ours.Manager.Post("invitations", new { email = "spy@spy.example", role = "MemberUser", memberId = firm.Id }))
            .ExpectProblem(404, "NOT_FOUND");
        foreach (var path in (string[])["consortia", "members", "accounts", "invitations", "capacity-declarations"])
        {
            var body = (await ours.Manager.Get(path)).Text;
            Assert.DoesNotContain(firm.Id.ToString(), body, StringComparison.Ordinal);
            Assert.DoesNotContain(theirs.Id.ToString(), body, StringComparison.Ordinal);
        }
    }

    [Theory, EachShape]
    public async Task A_member_users_token_that_names_no_firm_gives_no_access(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();
        var firm = await vtf.Admit();
        var user = await firm.OpenUser();
        var stranger = await vtf.Installation.Forge("MemberUser", vtf.Id);

        foreach (var path in (string[])["members", "capacity-declarations", "rulebook-versions"])
        {
            (await stranger.Get(path)).ExpectProblem(403, "NOT_ALLOWED");
        }

        Assert.Empty((await stranger.Get("consortia")).Expect(HttpStatusCode.OK).AsArray());
        Assert.Empty((await stranger.Get("accounts")).Expect(HttpStatusCode.OK).AsArray());
        foreach (var path in (string[])[$"consortia/{vtf.Id}", $"accounts/{user.Id}", $"accounts/{vtf.Manager.Id}", $"members/{firm.Id}",
            $"members/{firm.Id}/capabilities"])
        {
            (await stranger.Get(path)).ExpectProblem(404, "NOT_FOUND");
        }

        (await stranger.Put($"members/{firm.Id}/capabilities", new { capabilities = Array.Empty<object>() }, "\"0\""))
            .ExpectProblem(404, "NOT_FOUND");
        (await stranger.Post("capacity-declarations",
            new { memberId = firm.Id, productFamily = "chairs", from = "2026-01-01", to = "2026-02-01", quantity = 1 }))
            .ExpectProblem(403, "NOT_ALLOWED");
        (await stranger.Upload($"member;family;from;to;quantity\n{firm.Code};chairs;2026-09-01;2026-10-01;1\n")).ExpectProblem(403, "NOT_ALLOWED");
        Assert.Empty((await vtf.Manager.Get("capacity-declarations")).Expect(HttpStatusCode.OK).AsArray());
    }

    [Theory, EachShape]
    public async Task An_unknown_role_gives_access_to_no_account(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();

        var stranger = await vtf.Installation.Forge("Visitor", vtf.Id);

        Assert.Empty((await stranger.Get("accounts")).Expect(HttpStatusCode.OK).AsArray());
        (await stranger.Get($"accounts/{vtf.Manager.Id}")).ExpectProblem(404, "NOT_FOUND");
    }

    [Theory, EachShape]
    public async Task A_republication_is_a_snapshot_of_a_new_epoch(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var firm = await vtf.Admit();
        await vtf.List("chairs", "TK-12");
        var capabilities = new[] { new { productCode = "TK-12" } };
        (await vtf.Manager.Put($"members/{firm.Id}/capabilities", new { capabilities }, "\"0\"")).Expect(HttpStatusCode.OK);
        var declaration = new { memberId = firm.Id, productFamily = "chairs", from = "2026-09-01", to = "2026-10-01", quantity = 5 };
        (await vtf.Manager.Post("capacity-declarations", declaration)).Expect(HttpStatusCode.OK);
        var declared = await installation.UntilPublished<CapacityDeclared>(m => m.ConsortiumId == vtf.Id);
        (await vtf.Manager.Put("consortium/party", new { legalName = "Teak" }, "\"0\"")).Expect(HttpStatusCode.OK);

        var republished = (await installation.Operator.Post("republications")).Expect(HttpStatusCode.Accepted);

        Assert.True(republished["messages"]!.GetValue<int>() >= 4);
        var roster = await installation.UntilPublished<RosterSnapshot>(m => m.ConsortiumId == vtf.Id);
        Assert.Equal((1, 1, vtf.Code, "Teak"), (roster.Part, roster.Parts, roster.Founded?.Code, roster.Party?.Party.LegalName));
        Assert.Equal((firm.Id, "Active", 1L), Assert.Single(roster.Standings.Select(s => (s.MemberId, s.Standing, s.Version))));
        Assert.Equal("TK-12", Assert.Single(Assert.Single(roster.Capabilities).Capabilities).ProductCode);
        Assert.Equal(1, Assert.Single(roster.Rulebooks).Version);
        var products = await installation.UntilPublished<ProductsSnapshot>(m => m.ConsortiumId == vtf.Id && m.Epoch == roster.Epoch);
        Assert.Equal(("TK-12", 1L), Assert.Single(products.Products.Select(p => (p.ProductCode, p.Version))));
        var capacity = await installation.UntilPublished<CapacitySnapshot>(m => m.ConsortiumId == vtf.Id && m.Epoch == roster.Epoch);
        var family = Assert.Single(capacity.Families);
        Assert.Equal((firm.Id, "chairs", "C62"), (family.MemberId, family.ProductFamily, family.Unit));
        var period = Assert.Single(family.Periods);
        Assert.Equal(new PeriodCapacity(declared.DeclarationId, declared.From, declared.To, 5, 1, period.DeclaredAt), period);
        Assert.Equal(declared.OccurredAt, period.DeclaredAt, TimeSpan.FromMilliseconds(1));
        var listed = await installation.UntilPublished<ConsortiaListed>(m => m.Epoch == roster.Epoch);
        Assert.Contains(vtf.Id, listed.Consortia);

        (await installation.Operator.Post("republications")).Expect(HttpStatusCode.Accepted);
        await installation.UntilPublished<RosterSnapshot>(m => m.ConsortiumId == vtf.Id && m.Epoch > roster.Epoch);
        (await vtf.Manager.Post("republications")).ExpectProblem(403, "NOT_ALLOWED");
    }
}
