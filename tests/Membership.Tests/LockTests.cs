namespace ExportConsortia.Membership.Tests;

/// <summary>Nobody can lock everyone who could object, and a lock takes effect at once.</summary>
public sealed class LockTests(Installations installations)
{
    [Theory, EachShape]
    public async Task One_person_locks_no_manager_and_no_auditor_and_the_others_see_who_tried(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var user = await (await vtf.Admit()).OpenUser();
        var (second, auditor) = (await vtf.Open("ConsortiumManager"), await vtf.Open("Auditor"));
        // The manager's own creature: invited by it, with an operator's consent. The manager is the first operator's: that one's isn't enough.
        var email = $"{installation.Name("own")}@{vtf.Code}.example";
        _ = await Invited.OpenAsync(
            installation.Anybody.Ask, vtf.Manager.Ask, new { email, role = "ConsortiumManager" }, Installation.Password, null,
            (await installation.SecondOperator()).Ask);
        var creature = await installation.SignIn(email);

        (await vtf.Manager.Post($"accounts/{auditor.Id}/lock", new { reason = " " })).ExpectProblem(400, "INVALID_INPUT");
        Assert.False((await Founded.Lock(vtf.Manager, auditor.Id)).Expect(HttpStatusCode.OK)["locked"]!.GetValue<bool>());
        (await Founded.Lock(vtf.Manager, auditor.Id)).Expect(HttpStatusCode.OK);
        (await Founded.Lock(creature, auditor.Id)).ExpectProblem(409, "SECOND_PERSON");
        (await Founded.Lock(user, auditor.Id)).ExpectProblem(404, "NOT_FOUND");
        (await auditor.Get("accounts")).Expect(HttpStatusCode.OK);
        var seen = (await user.Get("consortium/managers")).Json.AsArray().Single(m => m!["email"]!.GetValue<string>() == auditor.Email)!;
        Assert.Equal(vtf.Manager.Email, seen["lockProposedBy"]!["email"]!.GetValue<string>());
        (await Founded.Unlock(vtf.Manager, auditor.Id)).Expect(HttpStatusCode.OK);   // withdraws it

        Assert.False((await Founded.Lock(vtf.Manager, auditor.Id)).Json["locked"]!.GetValue<bool>());
        Assert.True((await Founded.Lock(second, auditor.Id)).Expect(HttpStatusCode.OK)["locked"]!.GetValue<bool>());
        await InvitationTests.Ended(auditor);
        (await second.Post($"accounts/{auditor.Id}/unlock", new { reason = "" })).ExpectProblem(400, "INVALID_INPUT");
        (await Founded.Unlock(second, auditor.Id)).ExpectProblem(409, "SECOND_PERSON");   // the second operator is behind both
        (await Founded.Unlock(await installation.SecondOperator(), auditor.Id)).ExpectProblem(409, "SECOND_PERSON");
        (await Founded.Unlock(vtf.Manager, auditor.Id)).Expect(HttpStatusCode.OK);
        Assert.Equal(401, (int)(await auditor.Get("accounts")).Status);
    }

    [Theory, EachShape]
    public async Task A_manager_and_a_second_person_are_always_left_unless_two_operators_decide(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var auditor = await vtf.Open("Auditor");

        (await Founded.Lock(vtf.Manager, vtf.Manager.Id)).ExpectProblem(409, "OWN_ACCOUNT");
        (await Founded.Lock(vtf.Manager, auditor.Id)).ExpectProblem(409, "CLEAN_TEAM_TOO_SMALL");
        (await Founded.Lock(auditor, vtf.Manager.Id)).ExpectProblem(409, "CLEAN_TEAM_TOO_SMALL");
        Assert.False((await Founded.Lock(installation.Operator, auditor.Id)).Expect(HttpStatusCode.OK)["locked"]!.GetValue<bool>());
        Assert.False((await Founded.Lock(installation.Operator, auditor.Id)).Expect(HttpStatusCode.OK)["locked"]!.GetValue<bool>());

        // Alone an operator locks while two are left whom it didn't invite, one of them a manager: an auditor of its own is none of them.
        var second = await vtf.Open("ConsortiumManager");
        _ = await Invited.OpenAsync(
            installation.Anybody.Ask, installation.Operator.Ask,
            new { email = $"{installation.Name("own")}@{vtf.Code}.example", role = "Auditor", consortiumId = vtf.Id }, Installation.Password);
        Assert.False((await Founded.Lock(installation.Operator, auditor.Id)).Expect(HttpStatusCode.OK)["locked"]!.GetValue<bool>());
        await vtf.Open("Auditor");
        Assert.False((await Founded.Lock(await installation.SecondOperator(), vtf.Manager.Id)).Json["locked"]!.GetValue<bool>());
        Assert.True((await Founded.Lock(installation.Operator, auditor.Id)).Expect(HttpStatusCode.OK)["locked"]!.GetValue<bool>());
        Assert.False((await Founded.Lock(installation.Operator, second.Id)).Expect(HttpStatusCode.OK)["locked"]!.GetValue<bool>());
    }

