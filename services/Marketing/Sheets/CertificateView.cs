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
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
public sealed record CertificateView(
    Guid Id, Guid MemberId, string Kind, string Number, string Issuer, DateOnly ValidFrom, DateOnly ValidUntil, DateTime? ConfirmedAt, long Version)
{
    internal static CertificateView Of(Certificate c) =>
        new(c.Id, c.MemberId, c.Kind, c.Number, c.Issuer, c.ValidFrom, c.ValidUntil, c.ConfirmedAt, c.Version);
}
