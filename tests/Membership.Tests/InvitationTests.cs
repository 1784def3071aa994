using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Membership.Tests;

/// <summary>Nobody knows another's password, and nobody comes in unseen or by one person's will alone.</summary>
public sealed class InvitationTests(Installations installations)
{
    private const string NewPassword = "another passphrase";

    [Theory, EachShape]
    public async Task A_manager_who_invites_a_firm_can_not_follow_the_link_itself(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var firm = await vtf.Admit();
        (await vtf.Manager.Post("accounts", new { email = Email(vtf), password = NewPassword, role = "MemberUser", memberId = firm.Id }))
            .ExpectProblem(405, "METHOD_NOT_ALLOWED");
        var invited = await Invite(vtf.Manager, new { email = Email(vtf), role = "MemberUser", memberId = firm.Id });
        Assert.Equal("FirmCode", Text(invited, "needs"));

        Assert.Equal(["firmCode"], (await Follow(installation, invited)).WrongFields);
        (await vtf.Manager.Post($"members/{firm.Id}/firm-code")).ExpectProblem(404, "NOT_FOUND");
        Assert.Equal(["firmCode"], (await Follow(installation, invited, "AAAA-BBBB-CCCC-DDDD")).WrongFields);
        // The manager is the first operator's: the two may be one person.
        (await Follow(installation, invited, await Code(installation.Operator, firm))).ExpectProblem(409, "SECOND_PERSON");
        var code = await Code(await installation.SecondOperator(), firm);
        Assert.Equal([firm.Code], (await installation.Operator.Get("firm-codes")).Json.AsArray()
            .Where(f => Text(f!, "memberId") == firm.Id.ToString()).Select(f => Text(f!, "code")));
        (await Follow(installation, invited, code.ToLowerInvariant().Replace('-', ' '))).Expect(HttpStatusCode.OK);

        (await Follow(installation, invited, code)).ExpectProblem(404, "INVITATION_ENDED");
        var user = await installation.SignIn(Text(invited, "email"), NewPassword);
        Assert.Equal(firm.Id.ToString(), user.Claims["member"]!.GetValue<string>());
        Assert.Equal(
            new[] { $"{vtf.Manager.Id}", $"{installation.Operator.Id}" }.Order(), user.Claims["controllers"]!.GetValue<string>().Split(' ').Order());
    }

    [Theory, EachShape]
    public async Task Once_a_firm_has_people_only_they_invite_and_everybody_there_sees_it(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var (firm, other) = (await vtf.Admit(), await vtf.Admit());
        var (user, stranger) = (await firm.OpenUser(), await other.OpenUser());

        var request = new { email = Email(vtf), role = "MemberUser", memberId = firm.Id };
        (await vtf.Manager.Post("invitations", request)).ExpectProblem(409, "FIRM_INVITES");
        (await stranger.Post("invitations", request)).ExpectProblem(404, "NOT_FOUND");
        (await installation.Operator.Post("invitations", new { email = Email(vtf), role = "MemberUser" })).ExpectProblem(400, "INVALID_INPUT");
        Assert.Equal(["role"], (await user.Post("invitations", new { email = Email(vtf), role = "Auditor" })).WrongFields);
        var colleague = await firm.OpenUser();
        var third = await Invite(colleague, new { email = Email(vtf), role = "MemberUser" });

        foreach (var who in (User[])[user, colleague])
        {
            var people = (await who.Get("accounts")).Expect(HttpStatusCode.OK).AsArray();
            Assert.Equal(
                new[] { (user.Email, vtf.Manager.Email), (colleague.Email, user.Email) }.Order(),
                people.Select(p => (Text(p!, "email"), Text(p!["invitedBy"]!, "email"))).Order());
            Assert.Equal([Text(third, "email")], (await who.Get("invitations")).Json.AsArray().Select(i => Text(i!, "email")));
        }

        Assert.Empty((await stranger.Get("invitations")).Json.AsArray());
        (await stranger.Send(HttpMethod.Delete, $"invitations/{Text(third, "id")}", null)).ExpectProblem(404, "NOT_FOUND");
        (await vtf.Manager.Send(HttpMethod.Delete, $"invitations/{Text(third, "id")}", null)).ExpectProblem(409, "NOT_YOURS_TO_DECIDE");
        (await user.Send(HttpMethod.Delete, $"invitations/{Text(third, "id")}", null)).Expect(HttpStatusCode.NoContent);
        (await Follow(installation, third)).ExpectProblem(404, "INVITATION_ENDED");
    }

