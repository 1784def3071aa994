namespace ExportConsortia.Allocation.Members;

/// <summary>Our copy of a firm's licence to use the collective brand, as Marketing publishes it.</summary>
internal sealed class BrandLicence
{
    public const string Active = "Active";
    public const string Suspended = "Suspended";
    public const string Withdrawn = "Withdrawn";

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    /// <summary>The product; null: all products of the firm.</summary>
    public string? ProductCode { get; init; }

    /// <summary><c>Active</c>, <c>Suspended</c> or <c>Withdrawn</c>.</summary>
    public string State { get; set; } = "";

    public DateOnly From { get; set; }

    /// <summary>First day after it; null: no end.</summary>
    public DateOnly? Until { get; set; }

    /// <summary>Version of the licence: an older one is ignored.</summary>
    public long Version { get; set; }

    /// <summary>
    /// True if a firm's licences cover a product from today through the last day of delivery. A licence for all products doesn't help against
    /// the suspension of the one for this product, in the time in which that one would hold.
    /// </summary>
    public static bool Cover(IEnumerable<BrandLicence> ofFirm, string product, DateOnly today, DateOnly? due)
    {
        var through = due > today ? due.Value : today;
        var covering = ofFirm.Where(l => l.ProductCode is null || l.ProductCode == product).ToList();
        return covering.Exists(l => l.State == Active && l.From <= today && (l.Until is null || l.Until > through))
            && !covering.Exists(l => l.ProductCode == product && l.State == Suspended && l.From <= through && (l.Until is null || l.Until > today));
    }
}
