using System.ComponentModel;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Marketing.Buyers;

/// <summary>The manager gives a buyer a link of its own to the catalogue, reads what was viewed, and revokes it.</summary>
internal static class KeepLinks
{
    private const int MostLinks = 100;
    private const int LongestDays = 730;

    /// <summary>A link.</summary>
    /// <param name="Label">What you call it, 1 to 100 characters, such as the mail in which you send it.</param>
    /// <param name="Days">How long it works, in days, 1 to 730.</param>
    public sealed record Request(string Label, int Days = 90);

    /// <summary>A new link.</summary>
    /// <param name="Token">What the link carries. It is shown only now: of the token only a hash is kept.</param>
    /// <param name="Page">The catalogue's page with it, to be put after the platform's address. Shown only now, too.</param>
    /// <param name="Link">The link's state.</param>
    public sealed record NewLink(string Token, string Page, Response Link);

    /// <summary>A link and what was viewed with it.</summary>
    /// <param name="Id">The link.</param>
    /// <param name="Label">What the manager calls it.</param>
    /// <param name="CreatedAt">When it was made, UTC.</param>
    /// <param name="ExpiresAt">It works until then, UTC.</param>
    /// <param name="RevokedAt">When it was revoked, UTC.</param>
    /// <param name="Views">Number of views.</param>
    /// <param name="LastViewedAt">When it was last used, UTC.</param>
    /// <param name="Items">Views by product, the most viewed first.</param>
    public sealed record Response(
        Guid Id, string Label, DateTime CreatedAt, DateTime ExpiresAt, DateTime? RevokedAt, long Views, DateTime? LastViewedAt,
        IReadOnlyList<ViewedItem> Items);

    /// <summary>A product that was viewed.</summary>
    /// <param name="ProductCode">The product.</param>
    /// <param name="Views">How often.</param>
    public sealed record ViewedItem(string ProductCode, long Views);

    /// <summary>A buyer looks at the catalogue with its link.</summary>
    /// <param name="Token">The token of the link.</param>
    /// <param name="Item">Code of the product that it looks at; absent: the catalogue as a whole.</param>
    public sealed record Visit(
        string Token, [property: Description("Code of the product that it looks at; absent: the catalogue as a whole.")] string? Item = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("buyers/{id:guid}/links", CreateAsync).WithName("CreateBuyerLink").For(Role.ConsortiumManager)
            .WithSummary("Give a buyer a link to the catalogue")
            .WithDescription("The token and the page with it are shown only in this answer. 409 LINK_LIMIT at 100 links that still work.")
            .WithExample(new Request("Letter of March", 90));
        routes.MapGet("buyers/{id:guid}/links", ListAsync).WithName("ListBuyerLinks").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("List a buyer's links")
            .WithDescription("For the clean team: with the views of each, also those of buyers that were merged into this one. The latest first, "
                + "at most 200.");
        routes.MapDelete("buyer-links/{id:guid}", RevokeAsync).WithName("RevokeBuyerLink").For(Role.ConsortiumManager)
            .WithSummary("Revoke a link")
            .WithDescription("It works no longer; its statistics stay.");
        routes.MapPost("public/{consortium}/visits", CountAsync).WithName("CountVisit").AllowAnonymous().RequireRateLimiting(Edge.SignInLimit)
            .WithSummary("Count a view of the catalogue")
            .WithDescription(
                "For anybody with a link's token, without an account; limited per address. The answer is the same whether or not the link works, so "
                + "that nobody can try tokens out.")
            .WithExample(new Visit("Yk1nq0…", "TK-12"));
    }