    [Theory, EachShape]
    public async Task A_consortium_gets_no_manager_and_no_auditor_by_one_persons_will(Shape shape)
    {
        var installation = await installations.In(shape);
        var (vtf, others) = (await installation.Found(), await installation.Found());
        var user = await (await vtf.Admit()).OpenUser();

        // An operator makes itself a manager: not without the manager there is, and all members see it.
        var second = await installation.SecondOperator();
        var byOperator = await Invite(second, new { email = Email(vtf), role = "ConsortiumManager", consortiumId = vtf.Id });
        (await Follow(installation, byOperator)).ExpectProblem(409, "CONSENT_MISSING");
        Assert.Contains(Text(byOperator, "email"), (await user.Get("invitations")).Json.AsArray().Select(i => Text(i!, "email")));
        foreach (var who in (User[])[installation.Operator, second, user])
        {
            (await who.Post($"invitations/{Text(byOperator, "id")}/consent")).ExpectProblem(409, "NOT_YOURS_TO_DECIDE");
        }

        (await others.Manager.Post($"invitations/{Text(byOperator, "id")}/consent")).ExpectProblem(404, "NOT_FOUND");
        (await vtf.Manager.Post($"invitations/{Text(byOperator, "id")}/consent")).Expect(HttpStatusCode.OK);
        (await Follow(installation, byOperator)).Expect(HttpStatusCode.OK);

        // Nor with the consent of a manager whom the operator invited.
        var alone = await Invite(installation.Operator, new { email = Email(vtf), role = "ConsortiumManager", consortiumId = vtf.Id });
        Assert.False((await vtf.Manager.Get("invitations")).Json.AsArray()
            .Single(i => Text(i!, "email") == Text(alone, "email"))!["mayConsent"]!.GetValue<bool>());
        (await vtf.Manager.Post($"invitations/{Text(alone, "id")}/consent")).ExpectProblem(409, "SECOND_PERSON");
        (await Follow(installation, alone)).ExpectProblem(409, "CONSENT_MISSING");

        var byManager = await Invite(vtf.Manager, new { email = Email(vtf), role = "ConsortiumManager" });
        (await vtf.Manager.Post($"invitations/{Text(byManager, "id")}/consent")).ExpectProblem(409, "NOT_YOURS_TO_DECIDE");
        (await installation.Operator.Post($"invitations/{Text(byManager, "id")}/consent")).ExpectProblem(409, "SECOND_PERSON");
        (await second.Send(HttpMethod.Delete, $"invitations/{Text(byManager, "id")}", null)).Expect(HttpStatusCode.NoContent);
        (await Follow(installation, byManager)).ExpectProblem(404, "INVITATION_ENDED");

        // Auditors come from outside.
        Assert.Equal(["role"], (await vtf.Manager.Post("invitations", new { email = Email(vtf), role = "Auditor" })).WrongFields);
        Assert.Equal(["role"], (await vtf.Manager.Post("invitations", new { email = Email(vtf), role = "Operator" })).WrongFields);
        Assert.Equal(["memberId"], (await vtf.Manager.Post("invitations", new { email = Email(vtf), role = "MemberUser" })).WrongFields);
        Assert.Equal(
            ["consortiumId"], (await installation.Operator.Post("invitations", new { email = Email(vtf), role = "Auditor" })).WrongFields);
        await vtf.Open("Auditor");
    }

