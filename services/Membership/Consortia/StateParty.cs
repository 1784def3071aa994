namespace ExportConsortia.Membership.Consortia;

/// <summary>The consortium states the party that it trades as: buyers address their orders to it, and it signs the answers.</summary>
internal static class StateParty
{
    private const int MostIdentifiers = 20;

    /// <summary>The party that the consortium trades as.</summary>
    /// <param name="Party">The party; absent until one was stated.</param>
    /// <param name="Version">Grows by one with each change; 0 until the first. Same as the <c>ETag</c>.</param>
    public sealed record Response(Party? Party, long Version);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("consortium/party", GetAsync)
            .WithName("GetParty")
            .WithSummary("Read the party that the consortium trades as")
            .WithDescription("Send the response's ETag as If-Match when you change it.")
            .For(Role.ConsortiumManager, Role.Auditor);
        routes.MapPut("consortium/party", HandleAsync)
            .WithName(nameof(StateParty))
            .WithSummary("State the party that the consortium trades as")
            .WithDescription("For managers. Replaces names and numbers; If-Match prevents lost updates. Orders that come in afterwards are compared "
                + "with it: one that is addressed to another seller waits for the manager's decision. Answers to buyers name it as the seller. As "
                + "long as no party is stated, nothing is compared.")
            .WithExample(new Party(
                "Vientiane Teak Furniture", "VTF", new("7302347231110", "0088"), [new("7302347231110", "0088")], "LA-123456789"))
            .WithIfMatch()
            .For(Role.ConsortiumManager);
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(
        MembershipDb db, Caller caller, HttpResponse response, CancellationToken ct) =>
        await db.Consortia.AsNoTracking().SingleOrDefaultAsync(c => c.Id == caller.ConsortiumId, ct) is { } consortium
            ? Answer(consortium, response)
            : Refusal.NotFound();

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Party request, MembershipDb db, Caller caller, HttpContext http, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Consortia.SingleOrDefaultAsync(c => c.Id == caller.ConsortiumId, ct) is not { } consortium)
        {
            return Refusal.NotFound();
        }

        if (EntityTag.Check(http.Request, consortium.PartyVersion ?? 0) is { } problem)
        {
            return problem;
        }

        var errors = new InputErrors();
        var numbers = request.Identifiers ?? [];
        errors.Unless(numbers.Count <= MostIdentifiers, "identifiers", $"Must be a list of at most {MostIdentifiers} numbers.");
        errors.Unless(request.Endpoint is not { Scheme: null }, "endpoint.scheme", "An electronic address needs its scheme, such as 0088.");
        var party = new Party(
            errors.Text(request.LegalName, "legalName", 200),
            request.TradingName is null ? null : errors.Text(request.TradingName, "tradingName", 200),
            request.Endpoint is null ? null : Number(request.Endpoint, "endpoint"),
            [.. numbers.Take(MostIdentifiers).Select((number, i) => Number(number, $"identifiers[{i}]"))],
            request.TaxId is null ? null : errors.Text(request.TaxId, "taxId", 50));
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        consortium.StateParty(party, clock.GetUtcNow().UtcDateTime);
        db.Publish(consortium.Id, consortium.ToPartyEvent()!);
        await db.SaveChangesAsync(ct);
        return Answer(consortium, http.Response);

        PartyNumber Number(PartyNumber? number, string field) => new(
            errors.Text(number?.Value, $"{field}.value", 100), number?.Scheme is null ? null : errors.Code(number.Scheme, $"{field}.scheme"));
    }

    private static Ok<Response> Answer(Consortium consortium, HttpResponse response)
    {
        EntityTag.Write(response, consortium.PartyVersion ?? 0);
        return TypedResults.Ok(new Response(consortium.Party, consortium.PartyVersion ?? 0));
    }
}
