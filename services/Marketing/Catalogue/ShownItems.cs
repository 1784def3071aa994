using ExportConsortia.Marketing.Brand;
using ExportConsortia.Marketing.Sheets;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>
/// Which items of the latest edition the public sees, and why others are hidden. An item leaves by itself when a certificate that its sheet names has
/// ended or is not confirmed, when its firm takes no part, when its product is retired or, if the policy says so, without a valid brand licence; and
/// it returns when all that is restored.
/// </summary>
internal sealed class ShownItems
{
    private readonly CatalogueSettings _settings;
    private readonly Consortium _consortium;
    private readonly Dictionary<Guid, MemberFirm> _firms;
    private readonly HashSet<string> _retired;
    private readonly Dictionary<Guid, Certificate> _certificates;
    private readonly ILookup<Guid, LicenceWindow> _licences;

    private ShownItems(
        CatalogueSettings settings, Consortium consortium, IEnumerable<MemberFirm> firms, IEnumerable<string> retired,
        IEnumerable<Certificate> certificates, IEnumerable<LicenceWindow> licences)
    {
        (_settings, _consortium) = (settings, consortium);
        _firms = firms.ToDictionary(f => f.Id);
        _retired = retired.ToHashSet(StringComparer.Ordinal);
        _certificates = certificates.ToDictionary(c => c.Id);
        _licences = licences.ToLookup(l => l.MemberId);
    }

    /// <summary>The items of the latest edition and what hides them, for the platform or the clean team; none before the first edition.</summary>
    public static async Task<IReadOnlyList<(EditionItem Item, ShownItem? Shown, IReadOnlyList<HiddenBecause> Hidden)>> OfAsync(
        MarketingDb db, Guid consortiumId, DateTime now, CancellationToken ct)
    {
        if (await db.LatestEditionAsync(consortiumId, ct) is not { } edition)
        {
            return [];
        }

        var settings = await db.CatalogueSettingsOfAsync(consortiumId, ct);
        var live = new ShownItems(
            settings,
            await db.ConsortiumAsync(consortiumId, ct),
            await db.Members.AsNoTracking().Where(m => m.ConsortiumId == consortiumId).ToListAsync(ct),
            await db.Products.Where(p => p.ConsortiumId == consortiumId && p.Retired).Select(p => p.Code).ToListAsync(ct),
            await db.Certificates.AsNoTracking().Where(c => c.ConsortiumId == consortiumId).ToListAsync(ct),
            settings.NeedsBrandLicence ? await LicenceWindow.OfAsync(db, consortiumId, ct) : []);
        return [.. EditionDocument.Read(edition.Document).Items.Select(item => live.Show(item, now))];
    }