    [Theory, EachShape]
    public async Task When_no_manager_is_left_a_member_firm_consents_to_the_next_one(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var user = await (await vtf.Admit()).OpenUser();
        await vtf.LockByTwo(vtf.Manager.Id);
        var own = await Invite(installation.Operator, new { email = Email(vtf), role = "ConsortiumManager", consortiumId = vtf.Id });
        // The manager who opened the firm was that operator's: so the firm may be, too.
        (await user.Post($"invitations/{Text(own, "id")}/consent")).ExpectProblem(409, "SECOND_PERSON");

        var next = await Invite(
            await installation.SecondOperator(), new { email = Email(vtf), role = "ConsortiumManager", consortiumId = vtf.Id });

        Assert.Equal("Member", Text(next, "needs"));
        (await Follow(installation, next)).ExpectProblem(409, "CONSENT_MISSING");
        (await user.Post($"invitations/{Text(next, "id")}/consent")).Expect(HttpStatusCode.OK);
        (await Follow(installation, next)).Expect(HttpStatusCode.OK);
    }

    [Theory, EachShape]
    public async Task A_forgotten_password_costs_no_address_and_its_owner_sees_who_helped(Shape shape)
    {
        var installation = await installations.Fresh(shape);
        var vtf = await installation.Found();
        var firm = await vtf.Admit();
        var user = await firm.OpenUser();

        // The only one with access forgot the password: the manager and the firm's code, from an operator who isn't behind the manager.
        (await user.Post($"accounts/{user.Id}/password-invitation")).ExpectProblem(409, "OWN_ACCOUNT");
        (await installation.Operator.Post($"accounts/{user.Id}/password-invitation")).ExpectProblem(404, "NOT_FOUND");
        var invited = (await vtf.Manager.Post($"accounts/{user.Id}/password-invitation")).Expect(HttpStatusCode.Created);
        Assert.Equal(["firmCode"], (await Follow(installation, invited)).WrongFields);
        (await Follow(installation, invited, await Code(installation.Operator, firm))).ExpectProblem(409, "SECOND_PERSON");
        Assert.Single((await user.Get("invitations")).Json.AsArray(), i => i!["mayWithdraw"]!.GetValue<bool>());
        // Somebody signed in a moment ago: for a day they can withdraw it.
        var code = await Code(await installation.SecondOperator(), firm);
        (await Follow(installation, invited, code)).ExpectProblem(409, "STILL_USED");
        installation.Clock.MoveOn(TimeSpan.FromHours(24));
        (await Follow(installation, invited, code)).Expect(HttpStatusCode.OK);

        (await installation.Anybody.Post("tokens/refresh", new { refreshToken = user.RefreshToken })).ExpectProblem(401, "TOKEN_ENDED");
        var again = await installation.SignIn(user.Email, NewPassword);
        var own = (await again.Get("account")).Expect(HttpStatusCode.OK);
        Assert.Equal((user.Id.ToString(), vtf.Manager.Email), (Text(own, "id"), Text(own["newPasswordBy"]!, "email")));
        var next = await Invite(again, new { email = Email(vtf), role = "MemberUser" });
        (await Follow(installation, next)).Expect(HttpStatusCode.OK);
        var colleague = await installation.SignIn(Text(next, "email"), NewPassword);
        (await (await installation.SignIn(vtf.Manager.Email)).Post($"accounts/{user.Id}/password-invitation")).ExpectProblem(409, "FIRM_INVITES");

        // Whoever sends the link could follow it: the two count as one person from now on.
        Assert.DoesNotContain(colleague.Id.ToString(), again.Claims["controllers"]!.GetValue<string>(), StringComparison.Ordinal);
        (await Follow(installation, (await colleague.Post($"accounts/{user.Id}/password-invitation")).Expect(HttpStatusCode.Created)))
            .Expect(HttpStatusCode.OK);
        Assert.Contains(
            colleague.Id.ToString(), (await installation.SignIn(user.Email, NewPassword)).Claims["controllers"]!.GetValue<string>(),
            StringComparison.Ordinal);
        await installation.DisposeAsync();
    }

