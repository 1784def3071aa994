using ExportConsortia.Contracts;

namespace ExportConsortia.Membership.Tests;

public sealed class ConsortiaTests(Stores stores)
{
    [Theory, EachStore]
    public async Task A_founded_consortium_has_a_manager_a_rulebook_and_is_announced(Store store)
    {
        var installation = await stores.On(store);
        var vtf = await installation.Found();

        var told = await installation.Hears<ConsortiumFounded>("others hear of the consortium", vtf.Id, _ => true);
        Assert.Equal((vtf.Code, "USD", "Asia/Vientiane"), (told.Code, told.BaseCurrency, told.TimeZone));
        var rulebook = await installation.Hears<RulebookVersionActivated>("others hear of its rulebook", vtf.Id, r => r.Version == 1);
        Assert.Equal(new AllocationRule { ProductFamily = "*" }, Assert.Single(rulebook.Allocation));
        Assert.Equal(vtf.Id.ToString(), vtf.Manager.Claims["consortium"]!.GetValue<string>());
        Assert.Equal("ConsortiumManager", vtf.Manager.Claims["role"]!.GetValue<string>());
    }

    [Theory, EachStore]
    public async Task Every_wrong_field_is_named_at_once(Store store)
    {
        var installation = await stores.On(store);
        var answer = await installation.Operator.Post("consortia", new
        {
            code = "no blanks", name = "", baseCurrency = "dollars", timeZone = "Mars/Olympus", manager = new { email = "nobody", password = "short" },
        });

        answer.ExpectProblem(400, "INVALID_INPUT");
        Assert.Equal(["baseCurrency", "code", "manager.email", "manager.password", "name", "timeZone"], answer.WrongFields);
    }

    [Theory, EachStore]
    public async Task A_code_and_an_email_address_are_taken_once(Store store)
    {
        var installation = await stores.On(store);
        var vtf = await installation.Found();

        (await Found(vtf.Code, "else@else.example")).ExpectProblem(409, "CODE_TAKEN");
        (await Found(installation.Name("C"), vtf.Manager.Email.ToUpperInvariant())).ExpectProblem(409, "EMAIL_TAKEN");

        Task<Answer> Found(string code, string email) => installation.Operator.Post("consortia", new
        {
            code, name = "Another", baseCurrency = "EUR", timeZone = "Europe/Rome", manager = new { email, password = Installation.Password },
        });
    }