    private static async Task<Results<Created<NewLink>, ProblemHttpResult>> CreateAsync(
        Guid id, Request request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var label = errors.Text(request.Label, "label", 100);
        errors.Unless(request.Days is >= 1 and <= LongestDays, "days", $"Must be 1 to {LongestDays}.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (!await db.Buyers.AnyAsync(b => b.Id == id, ct))
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        if (await db.BuyerLinks.CountAsync(l => l.BuyerId == id && l.RevokedAt == null && l.ExpiresAt > now, ct) >= MostLinks)
        {
            return new Refusal("LINK_LIMIT", "The buyer has as many links as it can: revoke some.").ToProblem();
        }

        var token = LinkToken.New();
        var link = db.Add(new BuyerLink
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = caller.ConsortiumId,
            BuyerId = id,
            TokenHash = LinkToken.HashOf(token),
            Label = label,
            CreatedAt = now,
            ExpiresAt = now.AddDays(request.Days),
        }).Entity;
        db.Record("BUYER_LINK_MADE", id);
        await db.SaveChangesAsync(ct);
        return TypedResults.Created($"/api/marketing/buyers/{id}/links", new NewLink(token, await PageOfAsync(token, db, caller, ct), View(link)));
    }

    private static async Task<string> PageOfAsync(string token, MarketingDb db, Caller caller, CancellationToken ct) =>
        $"/c/{Uri.EscapeDataString((await db.ConsortiumAsync(caller.ConsortiumId, ct)).Code)}/catalogue?b={token}";

    private static async Task<Results<Ok<List<Response>>, ProblemHttpResult>> ListAsync(Guid id, MarketingDb db, CancellationToken ct)
    {
        if (!await db.Buyers.AnyAsync(b => b.Id == id, ct))
        {
            return Refusal.NotFound();
        }

        var buyers = db.Buyers.Where(b => b.Id == id || b.MergedInto == id).Select(b => b.Id);
        var links = await db.BuyerLinks.AsNoTracking().Where(l => buyers.Contains(l.BuyerId)).OrderByDescending(l => l.CreatedAt).ThenBy(l => l.Id)
            .Take(200).ToListAsync(ct);
        return TypedResults.Ok(links.ConvertAll(View));
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> RevokeAsync(
        Guid id, MarketingDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.BuyerLinks.SingleOrDefaultAsync(l => l.Id == id, ct) is not { } link)
        {
            return Refusal.NotFound();
        }

        if (link.RevokedAt is null)
        {
            link.RevokedAt = clock.GetUtcNow().UtcDateTime;
            link.Version++;
            db.Record("BUYER_LINK_REVOKED", link.BuyerId);
            await db.SaveChangesAsync(ct);
        }

        return TypedResults.Ok(View(link));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> CountAsync(
        string consortium, Visit request, IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct)
    {
        if (request.Token.Length is 0 or > 100 || request.Item is { Length: > 50 })
        {
            return Refusal.Invalid("token", "Must be a link's token, and the item a product code.");
        }

        // Nobody is signed in: the platform counts, in the consortium that the address names.
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketingDb>();
        if (await db.Consortia.Where(c => c.Code == consortium).Select(c => (Guid?)c.Id).SingleOrDefaultAsync(ct) is not { } id)
        {
            return Refusal.NotFound();
        }

        var (hash, now) = (LinkToken.HashOf(request.Token), clock.GetUtcNow().UtcDateTime);
        var link = await db.BuyerLinks.SingleOrDefaultAsync(
            l => l.TokenHash == hash && l.ConsortiumId == id && l.RevokedAt == null && l.ExpiresAt > now, ct);
        if (link is not null)
        {
            var known = request.Item is not null && await db.Products.AnyAsync(p => p.ConsortiumId == link.ConsortiumId && p.Code == request.Item,
                ct);
            link.Count(known ? request.Item : null, now);
            await db.SaveChangesAsync(ct);
        }

        return TypedResults.NoContent();
    }

    private static Response View(BuyerLink link) => new(
        link.Id, link.Label, link.CreatedAt, link.ExpiresAt, link.RevokedAt, link.Views, link.LastViewedAt,
        [.. link.Items.OrderByDescending(i => i.Value).ThenBy(i => i.Key, StringComparer.Ordinal).Select(i => new ViewedItem(i.Key, i.Value))]);
}