    [Theory, EachShape]
    public async Task Links_that_needed_nobody_need_a_manager_once_there_is_one(Shape shape)
    {
        var installation = await installations.In(shape);
        var code = installation.Name("C");
        var (real, stocked) = await Stock($"real@{code}.example", code);
        Assert.Equal("Nobody", Text(stocked, "needs"));
        _ = await Invited.FollowAsync(installation.Anybody.Ask, real, Installation.Password);

        (await Follow(installation, stocked)).ExpectProblem(409, "CONSENT_MISSING");
        var manager = await installation.SignIn($"real@{code}.example");
        var listed = Assert.Single((await manager.Get("invitations")).Expect(HttpStatusCode.OK).AsArray())!;
        Assert.Equal(("Manager", true), (Text(listed, "needs"), listed["mayWithdraw"]!.GetValue<bool>()));
        (await manager.Send(HttpMethod.Delete, $"invitations/{Text(stocked, "id")}", null)).Expect(HttpStatusCode.NoContent);
        (await Follow(installation, stocked)).ExpectProblem(404, "INVITATION_ENDED");

        // Both at the same moment: one of them is the first manager.
        var other = installation.Name("C");
        var (one, another) = await Stock($"real@{other}.example", other);
        var answers = await Task.WhenAll(Follow(installation, one), Follow(installation, another));
        Assert.Equal(["CONSENT_MISSING", null], answers.Select(a => a.Status == HttpStatusCode.OK ? null : a.Code).OrderDescending());

        async Task<(JsonNode, JsonNode)> Stock(string email, string of)
        {
            var founded = (await installation.Operator.Post("consortia", new
            {
                code = of, name = of, baseCurrency = "USD", timeZone = "Asia/Vientiane", manager = new { email },
            })).Expect(HttpStatusCode.Created);
            var request = new { email = $"own@{of}.example", role = "ConsortiumManager", consortiumId = founded["id"]!.GetValue<Guid>() };
            return (founded["manager"]!, await Invite(installation.Operator, request));
        }
    }

    [Theory, EachShape]
    public async Task No_operator_takes_over_an_auditor_or_another_operator_by_a_new_password(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var (user, auditor, second) = (await (await vtf.Admit()).OpenUser(), await vtf.Open("Auditor"), await installation.SecondOperator());

        var ofOperator = (await installation.Operator.Post($"accounts/{second.Id}/password-invitation")).Expect(HttpStatusCode.Created);
        (await Follow(installation, ofOperator)).ExpectProblem(409, "CONSENT_MISSING");
        (await installation.Operator.Post($"invitations/{Text(ofOperator, "id")}/consent")).ExpectProblem(409, "NOT_YOURS_TO_DECIDE");
        (await second.Send(HttpMethod.Delete, $"invitations/{Text(ofOperator, "id")}", null)).Expect(HttpStatusCode.NoContent);

        var alone = (await installation.Operator.Post($"accounts/{auditor.Id}/password-invitation")).Expect(HttpStatusCode.Created);
        (await Follow(installation, alone)).ExpectProblem(409, "CONSENT_MISSING");
        (await vtf.Manager.Post($"invitations/{Text(alone, "id")}/consent")).ExpectProblem(409, "SECOND_PERSON");
        (await vtf.Manager.Send(HttpMethod.Delete, $"invitations/{Text(alone, "id")}", null)).Expect(HttpStatusCode.NoContent);
        var invited = (await second.Post($"accounts/{auditor.Id}/password-invitation")).Expect(HttpStatusCode.Created);
        Assert.Equal("Manager", Text(invited, "needs"));
        (await vtf.Manager.Post($"invitations/{Text(invited, "id")}/consent")).Expect(HttpStatusCode.OK);
        (await Follow(installation, invited)).Expect(HttpStatusCode.OK);

        var seen = (await user.Get("consortium/managers")).Json.AsArray().Single(m => Text(m!, "email") == auditor.Email)!;
        Assert.Equal(second.Email, Text(seen["newPasswordBy"]!, "email"));
        Assert.NotNull(seen["newPasswordAt"]);
    }

