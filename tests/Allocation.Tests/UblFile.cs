using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ExportConsortia.Allocation.Documents;

namespace ExportConsortia.Allocation.Tests;

/// <summary>Our own UBL files and what becomes of them.</summary>
internal static class UblFile
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Complete { get; } = Text("complete.xml");

    public static string Minimal { get; } = Text("minimal.xml");

    public static string Text(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Documents", name));

    public static Task<ReadUblOrder.Result> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    public static Task<ReadUblOrder.Result> Read(byte[] bytes) =>
        ReadUblOrder.ReadAsync(new MemoryStream(bytes), TestContext.Current.CancellationToken);

    public static async Task<OrderDocument> Order(string text)
    {
        var result = await Read(text);
        Assert.Empty(result.Faults);
        return result.Order!;
    }

    public static async Task<UblFault> OnlyFault(string text) => Assert.Single((await Read(text)).Faults);

    /// <summary>The text with one place changed, which must occur exactly once.</summary>
    public static string With(this string text, string from, string to)
    {
        Assert.Equal(2, text.Split(from).Length);
        return text.Replace(from, to, StringComparison.Ordinal);
    }

    /// <summary>Line of the file on which a text begins, from 1.</summary>
    public static int LineOf(this string text, string part) =>
        text[..text.IndexOf(part, StringComparison.Ordinal)].Count(letter => letter == '\n') + 1;

    public static string Json(this OrderDocument order) => JsonSerializer.Serialize(order, Web);

    public static OrderDocument FromJson(string json) => JsonSerializer.Deserialize<OrderDocument>(json, Web)!;
}
