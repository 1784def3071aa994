using ExportConsortia.Marketing.Buyers;

namespace ExportConsortia.Marketing.Campaigns;

/// <summary>
/// Who may get a campaign's message: people with an address whose latest word on campaigns, at whichever buyer they are known, is yes.
/// </summary>
internal static class Audience
{
    /// <summary>The purpose that people agree to.</summary>
    public const string Purpose = "Campaigns";

    /// <summary>The most people a campaign may reach.</summary>
    public const int Most = 10_000;

    /// <summary>A person who may be written to.</summary>
    public sealed record Person(Guid BuyerId, BuyerContact Contact);

    /// <summary>Everybody whom this campaign may write to now; the same address may be there at several buyers.</summary>
    public static async Task<List<Person>> OfAsync(Campaign campaign, MarketingDb db, CancellationToken ct)
    {
        var buyers = await db.Buyers.AsNoTracking().Where(b => b.ConsortiumId == campaign.ConsortiumId && b.MergedInto == null)
            .Select(b => new { b.Id, b.Country, b.Contacts }).ToListAsync(ct);
        var agreed = buyers.SelectMany(b => b.Contacts).Where(c => c is { Email: not null, ErasedAt: null })
            .GroupBy(c => c.Email!, StringComparer.Ordinal)
            .Where(g => g.SelectMany(c => c.Consents).Where(c => c.Purpose == Purpose).MaxBy(c => c.At) is { Given: true })
            .Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. buyers.Where(b => campaign.Countries.Count == 0 || (b.Country is { } country && campaign.Countries.Contains(country)))
                .SelectMany(b => b.Contacts
                    .Where(c => c is { Email: not null, ErasedAt: null } && agreed.Contains(c.Email)
                        && (campaign.Language is null || c.Language == campaign.Language))
                    .Select(c => new Person(b.Id, c))),
        ];
    }

    /// <summary>One for each address.</summary>
    public static List<Person> Once(IEnumerable<Person> people) =>
        [.. people.GroupBy(p => p.Contact.Email, StringComparer.Ordinal).Select(g => g.MinBy(p => p.Contact.Id)!)];
}