    [Theory, EachShape]
    public async Task Whoever_is_locked_leaves_no_link_that_leads_anywhere(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var (firm, other) = (await vtf.Admit(), await vtf.Admit());
        var (second, third) = (await vtf.Open("ConsortiumManager"), await vtf.Open("ConsortiumManager"));
        var byLocked = await Invite(second, new { email = Email(vtf), role = "MemberUser", memberId = firm.Id });
        var inFlight = await Invite(third, new { email = Email(vtf), role = "MemberUser", memberId = other.Id });

        await vtf.LockByTwo(second.Id);   // no operator sees the invitation
        // What was on its way while its author was locked.
        await installation.Tamper($"""UPDATE "Accounts" SET "LockedAt" = '2026-01-01 00:00:00' WHERE "Email" = '{third.Email}'""");

        (await Follow(installation, byLocked, await Code(installation.Operator, firm))).ExpectProblem(404, "INVITATION_ENDED");
        (await Follow(installation, inFlight, await Code(installation.Operator, other))).ExpectProblem(404, "INVITATION_ENDED");
    }

    [Theory, EachShape]
    public async Task An_installation_with_one_operator_can_begin(Shape shape)
    {
        var installation = await installations.Fresh(shape, ("Membership:SecondOperator:Email", ""));
        var vtf = await installation.Found();
        var firm = await vtf.Admit();
        var invited = await Invite(vtf.Manager, new { email = Email(vtf), role = "MemberUser", memberId = firm.Id });
        (await Follow(installation, invited, await Code(installation.Operator, firm))).Expect(HttpStatusCode.OK);

        var next = await Invite(installation.Operator, new { email = Email(vtf), role = "ConsortiumManager", consortiumId = vtf.Id });
        (await Follow(installation, next)).ExpectProblem(409, "CONSENT_MISSING");
        (await installation.Operator.Post($"invitations/{Text(next, "id")}/consent")).ExpectProblem(409, "NOT_YOURS_TO_DECIDE");
        (await vtf.Manager.Post($"invitations/{Text(next, "id")}/consent")).Expect(HttpStatusCode.OK);
        (await Follow(installation, next)).Expect(HttpStatusCode.OK);
        await installation.DisposeAsync();
    }

