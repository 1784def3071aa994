namespace ExportConsortia.Marketing.Brand;

/// <summary>A licence to use the collective brand.</summary>
/// <param name="Id">The licence.</param>
/// <param name="MemberId">The firm.</param>
/// <param name="ProductCode">The product; absent: all products of the firm.</param>
/// <param name="RegulationVersion">The version of the regulations that it was given under.</param>
/// <param name="From">First day.</param>
/// <param name="Until">First day after it; absent: no end.</param>
/// <param name="State">Where it stands.</param>
/// <param name="SuspendedUntil">First day on which a suspended one holds again by itself.</param>
/// <param name="Sanctions">What was imposed, the oldest first.</param>
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
public sealed record LicenceView(
    Guid Id, Guid MemberId, string? ProductCode, int RegulationVersion, DateOnly From, DateOnly? Until, LicenceState State, DateOnly? SuspendedUntil,
    IReadOnlyList<SanctionView> Sanctions, long Version)
{
    internal static LicenceView Of(BrandLicence l) => new(
        l.Id, l.MemberId, l.ProductCode, l.RegulationVersion, l.From, l.Until, l.State, l.SuspendedUntil,
        l.Sanctions.ConvertAll(s => new SanctionView(s.Kind, s.At, s.Reason, s.AppealUntil, s.Until)), l.Version);
}

/// <summary>What was imposed on a licence.</summary>
/// <param name="Kind">Which step.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">Why.</param>
/// <param name="AppealUntil">Last day on which the firm can appeal.</param>
/// <param name="Until">Of a suspension: first day on which the licence holds again.</param>
public sealed record SanctionView(SanctionKind Kind, DateTime At, string? Reason, DateOnly? AppealUntil, DateOnly? Until);
