namespace ExportConsortia.Marketing.Markets;

/// <summary>A target market.</summary>
/// <param name="Country">ISO 3166-1 alpha-2 code.</param>
/// <param name="Note">What to know of it.</param>
/// <param name="Wanted">Certificates wanted there.</param>
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
/// <param name="Studies">Studies of it, the latest first; not in lists.</param>
public sealed record MarketView(
    string Country, string? Note, IReadOnlyList<WantedView> Wanted, long Version, IReadOnlyList<StudyView>? Studies)
{
    internal static MarketView Of(TargetMarket market) => new(
        market.Country, market.Note, market.Wanted.ConvertAll(w => new WantedView(w.Kind, w.ProductFamily)), market.Version, null);
}

/// <summary>A certificate that is wanted.</summary>
/// <param name="Kind">Its kind, as firms name it, 1 to 40 characters, such as <c>FSC</c>.</param>
/// <param name="ProductFamily">For products of this family, 1 to 100 characters; absent: for all.</param>
public sealed record WantedView(string Kind, string? ProductFamily = null);

/// <summary>A study of a market.</summary>
/// <param name="Id">The study.</param>
/// <param name="Title">Its title.</param>
/// <param name="Text">What was found out.</param>
/// <param name="Link">Address of the document.</param>
/// <param name="PublishedAt">When it was published, UTC.</param>
public sealed record StudyView(Guid Id, string Title, string Text, string? Link, DateTime PublishedAt)
{
    internal static StudyView Of(MarketStudy study) => new(study.Id, study.Title, study.Text, study.Link, study.PublishedAt);
}
