namespace ExportConsortia.Marketing.Buyers;

/// <summary>
/// Finds a buyer again, or registers it. Whoever captures, the register is the consortium's: a firm's capture finds buyers that the firm may not
/// read.
/// </summary>
internal static class BuyerRegister
{
    /// <summary>What somebody knows of a buyer.</summary>
    public sealed record Known(string Name, string? Domain, string? TaxId, string? Country);

    /// <summary>Checks a name, a site or e-mail address, a tax number and a country.</summary>
    public static Known Check(string? name, string? site, string? taxId, string? country, InputErrors errors, string nameField = "name")
    {
        var text = errors.Text(name, nameField, Buyer.LongestName);
        errors.Unless(text.Length == 0 || MatchName.Of(text).Length > 0, nameField, "Must have letters or digits.");
        return new(text, EmailDomain.Of(site), taxId is null ? null : errors.Text(taxId, "taxId", Buyer.LongestTaxId), Country(country, errors));
    }

    /// <summary>A country's code, in capitals.</summary>
    public static string? Country(string? code, InputErrors errors)
    {
        errors.Unless(code is null || (code.Length == 2 && code.All(char.IsAsciiLetter)), "country", "Must be a code of two letters, such as DE.");
        return code?.ToUpperInvariant();
    }

    /// <summary>The buyer of this name, tax number or domain; one that was merged leads to the one that it was merged into.</summary>
    public static async Task<Buyer?> FindAsync(Guid consortiumId, Known known, MarketingDb db, CancellationToken ct)
    {
        var name = MatchName.Of(known.Name);
        var all = db.Buyers.AcrossMembers().Where(b => b.ConsortiumId == consortiumId);
        var found = await FirstAsync(all.Where(b => b.MatchName == name));
        if (found is null && known.TaxId is { } taxId)
        {
            found = await FirstAsync(all.Where(b => b.TaxId == taxId));
        }

        if (found is null && known.Domain is { } domain)
        {
            found = await FirstAsync(all.Where(b => b.Domain == domain));
        }

        if (found?.MergedInto is { } into)
        {
            var kept = await KeptOfAsync(into, db, ct);
            found = await all.SingleOrDefaultAsync(b => b.Id == kept, ct);
        }

        return found;

        Task<Buyer?> FirstAsync(IQueryable<Buyer> of) => of.OrderBy(b => b.MergedInto != null).ThenBy(b => b.CreatedAt).FirstOrDefaultAsync(ct);
    }

    /// <summary>The buyer that this one was merged into, through all merges; itself if it wasn't. Only unmerged ones are merged: no circle.</summary>
    public static async Task<Guid> KeptOfAsync(Guid id, MarketingDb db, CancellationToken ct)
    {
        while (await db.Buyers.AcrossMembers().Where(b => b.Id == id).Select(b => b.MergedInto).SingleOrDefaultAsync(ct) is { } into)
        {
            id = into;
        }

        return id;
    }

    /// <summary>For the clean team: a buyer and those that were merged into it, through all merges.</summary>
    public static async Task<List<Guid>> MergedInAsync(Guid id, MarketingDb db, CancellationToken ct)
    {
        var (all, last) = (new List<Guid> { id }, new List<Guid> { id });
        while (last.Count > 0)
        {
            last = await db.Buyers.Where(b => b.MergedInto != null && last.Contains(b.MergedInto.Value)).Select(b => b.Id).ToListAsync(ct);
            all.AddRange(last);
        }

        return all;
    }

    /// <summary>
    /// The same, or a new one, to be saved. Of two at the same moment one is saved: the index of names refuses the other, whose request is repeated
    /// and finds the first.
    /// </summary>
    public static async Task<(Buyer Buyer, bool IsNew)> FindOrAddAsync(Guid consortiumId, Known known, MarketingDb db, DateTime now,
        CancellationToken ct)
    {
        if (await FindAsync(consortiumId, known, db, ct) is { } buyer)
        {
            return (buyer, false);
        }

        return (db.Add(new Buyer
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = consortiumId,
            Name = known.Name,
            MatchName = MatchName.Of(known.Name),
            Domain = known.Domain,
            TaxId = known.TaxId,
            Country = known.Country,
            CreatedAt = now,
        }).Entity, true);
    }
}
