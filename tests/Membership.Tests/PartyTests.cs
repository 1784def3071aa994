using ExportConsortia.Contracts;

namespace ExportConsortia.Membership.Tests;

/// <summary>A consortium states the party that it trades as.</summary>
public sealed class PartyTests(Installations installations)
{
    private static readonly object Stated = new
    {
        legalName = " Vientiane Teak Furniture ",
        tradingName = "VTF",
        endpoint = new { value = "7302347231110", scheme = "0088" },
        identifiers = new[] { new { value = "42" } },
        taxId = "LA-123456789",
    };

    [Theory, EachShape]
    public async Task A_manager_states_the_party_and_it_is_announced(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var before = await vtf.Manager.Get("consortium/party");
        Assert.Equal(("\"0\"", 0), (before.ETag, before.Expect(HttpStatusCode.OK)["version"]!.GetValue<int>()));
        Assert.Null(before.Json["party"]);
        (await vtf.Manager.Put("consortium/party", Stated)).ExpectProblem(428, "IF_MATCH_REQUIRED");

        var stated = await vtf.Manager.Put("consortium/party", Stated, "\"0\"");

        Assert.Equal("Vientiane Teak Furniture", stated.Expect(HttpStatusCode.OK)["party"]!["legalName"]!.GetValue<string>());
        Assert.Equal("\"1\"", stated.ETag);
        var published = await installation.UntilPublished<ConsortiumPartyChanged>(m => m.ConsortiumId == vtf.Id);
        Assert.Equal(
            ("Vientiane Teak Furniture", "VTF", new PartyIdentifier("7302347231110", "0088"), "LA-123456789", 1),
            (published.Party.LegalName, published.Party.TradingName, published.Party.Endpoint, published.Party.TaxId, published.Version));
        Assert.Equal([new("42", null)], published.Party.Identifiers);
        (await vtf.Manager.Put("consortium/party", new { legalName = "Late" }, "\"0\"")).ExpectProblem(412, "STALE_VERSION");

        (await vtf.Manager.Put("consortium/party", new { legalName = "Vientiane Teak" }, "\"1\"")).Expect(HttpStatusCode.OK);
        var changed = await installation.UntilPublished<ConsortiumPartyChanged>(m => m.ConsortiumId == vtf.Id && m.Version == 2);
        Assert.Equal("Vientiane Teak", changed.Party.LegalName);
        Assert.Equal((null, null, null), (changed.Party.TradingName, changed.Party.Endpoint, changed.Party.TaxId));
        Assert.Empty(changed.Party.Identifiers);
    }

    [Theory, EachShape]
    public async Task Every_wrong_field_is_named_at_once(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();

        var answer = await vtf.Manager.Put("consortium/party", new
        {
            legalName = new string('x', 201),
            tradingName = "",
            endpoint = new { value = "" },
            identifiers = new[] { new { value = new string('1', 101), scheme = "no blanks" } },
            taxId = new string('x', 51),
        }, "\"0\"");

        answer.ExpectProblem(400, "INVALID_INPUT");
        Assert.Equal(
            ["endpoint.scheme", "endpoint.value", "identifiers[0].scheme", "identifiers[0].value", "legalName", "taxId", "tradingName"],
            answer.WrongFields);
        var many = new { legalName = "VTF", identifiers = Enumerable.Range(0, 21).Select(i => new { value = $"{i}" }) };
        Assert.Equal(["identifiers"], (await vtf.Manager.Put("consortium/party", many, "\"0\"")).WrongFields);
    }

    [Theory, EachShape]
    public async Task Only_managers_state_it_and_each_reads_its_own(Shape shape)
    {
        var installation = await installations.In(shape);
        var (vtf, other) = (await installation.Found(), await installation.Found());
        (await vtf.Manager.Put("consortium/party", Stated, "\"0\"")).Expect(HttpStatusCode.OK);
        var auditor = await vtf.Open("Auditor");
        var worker = await (await vtf.Admit()).OpenUser();

        Assert.Equal(1, (await auditor.Get("consortium/party")).Expect(HttpStatusCode.OK)["version"]!.GetValue<int>());
        Assert.Equal(0, (await other.Manager.Get("consortium/party")).Expect(HttpStatusCode.OK)["version"]!.GetValue<int>());
        (await auditor.Put("consortium/party", Stated, "\"1\"")).ExpectProblem(403, "NOT_ALLOWED");
        (await worker.Get("consortium/party")).ExpectProblem(403, "NOT_ALLOWED");
        (await worker.Put("consortium/party", Stated, "\"1\"")).ExpectProblem(403, "NOT_ALLOWED");
        (await installation.Operator.Get("consortium/party")).ExpectProblem(403, "NOT_ALLOWED");
    }
}
