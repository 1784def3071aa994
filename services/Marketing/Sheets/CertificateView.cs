namespace ExportConsortia.Marketing.Sheets;

/// <summary>A firm's certificate as its people and the clean team read it.</summary>
/// <param name="Id">Its id, which sheets name.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="Kind">The kind that searches filter by, such as <c>FSC</c>.</param>
/// <param name="Number">Its number.</param>
/// <param name="Issuer">Who issued it.</param>
/// <param name="ValidFrom">First day.</param>
/// <param name="ValidUntil">Last day, inclusive.</param>
/// <param name="ConfirmedAt">When the manager confirmed it as it is, UTC; null: not yet, and it doesn't count in public.</param>
/// <param name="ConfirmedBy">The account of the manager who confirmed it; absent also if that was before this was kept.</param>
/// <param name="UnconfirmedBy">The account of the manager who took the confirmation away, until it is changed or confirmed again.</param>
/// <param name="UnconfirmedBecause">Why.</param>
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
public sealed record CertificateView(
    Guid Id, Guid MemberId, string Kind, string Number, string Issuer, DateOnly ValidFrom, DateOnly ValidUntil, DateTime? ConfirmedAt,
    Guid? ConfirmedBy, Guid? UnconfirmedBy, string? UnconfirmedBecause, long Version)
{
    internal static CertificateView Of(Certificate c) =>
        new(c.Id, c.MemberId, c.Kind, c.Number, c.Issuer, c.ValidFrom, c.ValidUntil, c.ConfirmedAt, c.ConfirmedBy, c.UnconfirmedBy,
            c.UnconfirmedBecause, c.Version);
}
