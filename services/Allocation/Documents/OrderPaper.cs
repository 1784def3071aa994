using System.Text.Json;

namespace ExportConsortia.Allocation.Documents;

/// <summary>What the buyer sent, kept as it came: the document, and for an imported file the file itself.</summary>
internal sealed class OrderPaper
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    public required Guid OrderId { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>The <see cref="OrderDocument"/> as JSON.</summary>
    public required string Json { get; init; }

    /// <summary>The file, byte by byte, if the order came as one.</summary>
    public byte[]? File { get; init; }

    public OrderDocument Document => Read(Json);

    public static OrderDocument Read(string json) => JsonSerializer.Deserialize<OrderDocument>(json, Web)!;

    public static string Write(OrderDocument document) => JsonSerializer.Serialize(document, Web);
}
