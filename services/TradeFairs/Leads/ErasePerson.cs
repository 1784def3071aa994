namespace ExportConsortia.TradeFairs.Leads;

/// <summary>
/// A person whom somebody met at the stand takes the consent back, or asks to be erased: what was captured of it goes, here and in Marketing. The
/// lead's firm, products and dates stay: they name nobody.
/// </summary>
internal static class ErasePerson
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("editions/{id:guid}/leads/{leadId:guid}/person", HandleAsync)
        .WithName("EraseFairLeadPerson").For(Role.ConsortiumManager, Role.MemberUser)
        .WithSummary("Erase the person of a captured lead")
        .WithDescription(
            "For managers, and for the firm whose people captured it, when the person takes the consent back or asks for it. Name, address, phone "
            + "and what was said go at once, and in Marketing too, unless the person agreed to something else there as well. Again changes nothing. "
            + "It can't be undone.");

    private static async Task<Results<NoContent, ProblemHttpResult>> HandleAsync(
        Guid id, Guid leadId, TradeFairsDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.FairLeads.SingleOrDefaultAsync(l => l.EditionId == id && l.Id == leadId, ct) is not { } lead)
        {
            return Refusal.NotFound();   // also another firm's: the caller doesn't see it
        }

        if (lead.WithdrawConsent(clock.GetUtcNow().UtcDateTime))
        {
            if (lead.Withdrawal() is { } withdrawn)
            {
                db.Publish(lead.Id, withdrawn);
            }

            await db.SaveChangesAsync(ct);
        }

        return TypedResults.NoContent();
    }
}
