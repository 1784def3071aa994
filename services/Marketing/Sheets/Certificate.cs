namespace ExportConsortia.Marketing.Sheets;

/// <summary>A firm's certificate, such as FSC chain of custody. It counts in public once the manager has seen it.</summary>
internal sealed class Certificate
{
    /// <summary>The most certificates of a firm.</summary>
    public const int MostOfFirm = 100;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    /// <summary>The kind that searches filter by, such as <c>FSC</c>.</summary>
    public required string Kind { get; set; }

    public required string Number { get; set; }

    public required string Issuer { get; set; }

    public required DateOnly ValidFrom { get; set; }

    /// <summary>Last day, inclusive.</summary>
    public required DateOnly ValidUntil { get; set; }

    public DateTime? ConfirmedAt { get; set; }

    /// <summary>The manager who confirmed it; null: nobody, or it was before this was kept.</summary>
    public Guid? ConfirmedBy { get; set; }

    /// <summary>The manager who took the confirmation away, until it is changed or confirmed again.</summary>
    public Guid? UnconfirmedBy { get; set; }

    /// <summary>Why.</summary>
    public string? UnconfirmedBecause { get; set; }

    public long Version { get; set; }

    /// <summary>The firm changes it: the manager has to see it again. What says the same changes nothing.</summary>
    public void Change(CertificateTerms terms)
    {
        if (terms == new CertificateTerms(Kind, Number, Issuer, ValidFrom, ValidUntil))
        {
            return;
        }

        (Kind, Number, Issuer, ValidFrom, ValidUntil) = terms;
        (ConfirmedAt, ConfirmedBy, UnconfirmedBy, UnconfirmedBecause) = (null, null, null, null);
        Version++;
    }

    /// <summary>The manager has seen it.</summary>
    public Refusal? Confirm(Guid by, DateTime now)
    {
        if (ConfirmedAt is not null)
        {
            return new("ALREADY_DECIDED", "The certificate is confirmed already.");
        }

        (ConfirmedAt, ConfirmedBy, UnconfirmedBy, UnconfirmedBecause) = (now, by, null, null);
        Version++;
        return null;
    }

    /// <summary>The manager no longer vouches for it.</summary>
    public Refusal? Unconfirm(Guid by, string reason)
    {
        if (ConfirmedAt is null)
        {
            return new("ALREADY_DECIDED", "The certificate is not confirmed.");
        }

        (ConfirmedAt, ConfirmedBy, UnconfirmedBy, UnconfirmedBecause) = (null, null, by, reason);
        Version++;
        return null;
    }
}

/// <summary>What a firm says of a certificate.</summary>
internal sealed record CertificateTerms(string Kind, string Number, string Issuer, DateOnly ValidFrom, DateOnly ValidUntil);
