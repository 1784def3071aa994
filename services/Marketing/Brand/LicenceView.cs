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
/// <param name="Changes">Who gave it and who moved its end, the oldest first; none of what was before this was kept.</param>
/// <param name="Proposal">A step that waits for a second person.</param>
public sealed record LicenceView(
    Guid Id, Guid MemberId, string? ProductCode, int RegulationVersion, DateOnly From, DateOnly? Until, LicenceState State, DateOnly? SuspendedUntil,
    IReadOnlyList<SanctionView> Sanctions, long Version, IReadOnlyList<LicenceChangeView> Changes, SanctionProposalView? Proposal)
{
    internal static LicenceView Of(BrandLicence l) => new(
        l.Id, l.MemberId, l.ProductCode, l.RegulationVersion, l.From, l.Until, l.State, l.SuspendedUntil,
        l.Sanctions.ConvertAll(s => new SanctionView(s.Kind, s.At, s.Reason, s.AppealUntil, s.Until, s.By, s.ApprovedBy)), l.Version,
        [.. (l.Changes ?? []).Select(c => new LicenceChangeView(c.Kind, c.At, c.By, c.Reason, c.Until))],
        l.Proposal is { } p ? new(p.Kind, p.Reason, p.AppealUntil, p.Until, p.Grave, p.By, p.At) : null);
}

/// <summary>What was imposed on a licence.</summary>
/// <param name="Kind">Which step.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">Why.</param>
/// <param name="AppealUntil">Last day on which the firm can appeal.</param>
/// <param name="Until">Of a suspension: first day on which the licence holds again.</param>
/// <param name="By">The account of the manager who imposed it; absent: a suspension ended on its day.</param>
/// <param name="ApprovedBy">The account of the second person, if it needed one.</param>
public sealed record SanctionView(
    SanctionKind Kind, DateTime At, string? Reason, DateOnly? AppealUntil, DateOnly? Until, Guid? By, Guid? ApprovedBy);

/// <summary>A manager gave a licence, or moved its end.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="At">When, UTC.</param>
/// <param name="By">The account of the manager.</param>
/// <param name="Reason">Why.</param>
/// <param name="Until">First day after the licence from then on; absent: no end.</param>
public sealed record LicenceChangeView(LicenceChangeKind Kind, DateTime At, Guid By, string Reason, DateOnly? Until);

/// <summary>A step of the ladder that waits for a second person.</summary>
/// <param name="Kind">Which step.</param>
/// <param name="Reason">Why.</param>
/// <param name="AppealUntil">Last day on which the firm can appeal; absent of a restoration.</param>
/// <param name="Until">Of a suspension: first day on which the licence holds again.</param>
/// <param name="Grave">True: so grave that earlier steps are passed over.</param>
/// <param name="By">The account of the manager.</param>
/// <param name="At">When, UTC.</param>
public sealed record SanctionProposalView(
    SanctionKind Kind, string Reason, DateOnly? AppealUntil, DateOnly? Until, bool Grave, Guid By, DateTime At);
