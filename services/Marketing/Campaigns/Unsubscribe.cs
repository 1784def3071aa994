using ExportConsortia.Marketing.Buyers;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Marketing.Campaigns;

/// <summary>A person wants no more campaigns: by a click in the mail program (RFC 8058) or on the page that the message links to.</summary>
internal static class Unsubscribe
{
    /// <summary>Whose messages it is about.</summary>
    /// <param name="Consortium">Name of the consortium that sent the message.</param>
    /// <param name="Unsubscribed">True: the person gets no more of them.</param>
    public sealed record Response(string Consortium, bool Unsubscribed);

    public static void Map(IEndpointRouteBuilder routes)
    {
        // Mail providers ask for many people from one address: the limit per address of all requests is enough for tokens of 256 bits.
        routes.MapGet("public/unsubscriptions/{token}", GetAsync).WithName("GetUnsubscription").AllowAnonymous()
            .WithSummary("Read what a link to unsubscribe is about")
            .WithDescription("For anybody with the link of a message. Reading changes nothing: mail programs follow links by themselves.");
        routes.MapPost("public/unsubscriptions/{token}", PostAsync).WithName(nameof(Unsubscribe)).AllowAnonymous()
            .WithSummary("Unsubscribe from campaigns")
            .WithDescription(
                "For anybody with the link of a message, also as mail programs do at a click (RFC 8058); what the body says doesn't matter. The "
                + "person's consent to campaigns of the consortium is withdrawn. Again changes nothing.");
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(string token, IServiceScopeFactory scopes, CancellationToken ct)
    {
        // Nobody is signed in: the platform looks, for the person who has the link.
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketingDb>();
        return await FindAsync(token, db, ct) is { } recipient ? await AnswerAsync(recipient, db, ct) : Refusal.NotFound();
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> PostAsync(
        string token, IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct)
    {
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketingDb>();
        if (await FindAsync(token, db, ct) is not { } found)
        {
            return Refusal.NotFound();
        }

        var recipient = found;
        await db.InOneTransactionAsync(
            async () =>
            {
                await db.LockAsync(db.CampaignRecipients.Where(r => r.Id == found.Id).Select(r => r.Id).OrderBy(id => id), ct);
                recipient = await db.CampaignRecipients.SingleAsync(r => r.Id == found.Id, ct);
                await WithdrawAsync(recipient, db, clock.GetUtcNow().UtcDateTime, ct);
                if (recipient.State != DeliveryState.Unsubscribed)
                {
                    recipient.End(DeliveryState.Unsubscribed, clock.GetUtcNow().UtcDateTime);
                }

                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return await AnswerAsync(recipient, db, ct);
    }

    private static async Task<CampaignRecipient?> FindAsync(string token, MarketingDb db, CancellationToken ct)
    {
        var hash = LinkToken.HashOf(token);
        return await db.CampaignRecipients.AsNoTracking().SingleOrDefaultAsync(r => r.TokenHash == hash, ct);
    }

    private static async Task<Ok<Response>> AnswerAsync(CampaignRecipient recipient, MarketingDb db, CancellationToken ct) =>
        TypedResults.Ok(new Response(
            (await db.ConsortiumAsync(recipient.ConsortiumId, ct)).Name, recipient.State == DeliveryState.Unsubscribed));

    // The contact may be at another buyer since: merges move it on, and back when they are undone.
    private static async Task WithdrawAsync(CampaignRecipient recipient, MarketingDb db, DateTime now, CancellationToken ct)
    {
        HashSet<Guid> reached = [];
        for (List<Guid> next = [recipient.BuyerId]; next.Count > 0;)
        {
            await db.LockAsync(db.Buyers.Where(b => next.Contains(b.Id)).Select(b => b.Id).OrderBy(b => b), ct);
            foreach (var buyer in await db.Buyers.Where(b => next.Contains(b.Id)).ToListAsync(ct))
            {
                if (buyer.Contacts.Find(c => c.Id == recipient.ContactId) is { } contact)
                {
                    Withdraw(contact, buyer, now);
                    return;
                }
            }

            reached.UnionWith(next);
            var merges = await db.BuyerMerges.Where(m => next.Contains(m.FromId) || next.Contains(m.IntoId))
                .Select(m => new { m.FromId, m.IntoId }).ToListAsync(ct);
            next = [.. merges.SelectMany(m => new[] { m.FromId, m.IntoId }).Distinct().Where(id => !reached.Contains(id)).Order()];
        }
    }

    private static void Withdraw(BuyerContact contact, Buyer buyer, DateTime now)
    {
        var last = contact.Consents.Where(c => c.Purpose == Audience.Purpose).MaxBy(c => c.At);
        if (contact.ErasedAt is null && last is not { Given: false })
        {
            buyer.Replace(contact.Saying(new Consent(Audience.Purpose, last?.TextVersion ?? "unsubscribe", false, now)));
        }
    }
}
