using ExportConsortia.Marketing.Products;

namespace ExportConsortia.Marketing.Sheets;

/// <summary>A firm's sheet of a product: the draft beside what is approved.</summary>
/// <param name="Id">Its id.</param>
/// <param name="MemberId">The member firm that it belongs to.</param>
/// <param name="ProductCode">The consortium's product code.</param>
/// <param name="ProductName">The product's name in the consortium's list.</param>
/// <param name="Unit">UN/ECE code of the product's unit, in which all its quantities are.</param>
/// <param name="State">Where the draft stands.</param>
/// <param name="Draft">What the firm says now.</param>
/// <param name="Approved">What both the firm and the manager approved last; null before the first time.</param>
/// <param name="ApprovedVersion">Number of approvals.</param>
/// <param name="ReturnedBecause">Why the manager sent it back, until the firm submits it again.</param>
/// <param name="Certificates">The certificates that the draft or the approved content names.</param>
/// <param name="NamesProduct">For the clean team: true if this sheet gives the product its name in the catalogue.</param>
/// <param name="ChangedAt">When it was last changed, UTC.</param>
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
/// <param name="LeftOut">The manager left the sheet out of the latest edition, though it was approved.</param>
public sealed record SheetView(
    Guid Id, Guid MemberId, string ProductCode, string ProductName, string Unit, SheetState State, SheetContent Draft, SheetContent? Approved,
    int ApprovedVersion, string? ReturnedBecause, IReadOnlyList<CertificateView> Certificates, bool? NamesProduct, DateTime ChangedAt, long Version,
    SheetLeftOut? LeftOut)
{
    internal static async Task<SheetView> OfAsync(ProductSheet s, MarketingDb db, Caller caller, CancellationToken ct)
    {
        var product = await db.Products.AsNoTracking().SingleOrDefaultAsync(p => p.ConsortiumId == s.ConsortiumId && p.Code == s.ProductCode, ct);
        var named = s.Draft.Certificates.Concat(s.Approved?.Certificates ?? []).ToHashSet();
        var certificates = named.Count == 0 ? []
            : await db.Certificates.AsNoTracking().Where(c => c.MemberId == s.MemberId && named.Contains(c.Id)).OrderBy(c => c.Kind).ToListAsync(ct);
        bool? names = caller.IsCleanTeam ? await db.ProductNames.AnyAsync(n => n.SheetId == s.Id, ct) : null;
        return new(
            s.Id, s.MemberId, s.ProductCode, product?.Name ?? "", product?.Unit ?? UnitCode.Piece, s.State, s.Draft, s.Approved, s.ApprovedVersion,
            s.ReturnedBecause, certificates.ConvertAll(CertificateView.Of), names, s.ChangedAt, s.Version, await LeftOutAsync(s, db, ct));
    }

    private static async Task<SheetLeftOut?> LeftOutAsync(ProductSheet s, MarketingDb db, CancellationToken ct)
    {
        // The document of an edition is large, and few editions leave sheets out.
        var latest = await db.Editions.Where(e => e.ConsortiumId == s.ConsortiumId).OrderByDescending(e => e.Number)
            .Select(e => new { e.Id, e.Number, e.PublishedAt, e.PublishedBy, e.LeftOutBecause }).FirstOrDefaultAsync(ct);
        return latest?.LeftOutBecause is { } reason
            && (await db.Editions.Where(e => e.Id == latest.Id).Select(e => e.LeftOut).SingleAsync(ct))!.Contains(s.Id)
            ? new(latest.Number, latest.PublishedAt, latest.PublishedBy, reason) : null;
    }
}

/// <summary>An approved sheet is not in the latest edition.</summary>
/// <param name="Edition">Number of the edition.</param>
/// <param name="At">When it was published, UTC.</param>
/// <param name="By">The account of the manager who did it.</param>
/// <param name="Reason">Why the sheet was left out.</param>
public sealed record SheetLeftOut(int Edition, DateTime At, Guid By, string Reason);

/// <summary>A line of the list of sheets.</summary>
/// <param name="Id">The sheet.</param>
/// <param name="MemberId">The member firm that it belongs to.</param>
/// <param name="ProductCode">The consortium's product code.</param>
/// <param name="ProductName">The product's name in the consortium's list.</param>
/// <param name="State">Where the draft stands.</param>
/// <param name="Names">The draft's name by language.</param>
/// <param name="FirstImage">Its first image, if it has one.</param>
/// <param name="ApprovedVersion">Number of approvals; 0: nothing of it is approved yet.</param>
/// <param name="ChangedAt">When it was last changed, UTC.</param>
/// <param name="Version">Grows by one with each change.</param>
public sealed record SheetRow(
    Guid Id, Guid MemberId, string ProductCode, string ProductName, SheetState State, IReadOnlyDictionary<string, string> Names, Guid? FirstImage,
    int ApprovedVersion, DateTime ChangedAt, long Version)
{
    internal static SheetRow Of(ProductSheet s, ListedProduct? product) => new(
        s.Id, s.MemberId, s.ProductCode, product?.Name ?? "", s.State, s.Draft.Texts.ToDictionary(t => t.Key, t => t.Value.Name),
        s.Draft.Images.Count > 0 ? s.Draft.Images[0] : null, s.ApprovedVersion, s.ChangedAt, s.Version);
}
