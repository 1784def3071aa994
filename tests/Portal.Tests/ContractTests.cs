using System.Reflection;
using System.Text.Json.Nodes;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Tests;

/// <summary>What pages read of the interface's answers is in the interface's own documents.</summary>
public sealed class ContractTests
{
    // How the pages hold an answer, what is said in problem details, a plan, which the interface gives as it is stored, and what the gateway says
    // itself.
    private static readonly HashSet<string> OwnTypes =
    [
        "ApiAddress", "ApiClient", "Problem", "RowError", "FileFault", "RefusedAnswer", "RunPlan", "RunLine", "RunPart", "RunPassedOver",
        "GatewayStatusResponse", "GatewayStatusService", "GatewayStatusDestination",
    ];

    // The pages' word for an answer whose schema is named after the use case.
    private static readonly Dictionary<string, string> Schemas = new()
    {
        ["TokenPair"] = "SignInResponse", ["OwnAccount"] = "OwnAccountResponse", ["OwnConsortium"] = "OwnAccountOwnConsortium",
        ["OwnFirm"] = "OwnAccountOwnFirm",
    };

    [Fact]
    public async Task Every_property_that_a_page_reads_is_in_the_service_s_document()
    {
        await using var platform = new ServiceProcess("AllInOne");
        await platform.Start();
        using var http = new HttpClient { BaseAddress = platform.Address };
        var documents = await Task.WhenAll(Checkout.Current.Services.Select(async service =>
            JsonNode.Parse(await http.GetStringAsync($"/api/{service.Name}/openapi.json"))!["components"]!["schemas"]!.AsObject()));
        var views = typeof(TokenPair).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(TokenPair).Namespace && !type.IsNested && !type.IsGenericType
                && !OwnTypes.Contains(type.Name)).ToList();

        var wrong = new List<string>();
        foreach (var view in views)
        {
            // A type nested in a use case has its name before its own: GetOrderOrderPage.
            var schemas = documents.SelectMany(document => document).Where(schema => Schemas.TryGetValue(view.Name, out var name)
                    ? schema.Key == name : schema.Key.EndsWith(view.Name, StringComparison.Ordinal))
                .Select(schema => schema.Value).OfType<JsonObject>().ToList();
            var read = view.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetSetMethod() is not null)
                .Select(property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..]).ToList();
            if (schemas.Count == 0)
            {
                wrong.Add($"no service has {view.Name}");
            }
            else if (schemas.TrueForAll(schema => read.Exists(name => !Properties(schema).Contains(name))))
            {
                wrong.Add($"{view.Name} has no {string.Join(", ", read.Where(name => !Properties(schemas[0]).Contains(name)))}");
            }
        }

        Assert.NotEmpty(views);
        Assert.Empty(wrong);
    }

    private static HashSet<string> Properties(JsonObject schema) => [.. schema["properties"]?.AsObject().Select(property => property.Key) ?? []];
}
