using ExportConsortia.Membership.Products;

namespace ExportConsortia.Membership.Members;

/// <summary>Replaces the list of products that a firm can make .</summary>
internal static class DeclareCapabilities
{
    /// <summary>Every product that the firm can make; replaces the current list.</summary>
    /// <param name="Capabilities">Products of the consortium's list, at most 5,000; each once.</param>
    public sealed record Request(List<Statement> Capabilities);

    /// <summary>The firm can make this product of the consortium's list.</summary>
    /// <param name="ProductCode">Its code in the list.</param>
    /// <param name="ProductName">What the list calls it, to be sure of it; nothing else is accepted.</param>
    /// <param name="ProductFamily">The family that the list gives it, to be sure of it; nothing else is accepted.</param>
    public sealed record Statement(string ProductCode, string? ProductName = null, string? ProductFamily = null);

    /// <summary>One product that the firm can make, as the consortium's list has it.</summary>
    /// <param name="ProductCode">Its code.</param>
    /// <param name="ProductName">What buyers call it.</param>
    /// <param name="ProductFamily">The family whose capacity it uses.</param>
    /// <param name="Unit">UN/ECE code of the unit in which it is counted, made and reserved.</param>
    public sealed record ProductMade(string ProductCode, string ProductName, string ProductFamily, string Unit);

    /// <summary>What the firm can make.</summary>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="Capabilities">The products.</param>
    /// <param name="Version">Grows by one with each new list; 0 until the first. Same as the <c>ETag</c>.</param>
    public sealed record Response(Guid MemberId, IReadOnlyList<ProductMade> Capabilities, long Version);

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
            .WithDescription("For the firm's users and managers. Replaces the whole list; If-Match prevents lost updates. A firm only names "
                + "products of the consortium's list: what they are called and the family they belong to is said there.")
            .WithExample(new Request([new("TK-12"), new("TK-20")]))
            .WithIfMatch()
            .For(Role.ConsortiumManager, Role.MemberUser);
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(
        Guid id, MembershipDb db, HttpResponse response, CancellationToken ct) =>
        await db.Members.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, ct) is { } member
            ? Answer(member, await db.ProductsByCodeAsync(member.ConsortiumId, ct), response)
            : Refusal.NotFound();

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> DeclareAsync(
        Guid id, Request request, MembershipDb db, Caller caller, HttpContext http, RepeatedTraces traces, TimeProvider clock, CancellationToken ct)
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
        var list = await db.ProductsByCodeAsync(member.ConsortiumId, ct);
        errors.Unless(request.Capabilities is { Count: <= Product.Most }, "capabilities", $"Must be a list of at most {Product.Most:N0} products.");
        var said = (request.Capabilities ?? []).Take(Product.Most).Select(c => c ?? new("")).ToList();
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, (code, name, family)) in said.Index())
        {
            var path = $"capabilities[{i}]";
            var product = list.GetValueOrDefault(code ?? "");
            errors.Unless(product is not null, $"{path}.productCode", $"The consortium's list has no product '{code}'.");
            errors.Unless(named.Add(code ?? ""), $"{path}.productCode", $"{code} is named twice.");
            errors.Unless(name is null || product is null || name == product.Name, $"{path}.productName", $"The list calls it '{product?.Name}'.");
            errors.Unless(
                family is null || product is null || family == product.Family, $"{path}.productFamily",
                $"In the list its family is '{product?.Family}'.");
        }

        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (member.DeclareCapabilities(said.ConvertAll(c => new Capability(c.ProductCode)), clock.GetUtcNow().UtcDateTime) is { } refusal)
        {
            return refusal.ToProblem();
        }

        db.Publish(member.Id, member.ToCapabilitiesEvent(list)!, bulk: true);
        if (caller.MemberId is null)
        {
            traces.Note("membership", "PRODUCTS_STATED_FOR_FIRM", caller.UserId, caller.ConsortiumId, member.Id, member.Id);
        }

        await db.SaveChangesAsync(ct);
        return Answer(member, list, http.Response);
    }

    private static Ok<Response> Answer(MemberFirm member, IReadOnlyDictionary<string, Product> list, HttpResponse response)
    {
        EntityTag.Write(response, member.CapabilitiesVersion);
        var made = member.ListedCapabilities(list).Select(p => new ProductMade(p.Code, p.Name, p.Family, p.Unit));
        return TypedResults.Ok(new Response(member.Id, [.. made], member.CapabilitiesVersion));
    }
}
