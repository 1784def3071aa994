using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Membership.Tests;

/// <summary>A session whose refresh token stays the same, and the sessions of a person's own account.</summary>
public sealed class WebSessionTests(Installations installations)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory, EachShape]
    public async Task A_web_session_keeps_its_refresh_token_which_replicas_can_use_at_the_same_moment(Shape shape)
    {
        var data = installations.NewData(shape);
        await using var installation = installations.On(data);
        await installation.Start();
        var vtf = await installation.Found();
        await using var replica = installations.On(data);
        await replica.Start();
        Installation[] replicas = [installation, replica];
        var person = await installation.SignInToWeb(vtf.Manager.Email);
        replicas.ToList().ForEach(r => r.Clock.MoveOn(2 * Hour));   // it is time to note the use

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Refresh(replicas[i % 2], person.RefreshToken)));

        Assert.All(answers, a => Assert.Equal(person.RefreshToken, a.Expect(HttpStatusCode.OK)["refreshToken"]!.GetValue<string>()));
        Assert.All(answers.Index(), a => Assert.NotEmpty(new User(replicas[a.Index % 2], a.Item.Json).Claims["jti"]!.GetValue<string>()));
        (await new User(replica, answers[^1].Json).Get("members")).Expect(HttpStatusCode.OK);
        (await Refresh(installation, person.RefreshToken)).Expect(HttpStatusCode.OK);
    }

    [Theory, EachShape]
    public async Task A_web_session_lasts_14_days_after_its_last_use_and_at_most_90(Shape shape)
    {
        await using var installation = await installations.Fresh(shape);
        var vtf = await installation.Found();
        var (used, unused) = (await installation.SignInToWeb(vtf.Manager.Email), await installation.SignInToWeb(vtf.Manager.Email));
        var opened = installation.Clock.Now();

        for (var day = 13; day < 90; day += 13)
        {
            installation.Clock.MoveOn(TimeSpan.FromDays(13));
            var until = (await Refresh(installation, used.RefreshToken)).Expect(HttpStatusCode.OK)["refreshExpiresAt"]!.GetValue<DateTime>();
            Assert.InRange(until, opened.AddDays(Math.Min(day + 14, 90)).AddMinutes(-1), opened.AddDays(Math.Min(day + 14, 90)).AddMinutes(2));
        }

        (await Refresh(installation, unused.RefreshToken)).ExpectProblem(401, "TOKEN_ENDED");
        installation.Clock.MoveOn(TimeSpan.FromDays(12));
        (await Refresh(installation, used.RefreshToken)).ExpectProblem(401, "TOKEN_ENDED");
    }

    [Theory, EachShape]
    public async Task The_use_of_a_web_session_is_written_at_most_once_an_hour(Shape shape)
    {
        await using var installation = await installations.Fresh(shape);
        var vtf = await installation.Found();
        var person = await installation.SignInToWeb(vtf.Manager.Email);
        var opened = await Noted();

        installation.Clock.MoveOn(Hour - TimeSpan.FromMinutes(1));
        (await Refresh(installation, person.RefreshToken)).Expect(HttpStatusCode.OK);
        Assert.Equal(opened, await Noted());
        installation.Clock.MoveOn(TimeSpan.FromMinutes(2));
        var refreshed = new User(installation, (await Refresh(installation, person.RefreshToken)).Expect(HttpStatusCode.OK));
        Assert.True(await Noted() - opened >= Hour);
        var own = (await refreshed.Get("account/sessions")).Expect(HttpStatusCode.OK).AsArray().Single(s => s!["current"]!.GetValue<bool>());
        Assert.Equal((0, 0), (own!["usedAt"]!.GetValue<DateTime>().Minute, own["usedAt"]!.GetValue<DateTime>().Second));   // to the hour

        async Task<DateTime> Noted()
        {
            await using var db = installation.Data.Open<MembershipDb>();
            var session = Guid.Parse(person.Claims["sid"]!.GetValue<string>());
            return await db.Sessions.Where(s => s.Id == session).Select(s => s.UsedAt).SingleAsync();
        }
    }

    [Theory, EachShape]
    public async Task A_web_session_ends_with_sign_out_a_new_password_a_lock_and_the_firms_departure(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var firm = await vtf.Admit();
        var user = await firm.OpenUser();
        var (signedOut, ofFirm) = (await installation.SignInToWeb(user.Email), await installation.SignInToWeb(user.Email));
        (await installation.Anybody.Post("tokens/revocation", new { refreshToken = signedOut.RefreshToken })).Expect(HttpStatusCode.NoContent);
        (await Refresh(installation, signedOut.RefreshToken)).ExpectProblem(401, "TOKEN_ENDED");
        await firm.Leave(user);
        (await Refresh(installation, ofFirm.RefreshToken)).ExpectProblem(401, "TOKEN_ENDED");

        var auditor = await installation.SignInToWeb((await vtf.Open("Auditor")).Email);
        await vtf.LockByTwo(auditor.Id);
        (await Refresh(installation, auditor.RefreshToken)).ExpectProblem(401, "TOKEN_ENDED");
        (await Founded.Unlock(installation.Operator, auditor.Id)).Expect(HttpStatusCode.OK);
        (await Refresh(installation, auditor.RefreshToken)).ExpectProblem(401, "TOKEN_ENDED");

        var again = await installation.SignInToWeb(auditor.Email);
        (await again.Put(
            $"accounts/{again.Id}/password", new { currentPassword = Installation.Password, newPassword = "another passphrase" }))
            .Expect(HttpStatusCode.NoContent);
        (await Refresh(installation, again.RefreshToken)).ExpectProblem(401, "TOKEN_ENDED");
    }

    [Theory, EachShape]
    public async Task A_forged_token_neither_continues_nor_ends_a_web_session(Shape shape)
    {
        var installation = await installations.In(shape);
        var person = await installation.SignInToWeb((await installation.Found()).Manager.Email);
        var forged = person.RefreshToken[..^8] + (person.RefreshToken.EndsWith("AAAAAAAA", StringComparison.Ordinal) ? "BBBBBBBB" : "AAAAAAAA");

        (await Refresh(installation, forged)).ExpectProblem(401, "TOKEN_ENDED");
        (await installation.Anybody.Post("tokens/revocation", new { refreshToken = forged })).Expect(HttpStatusCode.NoContent);

        (await Refresh(installation, person.RefreshToken)).Expect(HttpStatusCode.OK);
    }

    [Theory, EachShape]
    public async Task Only_a_hash_of_the_token_is_stored(Shape shape)
    {
        var installation = await installations.In(shape);
        var person = await installation.SignInToWeb((await installation.Found()).Manager.Email, "Browser");
        await using var db = installation.Data.Open<MembershipDb>();
        var session = Guid.Parse(person.Claims["sid"]!.GetValue<string>());

        var stored = await db.Sessions.SingleAsync(s => s.Id == session);

        Assert.Equal(64, stored.TokenHash.Length);
        Assert.All([stored.TokenHash, stored.FormerHash, stored.UserAgent], text => Assert.NotEqual(person.RefreshToken, text));
    }

    [Theory, EachShape]
    public async Task A_person_sees_the_own_sessions_and_ends_them_one_by_one_or_all_others(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var phone = await installation.SignInToWeb(vtf.Manager.Email, new string('p', 300));
        var desk = await installation.SignInToWeb(vtf.Manager.Email, "Firefox");
        var colleague = await vtf.Open("Auditor");

        var sessions = (await desk.Get("account/sessions")).Expect(HttpStatusCode.OK).AsArray();

        Assert.Equal(3, sessions.Count);
        Assert.Equal(
            [("Api", false, null), ("Web", false, new string('p', 200)), ("Web", true, "Firefox")],
            sessions.Select(s => (Text(s!, "kind")!, s!["current"]!.GetValue<bool>(), Text(s!, "userAgent")))
                .OrderBy(s => s.Item1).ThenBy(s => s.Item2));
        Assert.All(sessions, s => Assert.Equal(s!["openedAt"]!.GetValue<DateTime>(), s!["usedAt"]!.GetValue<DateTime>()));   // never before it
        Assert.DoesNotContain(desk.RefreshToken[24..], sessions.ToJsonString(), StringComparison.Ordinal);
        var onPhone = Text(sessions.Single(s => Text(s!, "userAgent")?[0] == 'p')!, "id");
        (await colleague.Send(HttpMethod.Delete, $"account/sessions/{onPhone}", null)).ExpectProblem(404, "NOT_FOUND");
        (await Refresh(installation, phone.RefreshToken)).Expect(HttpStatusCode.OK);
        (await desk.Send(HttpMethod.Delete, $"account/sessions/{onPhone}", null)).Expect(HttpStatusCode.NoContent);
        (await desk.Send(HttpMethod.Delete, $"account/sessions/{onPhone}", null)).ExpectProblem(404, "NOT_FOUND");
        (await Refresh(installation, phone.RefreshToken)).ExpectProblem(401, "TOKEN_ENDED");
        (await desk.Send(HttpMethod.Delete, "account/sessions/others", null)).Expect(HttpStatusCode.NoContent);
        (await Refresh(installation, vtf.Manager.RefreshToken)).ExpectProblem(401, "TOKEN_ENDED");
        (await Refresh(installation, desk.RefreshToken)).Expect(HttpStatusCode.OK);
        (await Refresh(installation, colleague.RefreshToken)).Expect(HttpStatusCode.OK);
        Assert.True((await desk.Get("account/sessions")).Json.AsArray().Single()!["current"]!.GetValue<bool>());
    }

    [Theory, EachShape]
    public async Task Of_more_than_50_sessions_the_one_unused_for_longest_ends(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var unused = await installation.SignInToWeb(vtf.Manager.Email);
        var refreshed = vtf.Manager.RefreshToken;   // opened before it, used after it
        refreshed = (await Refresh(installation, refreshed)).Expect(HttpStatusCode.OK)["refreshToken"]!.GetValue<string>();
        await using (var db = installation.Data.Open<MembershipDb>())
        {
            var account = await db.Accounts.SingleAsync(a => a.Id == vtf.Manager.Id);
            db.AddRange(Enumerable.Range(0, 48)
                .Select(i => Tokens.Session.Open(account, Tokens.SessionKind.Web, null, installation.Clock.Now(), out _)));
            await db.SaveChangesAsync();
        }

        (await Refresh(installation, unused.RefreshToken)).Expect(HttpStatusCode.OK);
        var last = await installation.SignInToWeb(vtf.Manager.Email);

        (await Refresh(installation, unused.RefreshToken)).ExpectProblem(401, "TOKEN_ENDED");

        Assert.Equal(50, (await last.Get("account/sessions")).Json.AsArray().Count);
        (await Refresh(installation, refreshed)).Expect(HttpStatusCode.OK);
    }

    [Theory, EachShape]
    public async Task The_own_account_says_what_a_page_needs(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found("Europe/Paris");
        var firm = await vtf.Admit();
        var user = await firm.OpenUser(sales: true);

        var account = (await user.Get("account")).Expect(HttpStatusCode.OK);

        Assert.Equal(
            (user.Id.ToString(), user.Email, user.Email, "MemberUser", null, null),
            (Text(account, "id"), Text(account, "email"), Text(account, "name"), Text(account, "role"), Text(account, "language"),
                Text(account, "timeZone")));
        Assert.True(account["sales"]!.GetValue<bool>());
        Assert.Equal(
            (vtf.Id.ToString(), vtf.Code, $"Consortium {vtf.Code}", "Europe/Paris"),
            (Text(account["consortium"]!, "id"), Text(account["consortium"]!, "code"), Text(account["consortium"]!, "name"),
                Text(account["consortium"]!, "timeZone")));
        Assert.Equal(
            (firm.Id.ToString(), firm.Code, $"Firm {firm.Code}"),
            (Text(account["member"]!, "id"), Text(account["member"]!, "code"), Text(account["member"]!, "name")));
        var manager = (await vtf.Manager.Get("account")).Expect(HttpStatusCode.OK);
        Assert.Equal((vtf.Code, null, "Noy"), (Text(manager["consortium"]!, "code"), manager["member"], Text(manager, "name")));
        Assert.Null((await installation.Operator.Get("account")).Expect(HttpStatusCode.OK)["consortium"]);
        (await (await installation.Forge("Auditor", vtf.Id)).Get("account")).ExpectProblem(404, "NOT_FOUND");
        (await installation.Anybody.Get("account")).ExpectProblem(401, "NOT_SIGNED_IN");
    }

    [Theory, EachShape]
    public async Task A_person_sets_name_language_and_time_zone_of_the_own_account(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();
        var person = await vtf.Open("Auditor");

        (await person.Put("account", new { name = " Khamla ", language = "FR", timeZone = "Asia/Vientiane" })).Expect(HttpStatusCode.OK);

        var account = (await person.Get("account")).Expect(HttpStatusCode.OK);
        Assert.Equal(("Khamla", "fr", "Asia/Vientiane"), (Text(account, "name"), Text(account, "language"), Text(account, "timeZone")));
        Assert.Equal("Khamla", Text((await vtf.Manager.Get($"accounts/{person.Id}")).Json, "name"));
        foreach (var language in (string[])["", "f", "fr-FR", "francaises", "f1"])
        {
            Assert.Equal(["language"], (await person.Put("account", new { name = "Khamla", language })).WrongFields);
        }

        Assert.Equal(["name", "timeZone"], (await person.Put("account", new { name = " ", timeZone = "Asia/Nowhere" })).WrongFields);
        Assert.Equal("fr", Text((await person.Get("account")).Json, "language"));
        var cleared = (await person.Put("account", new { name = "Khamla" })).Expect(HttpStatusCode.OK);
        Assert.Equal((null, null), (Text(cleared, "language"), Text(cleared, "timeZone")));
    }

    private static string? Text(JsonNode json, string field) => json[field]?.GetValue<string>();

    private static Task<Answer> Refresh(Installation installation, string refreshToken) =>
        installation.Anybody.Post("tokens/refresh", new { refreshToken });
}
