using System.Text.Json;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests;

/// <summary>Whether an order is addressed to the consortium: by numbers, and by name only where no number can tell.</summary>
public sealed class OwnPartyTests
{
    private static readonly ConsortiumParty Own = new(
        "Vientiane Teak Furniture", "VTF", new("7302347231110", "0088"), [new("42", null), new("LA0815", "0199")], "LA 123 456");

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"name":"Somebody else"}""", false)]
    [InlineData("""{"name":"vtf"}""", true)]
    [InlineData("""{"name":"Anything","legalEntity":{"registrationName":" VIENTIANE Teak  Furniture"}}""", true)]
    [InlineData("""{"name":"VTF","legalEntity":{"registrationName":"Luang Prabang Teak"}}""", false)]
    [InlineData("""{"endpoint":{"value":"7302347231110","schemeId":"0088"}}""", true)]
    [InlineData("""{"name":"Another name","endpoint":{"value":"7302347231110","schemeId":"0088"}}""", true)]
    [InlineData("""{"name":"VTF","endpoint":{"value":"7302347231111","schemeId":"0088"}}""", false)]
    [InlineData("""{"name":"VTF","endpoint":{"value":"DE9","schemeId":"9930"}}""", true)]
    [InlineData("""{"name":"Else","endpoint":{"value":"DE9","schemeId":"9930"}}""", false)]
    [InlineData("""{"identifications":[{"value":"7","schemeId":"0088"},{"value":"42"}]}""", true)]
    [InlineData("""{"identifications":[{"value":"42","schemeId":"0199"}]}""", false)]
    [InlineData("""{"name":"VTF","identifications":[{"value":"LA0816","schemeId":"0199"}]}""", false)]
    [InlineData("""{"legalEntity":{"companyId":{"value":"LA0815","schemeId":"0199"}}}""", true)]
    [InlineData("""{"taxSchemes":[{"companyId":{"value":"la 123 456"}}]}""", true)]
    [InlineData("""{"name":"VTF","taxSchemes":[{"companyId":{"value":"LA 123 457"}}]}""", false)]
    public void The_addressed_seller_is_compared(string seller, bool isOwn) =>
        Assert.Equal(isOwn, OwnParty.Is(Own, JsonSerializer.Deserialize<DocumentParty>(seller, JsonSerializerOptions.Web)!));
}
