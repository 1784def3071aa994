using System.Text.Json;
using System.Text.Json.Nodes;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Offers;

namespace ExportConsortia.Allocation.Tests;

/// <summary>Stored JSON stays readable: columns that once held numbers for enum values, and the buyer's order document.</summary>
public static class StoredJsonTests
{
    [Fact]
    public static void JSON_columns_stay_readable() => StoredJsonCheck.Holds<AllocationDb>();

    [Fact]
    public static void Terms_older_than_properties_and_instructions_have_none()
    {
        var terms = JsonSerializer.Deserialize<OfferTerms>(
            """{"LineId":"1","Product":"TK-12","Description":"Chair","Unit":"C62","LotSize":10,"MinLot":30,"Currency":"EUR"}""")!;

        Assert.Equal(("Chair", null, null), (terms.Description, terms.ItemDescription, terms.Note));
        Assert.Empty(terms.Properties);
        Assert.Empty(terms.Instructions);
    }

    [Fact]
    public static async Task The_buyers_document_is_stored_as_it_was()
    {
        var stored = JsonNode.Parse(ReceivedDocument.Write(await UblFile.Order(UblFile.Complete)))!.ToJsonString();
        var pinned = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Stored", "paper.json"), TestContext.Current.CancellationToken);

        var read = new ReceivedDocument { OrderId = Guid.Empty, ConsortiumId = Guid.Empty, Json = pinned }.Document;

        Assert.Equal(JsonNode.Parse(pinned)!.ToJsonString(), stored);
        Assert.Equal(stored, JsonNode.Parse(ReceivedDocument.Write(read))!.ToJsonString());
    }
}