    [Theory, EachShape]
    public async Task A_link_is_good_for_one_account_and_seven_days_and_only_its_hash_is_kept(Shape shape)
    {
        var installation = await installations.Fresh(shape);
        var vtf = await installation.Found();
        var second = await installation.SecondOperator();
        var request = new { email = Email(vtf), role = "Auditor", consortiumId = vtf.Id };
        var (lost, invited) = (await Invite(second, request), await Invite(second, request));
        var secret = Text(invited, "secret");
        await using (var db = installation.Data.Open<MembershipDb>())
        {
            Assert.DoesNotContain(
                await db.Invitations.Select(i => i.SecretHash).ToListAsync(), hash => hash.Contains(secret, StringComparison.Ordinal));
        }

        (await Follow(installation, lost)).ExpectProblem(404, "INVITATION_ENDED");
        Assert.Equal("Auditor", Text((await installation.Anybody.Get($"invitations/{secret}")).Expect(HttpStatusCode.OK), "role"));
        Assert.Equal(["password"], (await installation.Anybody.Post("invitations/acceptance", new { secret, password = "short" })).WrongFields);
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Follow(installation, invited)));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        // Whether an address has an account learns only who follows a link, and the one who made it leaves a trace.
        (await Follow(installation, await Invite(second, request))).ExpectProblem(409, "EMAIL_TAKEN");
        await Eventually.Holds("the try is traced", async () => (await Traces(vtf.Manager))
            .Exists(t => t.What == "EMAIL_TAKEN" && t.Author == second.Id));

        var late = await Invite(second, new { email = Email(vtf), role = "Auditor", consortiumId = vtf.Id });
        installation.Clock.MoveOn(TimeSpan.FromDays(7));
        (await Follow(installation, late)).ExpectProblem(404, "INVITATION_ENDED");
        (await installation.Anybody.Get($"invitations/{Text(late, "secret")}")).ExpectProblem(404, "INVITATION_ENDED");
        await installation.DisposeAsync();
    }

    [Theory, EachShape]
    public async Task Everything_is_traced_with_author_and_reason(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var firm = await vtf.Admit();
        var user = await firm.OpenUser();
        var (auditor, stranger) = (await vtf.Open("Auditor"), await (await vtf.Admit()).OpenUser());
        (await vtf.Manager.Post($"members/{firm.Id}/suspension", new { reason = "Late." })).Expect(HttpStatusCode.OK);
        for (var i = 0; i < 3; i++)
        {
            (await user.Get($"members/{Guid.CreateVersion7()}")).ExpectProblem(404, "NOT_FOUND");
        }

        await Eventually.Holds("the foreign ids are one trace with a count", async () => (await Traces(auditor))
            .Exists(t => t == ("FOREIGN_ID", user.Id, null, null, 3)));
        var traces = await Traces(auditor);
        Assert.Contains(traces, t => t == ("MEMBER_SUSPENDED", vtf.Manager.Id, firm.Id, "Late.", 1));
        Assert.Contains(traces, t => t == ("ACCOUNT_OPENED", user.Id, user.Id, $"MemberUser {user.Email}", 1));
        var second = await installation.SecondOperator();
        Assert.Contains(traces, t => t == ("FIRM_CODE_MADE", second.Id, firm.Id, null, 1));
        Assert.Empty(traces.Where(t => t.Author == vtf.Manager.Id).Except(await Traces(vtf.Manager)));
        var ofFirm = await Traces(user);
        Assert.Contains(ofFirm, t => t == ("MEMBER_SUSPENDED", vtf.Manager.Id, firm.Id, "Late.", 1));
        Assert.Contains(ofFirm, t => t == ("FIRM_CODE_MADE", second.Id, firm.Id, null, 1));
        Assert.DoesNotContain(ofFirm, t => t.What == "FOREIGN_ID");
        Assert.DoesNotContain(await Traces(stranger), t => t.About == firm.Id || t.About == user.Id);
        // Operators see what operators did, and nothing of firms.
        var ofOperators = await Traces(installation.Operator);
        Assert.Contains(ofOperators, t => t == ("FIRM_CODE_MADE", second.Id, firm.Id, null, 1));
        Assert.DoesNotContain(ofOperators, t => t.Author == vtf.Manager.Id || t.Author == user.Id || t.Author == auditor.Id);
        Assert.DoesNotContain(await Traces((await installation.Found()).Manager), t => t.Author == user.Id);
    }

    private static async Task<List<(string What, Guid Author, Guid? About, string? Reason, int Count)>> Traces(User who) =>
    [
        .. (await who.Get("traces?limit=200")).Expect(HttpStatusCode.OK)["traces"]!.AsArray().Select(t => (
            Text(t!, "what"), t!["authorId"]!.GetValue<Guid>(), t["aboutId"]?.GetValue<Guid>(), t["reason"]?.GetValue<string>(),
            t["count"]!.GetValue<int>())),
    ];

    /// <summary>Waits until a person's access token is refused.</summary>
    internal static Task Ended(User person) => Eventually.Holds(
        "the access token is refused", async () => (await person.Get("account")) is { Status: HttpStatusCode.Unauthorized, Code: "TOKEN_ENDED" });

    private static async Task<JsonNode> Invite(User by, object whom) => (await by.Post("invitations", whom)).Expect(HttpStatusCode.Created);

    private static Task<Answer> Follow(Installation installation, JsonNode invited, string? firmCode = null) => installation.Anybody.Post(
        "invitations/acceptance", new { secret = Text(invited, "secret"), password = NewPassword, firmCode });

    private static async Task<string> Code(User by, Firm firm) =>
        Text((await by.Post($"members/{firm.Id}/firm-code")).Expect(HttpStatusCode.OK), "code");

    private static string Email(Founded vtf) => $"{vtf.Installation.Name("invited")}@{vtf.Code}.example";

    private static string Text(JsonNode json, string field) => json[field]!.GetValue<string>();
}
