using System.ComponentModel;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>The clean team sees which items of the latest edition the public doesn't see, and why.</summary>
internal static class ListHidden
{
    private const int LargestPage = 500;

    /// <summary>An item that is hidden.</summary>
    /// <param name="SheetId">Its sheet.</param>
    /// <param name="ProductCode">Its product.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="MemberId">The member firm.</param>
    /// <param name="Firm">The firm's name.</param>
    /// <param name="Because">
    /// Why: <c>Firm</c>, <c>ProductRetired</c>, <c>CertificateUnconfirmed</c>, <c>CertificateEnded</c>, <c>BrandLicence</c>.
    /// </param>
    public sealed record HiddenItem(
        Guid SheetId, string ProductCode, string Name, Guid MemberId, string Firm, IReadOnlyList<string> Because);

    /// <summary>What the public doesn't see of the latest edition.</summary>
    /// <param name="Code">The consortium's code, which the addresses of its public catalogue carry.</param>
    /// <param name="Edition">Number of the latest edition; 0: there is none.</param>
    /// <param name="Items">Number of its items.</param>
    /// <param name="Hidden">How many of them are hidden.</param>
    /// <param name="HiddenItems">A page of those, by product code.</param>
    public sealed record Response(string Code, int Edition, int Items, int Hidden, IReadOnlyList<HiddenItem> HiddenItems);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("catalogue/hidden", HandleAsync)
        .WithName("ListHiddenItems")
        .WithSummary("List what is hidden in the live catalogue")
        .WithDescription("For managers and auditors: the items of the latest edition that the public doesn't see now, and why. They return by "
            + "themselves when what hides them is over.")
        .For(Role.ConsortiumManager, Role.Auditor);

    private static async Task<Ok<Response>> HandleAsync(
        MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct,
        [Description("How many to pass over.")] int skip = 0,
        [Description("How many to give at most, 1 to 500.")] int take = LargestPage)
    {
        var items = await ShownItems.OfAsync(db, caller.ConsortiumId, clock.GetUtcNow().UtcDateTime, ct);
        var hidden = items.Where(i => i.Hidden.Count > 0).ToList();
        var edition = await db.Editions.MaxAsync(e => (int?)e.Number, ct) ?? 0;
        var consortium = await db.ConsortiumAsync(caller.ConsortiumId, ct);
        return TypedResults.Ok(new Response(consortium.Code, edition, items.Count, hidden.Count,
        [
            .. hidden.Skip(Math.Max(skip, 0)).Take(Math.Clamp(take, 1, LargestPage)).Select(i => new HiddenItem(
                i.Item.SheetId, i.Item.ProductCode, (i.Item.Texts.GetValueOrDefault("en") ?? i.Item.Texts.First().Value).Name, i.Item.MemberId,
                i.Item.Firm, [.. i.Hidden.Select(why => why.ToString())])),
        ]));
    }
}
