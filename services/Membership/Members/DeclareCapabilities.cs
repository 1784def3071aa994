namespace ExportConsortia.Membership.Members;

/// <summary>Replaces the list of products that a firm can make .</summary>
internal static class DeclareCapabilities
{
    /// <summary>Every product that the firm can make; replaces the current list.</summary>
    /// <param name="Capabilities">The products, at most 5,000; each product code once.</param>
    public sealed record Request(List<Capability> Capabilities);

    /// <summary>What the firm can make.</summary>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="Capabilities">The products.</param>
    /// <param name="Version">Grows by one with each new list; 0 until the first. Same as the <c>ETag</c>.</param>
    public sealed record Response(Guid MemberId, List<Capability> Capabilities, long Version);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("members/{id:guid}/capabilities", GetAsync)
            .WithName("GetCapabilities")
            .WithSummary("Read a firm's capabilities")
            .WithDescription("Send the response's ETag as If-Match when you change the list.")
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
        routes.MapPut("members/{id:guid}/capabilities", DeclareAsync)
            .WithName(nameof(DeclareCapabilities))
            .WithSummary("Declare a firm's capabilities")
            .WithDescription("For the firm's users and managers. Replaces the whole list; If-Match prevents lost updates.")
            .WithExample(new Request([new("TK-12", "Teak garden chair", "chairs"), new("TK-20", "Teak table", "tables")]))
            .WithIfMatch()
            .For(Role.ConsortiumManager, Role.MemberUser);
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(
        Guid id, MembershipDb db, HttpResponse response, CancellationToken ct) =>
        await db.Members.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, ct) is { } member
            ? Answer(member, response)
            : Refusal.NotFound();

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> DeclareAsync(
        Guid id, Request request, MembershipDb db, HttpContext http, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Members.SingleOrDefaultAsync(m => m.Id == id, ct) is not { } member)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, member.CapabilitiesVersion) is { } problem)
        {
            return problem;
        }

        var errors = new InputErrors();
        errors.Unless(request.Capabilities is { Count: <= 5000 }, "capabilities", "Must be a list of at most 5,000 products.");
        var capabilities = (request.Capabilities ?? []).Take(5000).Select((c, i) => new Capability(
            errors.Code(c?.ProductCode, $"capabilities[{i}].productCode", 50),
            errors.Text(c?.ProductName, $"capabilities[{i}].productName", 200),
            errors.Text(c?.ProductFamily, $"capabilities[{i}].productFamily", 100))).ToList();
        var codes = capabilities.Select(c => c.ProductCode).Index().Where(p => p.Item.Length > 0);
        foreach (var (i, code) in codes.GroupBy(p => p.Item).SelectMany(g => g.Skip(1)))
        {
            errors.Add($"capabilities[{i}].productCode", $"{code} is listed twice.");
        }

        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (member.DeclareCapabilities(capabilities, clock.GetUtcNow().UtcDateTime) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.Publish(member.Id, member.ToCapabilitiesEvent()!);
        await db.SaveChangesAsync(ct);
        return Answer(member, http.Response);
    }

    private static Ok<Response> Answer(MemberFirm member, HttpResponse response)
    {
        EntityTag.Write(response, member.CapabilitiesVersion);
        return TypedResults.Ok(new Response(member.Id, member.Capabilities, member.CapabilitiesVersion));
    }
}
