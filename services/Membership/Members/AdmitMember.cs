namespace ExportConsortia.Membership.Members;

/// <summary>Admits a firm to the consortium, on probation by default .</summary>
internal static class AdmitMember
{
    /// <summary>A firm to admit.</summary>
    /// <param name="Code">Short code, unique in the consortium: 1 to 20 letters, digits, hyphens, underscores or dots.</param>
    /// <param name="Name">The firm's name, 1 to 200 characters.</param>
    /// <param name="Country">Where it is registered: ISO 3166-1, two capital letters.</param>
    /// <param name="Probation">True (the default): starts on probation. False: has all rights at once, such as a founding member.</param>
    public sealed record Request(string Code, string Name, string Country, bool Probation = true);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("members", HandleAsync)
        .WithName(nameof(AdmitMember))
        .WithSummary("Admit a member firm")
        .WithDescription("For managers. The firm starts on probation unless the request says otherwise (R-401). "
            + "409 CODE_TAKEN when a firm of the consortium has the code.")
        .WithExample(new Request("F1", "Mekong Chairs Co.", "LA"))
        .For(Role.ConsortiumManager);

    private static async Task<Results<Created<ListMembers.Response>, ProblemHttpResult>> HandleAsync(
        Request request, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var code = errors.Code(request.Code, "code");
        var name = errors.Text(request.Name, "name", 200);
        errors.Unless(request.Country is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'], "country", "Must be an ISO 3166-1 code such as LA.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.Members.AnyAsync(m => m.Code == code, ct))
        {
            return new Refusal("CODE_TAKEN", $"The code {code} is taken by another member firm.").ToProblem();
        }

        var member = MemberFirm.Admit(caller.ConsortiumId, code, name, request.Country, request.Probation, clock.GetUtcNow().UtcDateTime);
        db.Add(member);
        db.Publish(member.Id, member.ToStandingEvent());
        db.Record("MEMBER_ADMITTED", member.Id, firm: member.Id);
        await db.SaveChangesAsync(ct);
        return TypedResults.Created($"/api/membership/members/{member.Id}", (await ListMembers.DescribeAsync([member], db, ct))[0]);
    }
}
