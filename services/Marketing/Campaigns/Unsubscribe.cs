using System.Security.Cryptography;
using System.Text;
using ExportConsortia.Marketing.Buyers;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Marketing.Campaigns;

/// <summary>A person wants no more campaigns: by a click in the mail program (RFC 8058) or on the page that the message links to.</summary>
internal static class Unsubscribe
{
    private const int LongestToken = 100;
    private const int MostConsents = 100;
    private const int MostMerges = 20;

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

    /// <summary>The hash under which a link's token is kept.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

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
        var hash = token.Length > LongestToken ? "" : HashOf(token);
        return await db.CampaignRecipients.AsNoTracking().SingleOrDefaultAsync(r => r.TokenHash == hash, ct);
    }

    private static async Task<Ok<Response>> AnswerAsync(CampaignRecipient recipient, MarketingDb db, CancellationToken ct) =>
        TypedResults.Ok(new Response(
            (await db.ConsortiumAsync(recipient.ConsortiumId, ct)).Name, recipient.State == DeliveryState.Unsubscribed));

    // The contact may have moved to another buyer by a merge since.
    private static async Task WithdrawAsync(CampaignRecipient recipient, MarketingDb db, DateTime now, CancellationToken ct)
    {
        Guid? next = recipient.BuyerId;
        for (var steps = 0; next is { } id && steps < MostMerges; steps++)
        {
            await db.LockAsync(db.Buyers.Where(b => b.Id == id).Select(b => b.Id).OrderBy(b => b), ct);
            var buyer = await db.Buyers.SingleAsync(b => b.Id == id, ct);
            if (buyer.Contacts.Find(c => c.Id == recipient.ContactId) is { } contact)
            {
                var last = contact.Consents.Where(c => c.Purpose == Audience.Purpose).MaxBy(c => c.At);
                if (contact.ErasedAt is null && last is not { Given: false })
                {
                    var withdrawn = new Consent(Audience.Purpose, last?.TextVersion ?? "unsubscribe", false, now);
                    buyer.Replace(contact with { Consents = [.. contact.Consents.Append(withdrawn).TakeLast(MostConsents)] });
                }

                return;
            }

            next = buyer.MergedInto;
        }
    }
}
