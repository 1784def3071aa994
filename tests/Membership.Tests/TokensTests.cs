namespace ExportConsortia.Membership.Tests;

public sealed class TokensTests(Installations installations)
{
    [Theory, EachShape]
    public async Task A_token_says_who_the_person_is(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();
        var firm = await vtf.Admit();

        var claims = (await firm.OpenUser(sales: true)).Claims;

        Assert.Equal(
            (vtf.Id.ToString(), firm.Id.ToString(), "MemberUser", "true", "http://localhost:8080", "exportconsortia"),
            (Claim("consortium"), Claim("member"), Claim("role"), Claim("sales"), Claim("iss"), Claim("aud")));
        Assert.Equal(900, claims["exp"]!.GetValue<long>() - claims["iat"]!.GetValue<long>());
        Assert.NotEmpty(Claim("jti"));

        string Claim(string name) => claims[name]!.GetValue<string>();
    }

    [Theory, EachShape]
    public async Task Unknown_address_wrong_password_and_locked_account_get_one_answer(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var locked = await vtf.Open("Auditor");
        await vtf.LockByTwo(locked.Id);

        Answer[] answers =
            [await SignIn("nobody@nowhere.example"), await SignIn(vtf.Manager.Email, "not the password"), await SignIn(locked.Email)];

        Assert.All(answers, a => a.ExpectProblem(401, "WRONG_CREDENTIALS"));
        Assert.Single(answers.Select(a => a.Json["detail"]!.GetValue<string>()).Distinct());

        Task<Answer> SignIn(string email, string password = Installation.Password) => installation.Anybody.Post("tokens", new { email, password });
    }

    [Theory, EachShape]
    public async Task Five_wrong_passwords_even_at_once_make_the_network_wait_until_a_manager_unlocks_the_account(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var person = await vtf.Open("Auditor");

        await Task.WhenAll(
            Enumerable.Range(0, 5).Select(_ => installation.Anybody.Post("tokens", new { email = person.Email, password = "not the password" })));
        (await installation.Anybody.Post("tokens", new { email = person.Email, password = Installation.Password }))
            .ExpectProblem(429, "TOO_MANY_ATTEMPTS");
        (await Founded.Unlock(vtf.Manager, person.Id)).Expect(HttpStatusCode.OK);

        await installation.SignIn(person.Email);
    }

    [Theory, EachShape]
    public async Task A_refresh_token_works_once_and_its_reuse_ends_the_session(Shape shape)
    {
        var installation = await installations.Fresh(shape);
        var vtf = await installation.Found();
        var stolen = vtf.Manager.RefreshToken;
        var next = await Refresh(installation, stolen);
        var good = next.Expect(HttpStatusCode.OK)["refreshToken"]!.GetValue<string>();
        installation.Clock.MoveOn(TimeSpan.FromSeconds(11));

        (await Refresh(installation, stolen)).ExpectProblem(401, "TOKEN_REUSED");

        (await Refresh(installation, good)).ExpectProblem(401, "TOKEN_ENDED");
        await installation.DisposeAsync();
    }