    // Certificates and licences have ends that are known: the store compares them with the clock, and nobody has to wake up for them.
    private (EditionItem, ShownItem?, IReadOnlyList<HiddenBecause>) Show(EditionItem item, DateTime now)
    {
        var hidden = new SortedSet<HiddenBecause>();
        var (from, until, hasLicence) = ((DateTime?)null, (DateTime?)null, true);
        if (_firms.GetValueOrDefault(item.MemberId)?.Standing is not (MemberStanding.Active or MemberStanding.Probation))
        {
            hidden.Add(HiddenBecause.Firm);
        }

        if (_retired.Contains(item.ProductCode))
        {
            hidden.Add(HiddenBecause.ProductRetired);
        }

        var named = item.Certificates.Select(c => _certificates.GetValueOrDefault(c.Id)).Where(c => c?.MemberId == item.MemberId).ToList();
        if (named.Count < item.Certificates.Count || named.Exists(c => c!.ConfirmedAt is null))
        {
            hidden.Add(HiddenBecause.CertificateUnconfirmed);
        }

        foreach (var certificate in named)
        {
            Narrow(certificate!.ValidFrom, certificate.ValidUntil.AddDays(1));
        }

        var today = _consortium.Day(now);
        if (named.Exists(c => c!.ValidUntil < today || c.ValidFrom > today))
        {
            hidden.Add(HiddenBecause.CertificateEnded);
        }

        if (_settings.NeedsBrandLicence)
        {
            // Of several the one that is valid now, else the next one.
            var licences = _licences[item.MemberId].Where(l => l.ProductCode is null || l.ProductCode == item.ProductCode).ToList();
            var licence = licences.Where(l => !l.Suspended && (l.Until is null || l.Until > today))
                .OrderBy(l => l.From > today ? l.From : DateOnly.MinValue).ThenByDescending(l => l.Until ?? DateOnly.MaxValue).FirstOrDefault();
            // One for all products doesn't help against the suspension of the one for this product, while that one would hold (as in Allocation).
            var resting = licences.Find(l => l.Suspended && l.ProductCode is not null && (l.Until is null || l.Until > today));
            if (licence is null || licence.From > today || resting?.From <= today)
            {
                hidden.Add(HiddenBecause.BrandLicence);
            }

            hasLicence = licence is not null && (resting is not { Until: null } || resting.From > today);
            if (hasLicence)
            {
                Narrow(licence!.From, licence.Until);
                if (resting is not null)
                {
                    Narrow(resting.From > today ? licence.From : resting.Until!.Value, resting.From > today ? resting.From : null);
                }
            }
        }

        // What only a later day makes visible is stored too: it appears by itself.
        HiddenBecause[] withoutDay = [HiddenBecause.Firm, HiddenBecause.ProductRetired, HiddenBecause.CertificateUnconfirmed];
        return (item, hidden.Overlaps(withoutDay) || !hasLicence || until <= now ? null : ToPublic(item, named!, from, until), [.. hidden]);

        void Narrow(DateOnly first, DateOnly? end)
        {
            var (starts, ends) = (_consortium.BeginningOf(first), end is { } day ? _consortium.BeginningOf(day) : (DateTime?)null);
            from = starts > now && (from is null || starts > from) ? starts : from;
            until = ends is not null && (until is null || ends < until) ? ends : until;
        }
    }

    private ShownItem ToPublic(EditionItem item, List<Certificate> certificates, DateTime? from, DateTime? until) => new()
    {
        Id = item.SheetId,
        Slug = item.Slug,
        ProductCode = item.ProductCode,
        Family = item.Family,
        Unit = item.Unit,
        Firm = _settings.NamesFirms ? item.Firm : null,
        Texts = item.Texts,
        HsCode = item.HsCode,
        Size = item.Size,
        Pack = item.Pack,
        LeadTimeDays = item.LeadTimeDays,
        MinimumOrder = item.MinimumOrder,
        Origin = item.Origin,
        Attributes = item.Attributes,
        Images = item.Images,
        Certificates = [.. certificates.Select(c => new ShownCertificate(c.Kind, c.Issuer, _settings.NamesFirms ? c.Number : null, c.ValidUntil))],
        ShownFrom = from,
        ShownUntil = until,
    };
}

/// <summary>A time in which a firm may use the collective brand for a product, or for all of its products.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="ProductCode">The product; null: all of the firm's.</param>
/// <param name="From">First day.</param>
/// <param name="Until">First day after it; null: no end.</param>
/// <param name="Suspended">True: it doesn't hold at present.</param>
internal sealed record LicenceWindow(Guid MemberId, string? ProductCode, DateOnly From, DateOnly? Until, bool Suspended)
{
    /// <summary>The licences of a consortium that are not withdrawn.</summary>
    public static async Task<IReadOnlyList<LicenceWindow>> OfAsync(MarketingDb db, Guid consortiumId, CancellationToken ct) =>
        await db.BrandLicences.Where(l => l.ConsortiumId == consortiumId && l.State != LicenceState.Withdrawn)
            .Select(l => new LicenceWindow(l.MemberId, l.ProductCode, l.From, l.Until, l.State == LicenceState.Suspended)).ToListAsync(ct);
}

/// <summary>Why the public doesn't see an item of the latest edition.</summary>
internal enum HiddenBecause
{
    /// <summary>The firm is suspended or has left.</summary>
    Firm,

    /// <summary>The product is retired.</summary>
    ProductRetired,

    /// <summary>The manager hasn't confirmed a certificate that the sheet names, or it is there no more.</summary>
    CertificateUnconfirmed,

    /// <summary>A certificate is not valid today.</summary>
    CertificateEnded,

    /// <summary>The firm has no valid licence of the brand for the product, which the policy wants.</summary>
    BrandLicence,
}
