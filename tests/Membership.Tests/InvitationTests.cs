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
        var code = await Code(installation.Operator, firm);
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
        var byOperator = await Invite(installation.Operator, new { email = Email(vtf), role = "ConsortiumManager", consortiumId = vtf.Id });
        (await Follow(installation, byOperator)).ExpectProblem(409, "CONSENT_MISSING");
        Assert.Contains(Text(byOperator, "email"), (await user.Get("invitations")).Json.AsArray().Select(i => Text(i!, "email")));
        foreach (var who in (User[])[installation.Operator, await installation.SecondOperator(), user])
        {
            (await who.Post($"invitations/{Text(byOperator, "id")}/consent")).ExpectProblem(409, "NOT_YOURS_TO_DECIDE");
        }

        (await others.Manager.Post($"invitations/{Text(byOperator, "id")}/consent")).ExpectProblem(404, "NOT_FOUND");
        (await vtf.Manager.Post($"invitations/{Text(byOperator, "id")}/consent")).Expect(HttpStatusCode.OK);
        (await Follow(installation, byOperator)).Expect(HttpStatusCode.OK);

        var byManager = await Invite(vtf.Manager, new { email = Email(vtf), role = "ConsortiumManager" });
        (await vtf.Manager.Post($"invitations/{Text(byManager, "id")}/consent")).ExpectProblem(409, "NOT_YOURS_TO_DECIDE");
        (await (await installation.SecondOperator()).Send(HttpMethod.Delete, $"invitations/{Text(byManager, "id")}", null))
            .Expect(HttpStatusCode.NoContent);
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
        (await Founded.Lock(installation.Operator, vtf.Manager.Id)).Expect(HttpStatusCode.OK);

        var next = await Invite(installation.Operator, new { email = Email(vtf), role = "ConsortiumManager", consortiumId = vtf.Id });

        Assert.Equal("Member", Text(next, "needs"));
        (await Follow(installation, next)).ExpectProblem(409, "CONSENT_MISSING");
        (await user.Post($"invitations/{Text(next, "id")}/consent")).Expect(HttpStatusCode.OK);
        (await Follow(installation, next)).Expect(HttpStatusCode.OK);
    }

    [Theory, EachShape]
    public async Task A_forgotten_password_costs_no_address_and_its_owner_sees_who_helped(Shape shape)
    {
        var installation = await installations.In(shape);
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
        (await Follow(installation, invited, await Code(await installation.SecondOperator(), firm))).Expect(HttpStatusCode.OK);

        await Ended(user);
        var again = await installation.SignIn(user.Email, NewPassword);
        var own = (await again.Get("account")).Expect(HttpStatusCode.OK);
        Assert.Equal((user.Id.ToString(), vtf.Manager.Email), (Text(own, "id"), Text(own["newPasswordBy"]!, "email")));
        var next = await Invite(again, new { email = Email(vtf), role = "MemberUser" });
        (await Follow(installation, next)).Expect(HttpStatusCode.OK);
        var colleague = await installation.SignIn(Text(next, "email"), NewPassword);
        (await vtf.Manager.Post($"accounts/{user.Id}/password-invitation")).ExpectProblem(409, "FIRM_INVITES");

        // Whoever sends the link could follow it: the two count as one person from now on.
        Assert.DoesNotContain(colleague.Id.ToString(), again.Claims["controllers"]!.GetValue<string>(), StringComparison.Ordinal);
        (await Follow(installation, (await colleague.Post($"accounts/{user.Id}/password-invitation")).Expect(HttpStatusCode.Created)))
            .Expect(HttpStatusCode.OK);
        Assert.Contains(
            colleague.Id.ToString(), (await installation.SignIn(user.Email, NewPassword)).Claims["controllers"]!.GetValue<string>(),
            StringComparison.Ordinal);
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
        (await second.Post("invitations", request)).ExpectProblem(409, "EMAIL_TAKEN");

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
        Assert.Contains(traces, t => t == ("FIRM_CODE_MADE", installation.Operator.Id, firm.Id, null, 1));
        Assert.Equal(traces, await Traces(vtf.Manager));
        var ofFirm = await Traces(user);
        Assert.Contains(ofFirm, t => t == ("MEMBER_SUSPENDED", vtf.Manager.Id, firm.Id, "Late.", 1));
        Assert.Contains(ofFirm, t => t == ("FIRM_CODE_MADE", installation.Operator.Id, firm.Id, null, 1));
        Assert.DoesNotContain(ofFirm, t => t.What == "FOREIGN_ID");
        Assert.DoesNotContain(await Traces(stranger), t => t.About == firm.Id || t.About == user.Id);
        (await installation.Operator.Get("traces")).ExpectProblem(403, "NOT_ALLOWED");
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