    [Theory, EachShape]
    public async Task A_double_click_keeps_the_session(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Refresh(installation, vtf.Manager.RefreshToken)));

        var won = Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Equal(4, answers.Count(a => a.Code == "REFRESHED_ALREADY"));
        (await Refresh(installation, won.Json["refreshToken"]!.GetValue<string>())).Expect(HttpStatusCode.OK);
    }

    [Theory, EachShape]
    public async Task Tokens_are_never_kept_for_an_idempotency_key(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();

        var answers = new[] { await SignIn(), await SignIn() };

        Assert.All(answers, a => Assert.False(a.Replayed));
        Assert.NotEqual(
            answers[0].Expect(HttpStatusCode.OK)["refreshToken"]!.GetValue<string>(),
            answers[1].Json["refreshToken"]!.GetValue<string>());

        Task<Answer> SignIn() => vtf.Manager.Post("tokens", new { email = vtf.Manager.Email, password = Installation.Password }, key: "the same");
    }

    [Theory, EachShape]
    public async Task Sessions_and_tokens_expire(Shape shape)
    {
        var installation = await installations.Fresh(shape);
        var vtf = await installation.Found();

        installation.Clock.MoveOn(TimeSpan.FromMinutes(15));
        (await vtf.Manager.Get("members")).ExpectProblem(401, "NOT_SIGNED_IN");
        var refreshed = (await Refresh(installation, vtf.Manager.RefreshToken)).Expect(HttpStatusCode.OK);
        (await new User(installation, refreshed).Get("members")).Expect(HttpStatusCode.OK);
        installation.Clock.MoveOn(TimeSpan.FromDays(14));
        (await Refresh(installation, refreshed["refreshToken"]!.GetValue<string>())).ExpectProblem(401, "TOKEN_ENDED");
        await installation.DisposeAsync();
    }

    [Theory, EachShape]
    public async Task Signing_out_ends_the_session(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();

        (await installation.Anybody.Post("tokens/revocation", new { refreshToken = vtf.Manager.RefreshToken })).Expect(HttpStatusCode.NoContent);

        (await Refresh(installation, vtf.Manager.RefreshToken)).ExpectProblem(401, "TOKEN_ENDED");
        (await installation.Anybody.Post("tokens/revocation", new { refreshToken = "never was one" })).Expect(HttpStatusCode.NoContent);
    }

    [Theory, EachShape]
    public async Task A_new_password_replaces_the_old_one_and_ends_every_session(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var (person, colleague) = (await vtf.Open("Auditor"), await vtf.Open("Auditor"));
        var path = $"accounts/{person.Id}/password";

        (await colleague.Put(path, new { currentPassword = Installation.Password, newPassword = "another passphrase" }))
            .ExpectProblem(404, "NOT_FOUND");
        Assert.Equal(
            ["currentPassword"],
            (await person.Put(path, new { currentPassword = "wrong", newPassword = "another passphrase" })).WrongFields);
        Assert.Equal(
            ["newPassword"],
            (await person.Put(path, new { currentPassword = Installation.Password, newPassword = "aaaaaaaaaaaa" })).WrongFields);
        (await person.Put(path, new { currentPassword = Installation.Password, newPassword = "another passphrase" }))
            .Expect(HttpStatusCode.NoContent);

        (await Refresh(installation, person.RefreshToken)).ExpectProblem(401, "TOKEN_ENDED");
        (await installation.Anybody.Post("tokens", new { email = person.Email, password = Installation.Password }))
            .ExpectProblem(401, "WRONG_CREDENTIALS");
        await installation.SignIn(person.Email, "another passphrase");
    }

    [Theory, EachShape]
    public async Task A_member_firms_user_is_never_in_the_clean_team(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var firm = await vtf.Admit();
        foreach (var role in (string[])["ConsortiumManager", "Auditor"])
        {
            (await installation.Operator.Post("invitations", new { email = "both@both.example", role, consortiumId = vtf.Id, memberId = firm.Id }))
                .ExpectProblem(409, "CLEAN_TEAM_ONLY");
        }

        var user = await firm.OpenUser();
        await installation.Tamper($"""UPDATE "Accounts" SET "Role" = 'ConsortiumManager' WHERE "Email" = '{user.Email}'""");

        (await installation.Anybody.Post("tokens", new { email = user.Email, password = Installation.Password }))
            .ExpectProblem(403, "CLEAN_TEAM_ONLY");
        (await Refresh(installation, user.RefreshToken)).ExpectProblem(403, "CLEAN_TEAM_ONLY");
    }

    [Theory, EachShape]
    public async Task Users_of_a_firm_that_left_cannot_sign_in(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var firm = await vtf.Admit();
        var user = await firm.OpenUser();

        (await vtf.Manager.Post($"members/{firm.Id}/suspension", new { reason = "Late." })).Expect(HttpStatusCode.OK);
        await installation.SignIn(user.Email);
        await firm.Leave(await vtf.Open("Auditor"));

        (await installation.Anybody.Post("tokens", new { email = user.Email, password = Installation.Password })).ExpectProblem(403, "MEMBER_LEFT");
        (await Refresh(installation, user.RefreshToken)).ExpectProblem(401, "TOKEN_ENDED");
    }

    [Theory, EachShape]
    public async Task An_operator_sees_version_and_readiness_of_the_replica_that_answers(Shape shape)
    {
        var installation = await installations.In(shape);

        var status = (await installation.Operator.Get("status")).Expect(HttpStatusCode.OK);

        Assert.Equal($"{Environment.MachineName}:{Environment.ProcessId}", status["replica"]!.GetValue<string>());
        Assert.Matches("^[0-9]+\\.[0-9]+", status["version"]!.GetValue<string>());
        Assert.True(status["startedAt"]!.GetValue<DateTime>() < installation.Clock.Now());
        Assert.True(status["ready"]!.GetValue<bool>());
        Assert.NotEmpty(status["checks"]!.AsObject());
        Assert.All(status["checks"]!.AsObject(), check => Assert.StartsWith("Healthy", check.Value!.GetValue<string>(), StringComparison.Ordinal));
        (await (await installation.Found()).Manager.Get("status")).ExpectProblem(403, "NOT_ALLOWED");
        (await installation.Anybody.Get("status")).ExpectProblem(401, "NOT_SIGNED_IN");
    }

    [Fact]
    public async Task Nobody_evades_the_limit_of_sign_ins_by_naming_other_addresses_not_even_from_this_machine()
    {
        await using var installation = await installations.Fresh(Shape.Embedded, ("Edge:SignInsPerMinute", "2"));

        // Its own operator signed in first, from the same address.
        (await Try("203.0.113.7")).ExpectProblem(401, "WRONG_CREDENTIALS");
        (await Try("203.0.113.8")).ExpectProblem(429, "TOO_MANY_REQUESTS");

        Task<Answer> Try(string from) => installation.Anybody.Send(
            HttpMethod.Post, "tokens", new { email = "nobody@c.example", password = "" }, ("X-Forwarded-For", from));
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_sign_ins_are_counted_by_the_callers_own_address()
    {
        await using var installation = await installations.Fresh(
            Shape.Embedded, ("Edge:TrustedProxies", "127.0.0.1"), ("Edge:SignInsPerMinute", "1"));

        (await Try("203.0.113.7")).ExpectProblem(401, "WRONG_CREDENTIALS");
        (await Try("203.0.113.7")).ExpectProblem(429, "TOO_MANY_REQUESTS");
        (await Try("203.0.113.8")).ExpectProblem(401, "WRONG_CREDENTIALS");

        Task<Answer> Try(string from) => installation.Anybody.Send(
            HttpMethod.Post, "tokens", new { email = "nobody@c.example", password = "" }, ("X-Forwarded-For", from));
    }

    private static Task<Answer> Refresh(Installation installation, string refreshToken) =>
        installation.Anybody.Post("tokens/refresh", new { refreshToken });
}
