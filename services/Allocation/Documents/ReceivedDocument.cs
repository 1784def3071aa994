using System.Text.Json;

namespace ExportConsortia.Allocation.Documents;

/// <summary>What the buyer sent, kept unchanged: the document, and the file if it was imported.</summary>
internal sealed class ReceivedDocument
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    public required Guid OrderId { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>The <see cref="OrderDocument"/> as JSON.</summary>
    public required string Json { get; init; }

    /// <summary>The imported file, byte by byte.</summary>
    public byte[]? File { get; init; }

    public OrderDocument Document => Read(Json);

    public static OrderDocument Read(string json) => JsonSerializer.Deserialize<OrderDocument>(json, Web)!;

    public static string Write(OrderDocument document) => JsonSerializer.Serialize(document, Web);
}
