using System.Text.Json.Nodes;
using ExportConsortia.Allocation.Documents;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Allocation.Tests;

/// <summary>What lies in the store stays readable: columns with numbers for values of a list, as they once were, and the buyer's paper.</summary>
public static class StoredJsonTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Stored");

    [Fact]
    public static async Task Nested_parts_are_stored_with_names_and_read_with_numbers_too()
    {
        await using var db = SchemaTests.Open(o => o.UseSqlite());
        StoredJsonCheck.Holds(db, Path.Combine(Folder, "columns.json"));
    }

    [Fact]
    public static async Task The_buyers_paper_is_stored_as_it_was()
    {
        var stored = JsonNode.Parse(ReceivedDocument.Write(await UblFile.Order(UblFile.Complete)))!.ToJsonString();
        var pinned = await File.ReadAllTextAsync(Path.Combine(Folder, "paper.json"), TestContext.Current.CancellationToken);

        var read = new ReceivedDocument { OrderId = Guid.Empty, ConsortiumId = Guid.Empty, Json = pinned }.Document;

        Assert.Equal(JsonNode.Parse(pinned)!.ToJsonString(), stored);
        Assert.Equal(stored, JsonNode.Parse(ReceivedDocument.Write(read))!.ToJsonString());
    }
}