    [Theory, EachShape]
    public async Task No_operator_locks_the_others_but_whom_it_invited(Shape shape)
    {
        var installation = await installations.Fresh(shape);
        var vtf = await installation.Found();
        var second = await installation.SecondOperator();
        var email = $"{installation.Name("operator")}@{vtf.Code}.example";
        _ = await Invited.OpenAsync(installation.Anybody.Ask, installation.Operator.Ask, new { email, role = "Operator" }, Installation.Password);
        var invited = await installation.SignIn(email);

        Assert.False((await Founded.Lock(installation.Operator, second.Id)).Expect(HttpStatusCode.OK)["locked"]!.GetValue<bool>());
        (await Founded.Lock(invited, second.Id)).ExpectProblem(409, "SECOND_PERSON");
        Assert.False((await Founded.Lock(invited, installation.Operator.Id)).Expect(HttpStatusCode.OK)["locked"]!.GetValue<bool>());
        (await second.Get("accounts")).Expect(HttpStatusCode.OK);
        Assert.True((await Founded.Lock(installation.Operator, invited.Id)).Expect(HttpStatusCode.OK)["locked"]!.GetValue<bool>());
        (await Founded.Unlock(installation.Operator, invited.Id)).ExpectProblem(409, "SECOND_PERSON");
        (await Founded.Unlock(second, invited.Id)).Expect(HttpStatusCode.OK);

        // The other operator and the consortium's team read what an operator did.
        foreach (var reader in (User[])[second, vtf.Manager])
        {
            var traces = (await reader.Get("traces?limit=200")).Expect(HttpStatusCode.OK)["traces"]!.AsArray();
            Assert.Contains(traces, t => t!["what"]!.GetValue<string>() == "ACCOUNT_LOCKED"
                && t["authorId"]!.GetValue<Guid>() == installation.Operator.Id && t["aboutId"]!.GetValue<Guid>() == invited.Id);
        }

        await installation.DisposeAsync();
    }

    [Theory, EachShape]
    public async Task A_manager_leaves_a_firm_somebody_with_access_and_colleagues_lock_each_other(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var (firm, other) = (await vtf.Admit(), await vtf.Admit());
        var (user, stranger) = (await firm.OpenUser(), await other.OpenUser());

        (await Founded.Lock(vtf.Manager, user.Id)).ExpectProblem(409, "LAST_OF_FIRM");
        var colleague = await firm.OpenUser();
        (await Founded.Lock(stranger, user.Id)).ExpectProblem(404, "NOT_FOUND");
        (await Founded.Lock(installation.Operator, user.Id)).ExpectProblem(404, "NOT_FOUND");
        (await Founded.Lock(user, colleague.Id)).Expect(HttpStatusCode.OK);
        (await Founded.Lock(vtf.Manager, user.Id)).ExpectProblem(409, "LAST_OF_FIRM");
        await InvitationTests.Ended(colleague);
        (await Founded.Unlock(vtf.Manager, colleague.Id)).ExpectProblem(409, "FIRM_UNLOCKS");   // the firm dismissed them
        (await installation.Anybody.Post("tokens", new { colleague.Email, Installation.Password })).ExpectProblem(401, "WRONG_CREDENTIALS");
        (await Founded.Unlock(user, colleague.Id)).Expect(HttpStatusCode.OK);
        (await Founded.Lock(vtf.Manager, user.Id)).Expect(HttpStatusCode.OK);

        // Whom a manager locked it unlocks, and they count: no manager makes somebody the only person of a firm, to replace the password.
        (await vtf.Manager.Post($"accounts/{colleague.Id}/password-invitation")).ExpectProblem(409, "FIRM_INVITES");
        (await vtf.Manager.Post("invitations", new { email = "x@x.example", role = "MemberUser", memberId = firm.Id }))
            .ExpectProblem(409, "FIRM_INVITES");
        (await Founded.Unlock(vtf.Manager, user.Id)).Expect(HttpStatusCode.OK);
    }

    [Theory, EachShape]
    public async Task Whoever_is_locked_at_the_moment_of_a_sign_in_has_no_session_left(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var auditor = await vtf.Open("Auditor");
        (await Founded.Lock(installation.Operator, auditor.Id)).Expect(HttpStatusCode.OK);

        var signIns = Enumerable.Range(0, 8).Select(_ => installation.Anybody.Post("tokens", new { auditor.Email, Installation.Password })).ToList();
        Assert.True((await Founded.Lock(await installation.SecondOperator(), auditor.Id)).Expect(HttpStatusCode.OK)["locked"]!.GetValue<bool>());
        var tokens = (await Task.WhenAll(signIns)).Where(answer => answer.Status == HttpStatusCode.OK)
            .Select(answer => new User(installation, answer.Json)).ToList();

        foreach (var session in tokens.Append(auditor))
        {
            await InvitationTests.Ended(session);
        }
    }

    [Theory, EachShape]
    public async Task Sign_out_a_new_password_and_the_firms_departure_end_access_tokens_too(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var firm = await vtf.Admit();
        var user = await firm.OpenUser();
        var (signedOut, stays) = (await installation.SignIn(user.Email), await installation.SignIn(user.Email));

        (await installation.Anybody.Post("tokens/revocation", new { refreshToken = signedOut.RefreshToken })).Expect(HttpStatusCode.NoContent);
        await InvitationTests.Ended(signedOut);
        (await stays.Get("account")).Expect(HttpStatusCode.OK);
        (await stays.Put($"accounts/{stays.Id}/password", new { currentPassword = Installation.Password, newPassword = "another passphrase" }))
            .Expect(HttpStatusCode.NoContent);
        await InvitationTests.Ended(stays);
        await InvitationTests.Ended(user);
        var last = await installation.SignIn(user.Email, "another passphrase");
        (await last.Get("account")).Expect(HttpStatusCode.OK);
        await firm.Leave(last);
        await InvitationTests.Ended(last);
    }
}