    [Theory, EachStore]
    public async Task A_hundred_at_once_with_one_key_found_one_consortium(Store store)
    {
        var installation = await stores.On(store);
        var code = installation.Name("C");
        var request = new { code, name = "One", baseCurrency = "USD", timeZone = "UTC", manager = new { email = $"m@{code}.example", password = Installation.Password } };

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => installation.Operator.Post("consortia", request, key: code)));

        Assert.All(answers, a => a.Expect(HttpStatusCode.Created));
        var id = Guid.Parse(Assert.Single(answers.Select(a => a.Body["id"]!.GetValue<string>()).Distinct()));
        Assert.Equal(99, answers.Count(a => a.Replayed));
        await installation.Hears<ConsortiumFounded>("others hear of it", id, _ => true);
        Assert.Single((await installation.Operator.Get("consortia")).Body.AsArray(), c => c!["code"]!.GetValue<string>() == code);
    }

    [Theory, EachStore]
    public async Task Simultaneous_requests_without_a_key_for_one_code_found_one(Store store)
    {
        var installation = await stores.On(store);
        var code = installation.Name("C");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => installation.Operator.Post("consortia", new
        {
            code, name = "One", baseCurrency = "USD", timeZone = "UTC", manager = new { email = $"m{i}@{code}.example", password = Installation.Password },
        })));

        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.Equal(9, answers.Count(a => a.Code == "CODE_TAKEN"));
    }

    [Theory, EachStore]
    public async Task The_operator_sees_consortia_but_no_member_data(Store store)
    {
        var installation = await stores.On(store);
        var vtf = await installation.Found();
        var firm = await vtf.Admit();

        (await installation.Operator.Get($"consortia/{vtf.Id}")).Expect(HttpStatusCode.OK);
        (await installation.Operator.Get("members")).ExpectProblem(403, "NOT_ALLOWED");
        (await installation.Operator.Get("capacity-declarations")).ExpectProblem(403, "NOT_ALLOWED");
        (await installation.Operator.Get("rulebook-versions")).ExpectProblem(403, "NOT_ALLOWED");
        (await installation.Operator.Get($"members/{firm.Id}")).ExpectProblem(404, "NOT_FOUND");
        (await installation.Operator.Get($"members/{firm.Id}/capabilities")).ExpectProblem(404, "NOT_FOUND");
    }

    [Theory, EachStore]
    public async Task A_consortium_knows_nothing_of_another(Store store)
    {
        var installation = await stores.On(store);
        var (ours, theirs) = (await installation.Found(), await installation.Found());
        var firm = await theirs.Admit();
        var user = await firm.OpenUser();
        foreach (var path in (string[])[$"consortia/{theirs.Id}", $"members/{firm.Id}", $"members/{firm.Id}/capabilities", $"accounts/{user.Id}"])
        {
            (await ours.Manager.Get(path)).ExpectProblem(404, "NOT_FOUND");
        }

        foreach (var path in (string[])[$"members/{firm.Id}/activation", $"members/{firm.Id}/reinstatement", $"members/{firm.Id}/departure", $"accounts/{user.Id}/lock", $"accounts/{user.Id}/unlock"])
        {
            (await ours.Manager.Post(path)).ExpectProblem(404, "NOT_FOUND");
        }

        (await ours.Manager.Post($"members/{firm.Id}/suspension", new { reason = "envy" })).ExpectProblem(404, "NOT_FOUND");
        (await ours.Manager.Put($"members/{firm.Id}/capabilities", new { capabilities = Array.Empty<object>() }, "\"0\"")).ExpectProblem(404, "NOT_FOUND");
        (await ours.Manager.Post("capacity-declarations", new { memberId = firm.Id, productFamily = "chairs", from = "2026-01-01", to = "2026-02-01", quantity = 1 }))
            .ExpectProblem(404, "NOT_FOUND");
        (await ours.Manager.Post("accounts", new { email = "spy@spy.example", password = Installation.Password, role = "MemberUser", memberId = firm.Id }))
            .ExpectProblem(404, "NOT_FOUND");
        foreach (var path in (string[])["consortia", "members", "accounts", "capacity-declarations"])
        {
            var body = (await ours.Manager.Get(path)).Text;
            Assert.DoesNotContain(firm.Id.ToString(), body, StringComparison.Ordinal);
            Assert.DoesNotContain(theirs.Id.ToString(), body, StringComparison.Ordinal);
        }
    }

    [Theory, EachStore]
    public async Task A_token_of_a_members_user_that_names_no_firm_opens_nothing(Store store)
    {
        var vtf = await (await stores.On(store)).Found();
        var firm = await vtf.Admit();
        var user = await firm.OpenUser();
        var stranger = await vtf.Installation.Forge("MemberUser", vtf.Id);

        foreach (var path in (string[])["members", "capacity-declarations", "rulebook-versions"])
        {
            (await stranger.Get(path)).ExpectProblem(403, "NOT_ALLOWED");
        }

        Assert.Empty((await stranger.Get("consortia")).Expect(HttpStatusCode.OK).AsArray());
        Assert.Empty((await stranger.Get("accounts")).Expect(HttpStatusCode.OK).AsArray());
        foreach (var path in (string[])[$"consortia/{vtf.Id}", $"accounts/{user.Id}", $"accounts/{vtf.Manager.Id}", $"members/{firm.Id}", $"members/{firm.Id}/capabilities"])
        {
            (await stranger.Get(path)).ExpectProblem(404, "NOT_FOUND");
        }

        (await stranger.Put($"members/{firm.Id}/capabilities", new { capabilities = Array.Empty<object>() }, "\"0\"")).ExpectProblem(404, "NOT_FOUND");
        (await stranger.Post("capacity-declarations", new { memberId = firm.Id, productFamily = "chairs", from = "2026-01-01", to = "2026-02-01", quantity = 1 }))
            .ExpectProblem(403, "NOT_ALLOWED");
        (await stranger.Upload($"member;family;from;to;quantity\n{firm.Code};chairs;2026-09-01;2026-10-01;1\n")).ExpectProblem(403, "NOT_ALLOWED");
        Assert.Empty((await vtf.Manager.Get("capacity-declarations")).Expect(HttpStatusCode.OK).AsArray());
    }

    [Theory, EachStore]
    public async Task A_role_that_nobody_knows_lets_see_nobodys_account(Store store)
    {
        var vtf = await (await stores.On(store)).Found();

        var stranger = await vtf.Installation.Forge("Visitor", vtf.Id);

        Assert.Empty((await stranger.Get("accounts")).Expect(HttpStatusCode.OK).AsArray());
        (await stranger.Get($"accounts/{vtf.Manager.Id}")).ExpectProblem(404, "NOT_FOUND");
    }

    [Theory, EachStore]
    public async Task Everything_can_be_said_again_with_the_same_versions(Store store)
    {
        var installation = await stores.On(store);
        var vtf = await installation.Found();
        var firm = await vtf.Admit();
        (await vtf.Manager.Put($"members/{firm.Id}/capabilities", new { capabilities = new[] { new { productCode = "TK-12", productName = "Chair", productFamily = "chairs" } } }, "\"0\""))
            .Expect(HttpStatusCode.OK);
        (await vtf.Manager.Post("capacity-declarations", new { memberId = firm.Id, productFamily = "chairs", from = "2026-09-01", to = "2026-10-01", quantity = 5 }))
            .Expect(HttpStatusCode.OK);
        await installation.Hears<CapacityDeclared>("others hear of the capacity", vtf.Id, _ => true);

        var said = (await installation.Operator.Post("republications")).Expect(HttpStatusCode.Accepted);

        Assert.True(said["messages"]!.GetValue<int>() >= 5);
        await Twice<ConsortiumFounded>();
        await Twice<MemberStandingChanged>();
        await Twice<CapacityDeclared>();
        await Servers.Eventually.Holds("capabilities and rulebook are heard again", () =>
            installation.Told<MemberCapabilitiesChanged>(vtf.Id).Count == 2 && installation.Told<RulebookVersionActivated>(vtf.Id).Count == 2);
        (await vtf.Manager.Post("republications")).ExpectProblem(403, "NOT_ALLOWED");

        async Task Twice<T>()
            where T : class
        {
            await Servers.Eventually.Holds($"{typeof(T).Name} is heard again", () => installation.Told<T>(vtf.Id).Count == 2);
            Assert.Equal(installation.Told<T>(vtf.Id)[0], installation.Told<T>(vtf.Id)[1]);
        }
    }
}
