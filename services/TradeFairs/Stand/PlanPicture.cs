namespace ExportConsortia.TradeFairs.Stand;

/// <summary>A picture of the stand that lies behind its floor plan: columns, doors, gangways. There is one for each edition.</summary>
internal sealed class PlanPicture
{
    public required Guid EditionId { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>Another picture has another id.</summary>
    public Guid Id { get; set; }

    public string ContentType { get; set; } = "";

    public byte[] Bytes { get; set; } = [];
}
