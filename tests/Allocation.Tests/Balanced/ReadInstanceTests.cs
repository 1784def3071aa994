using System.Text.Json.Nodes;
using ExportConsortia.Allocation.Engine.Balanced;

namespace ExportConsortia.Allocation.Tests.Balanced;

/// <summary>Reading an instance file; each error names its place.</summary>
public sealed class ReadInstanceTests
{
    private const string Good = """
        {"schema":"alloc-instance/1","name":"two","weeks":2,
         "policy":{"bandsPerMille":[50,100],"slopes":[0,1,2],"fairSlackPerMille":2,
           "costSlackPerMille":5,"undeliveredPercent":125,"singleSourceWeight":3},
         "products":[{"id":"P1","pool":"G1","refPrice":100}],
         "members":[{"id":"M1","score":900,"resources":[{"id":"R1","capacity":[500,500]}],
           "capabilities":[{"product":"P1","resource":"R1","minutesPerUnit":10,"minLot":0,"pack":1,"leadWeeks":0,"price":80,"certified":["D1"]}]}],
         "pools":[{"id":"G1","windowVolume":1000,"shares":[{"member":"M1","ppm":1000000,"balance":0}]}],
         "lines":[{"id":"L1","product":"P1","qty":50,"minQty":50,"maxQty":50,"dueWeek":2,"destination":"D1","priority":1,"maxMembers":1,
           "singleSourcePreferred":false,"allOrNothing":false,"excluded":[]}],
         "accepted":[{"line":"L1","member":"M1","qty":20}]}
        """;

    [Fact]
    public void A_file_is_read_and_planned()
    {
        var instance = ReadInstance.From(Encoding.UTF8.GetBytes(Good));
        Assert.Equal([new InstancePart("L1", "M1", 50)], SolveBalanced.Plan(BalancedProblem.Of(instance), BalancedEffort.Quick).Parts);
    }

    [Theory]
    [InlineData("$.schema", "\"alloc-instance/2\"")]
    [InlineData("$.weeks", "0")]
    [InlineData("$.policy.slopes", "[0,1]")]
    [InlineData("$.policy.slopes[2]", "0")]
    [InlineData("$.products[0].pool", "\"G9\"")]
    [InlineData("$.products[0].refPrice", "1.5")]
    [InlineData("$.members[0].resources[0].capacity", "[1]")]
    [InlineData("$.members[0].capabilities[0].resource", "\"R9\"")]
    [InlineData("$.members[0].capabilities[0].pack", "0")]
    [InlineData("$.members[0].capabilities[0].certified[0]", "7")]
    [InlineData("$.pools[0].shares[0].member", "\"M9\"")]
    [InlineData("$.lines[0].product", "\"P9\"")]
    [InlineData("$.lines[0].minQty", "51")]
    [InlineData("$.lines[0].maxQty", "49")]
    [InlineData("$.lines[0].dueWeek", "3")]
    [InlineData("$.lines[0].allOrNothing", "null")]
    [InlineData("$.lines[0]", "7")]
    [InlineData("$.accepted[0].member", "\"M9\"")]
    [InlineData("$.accepted[0].qty", "51")]
    [InlineData("$.accepted", "{}")]
    public void An_error_names_its_place(string path, string value)
    {
        var file = JsonNode.Parse(Good)!;
        var node = path.Split('.', '[').Skip(1).Aggregate(file, (at, step) => step.EndsWith(']') ? at[int.Parse(step[..^1], null)]! : at[step]!);
        node.ReplaceWith(JsonNode.Parse(value));
        Assert.Equal(path, Assert.Throws<InstanceException>(() => Read(file.ToJsonString())).Path);
    }

    [Fact]
    public void Missing_duplicate_and_too_large_values_and_invalid_json_are_errors_too()
    {
        Assert.Equal("$", Assert.Throws<InstanceException>(() => Read("{")).Path);
        Assert.Equal("$.lines", Assert.Throws<InstanceException>(() => Read(Good.Replace("\"lines\"", "\"rows\"", StringComparison.Ordinal))).Path);
        Assert.Equal(
            "$.members[0].score", Assert.Throws<InstanceException>(() => Read(Good.Replace("\"score\":900,", "", StringComparison.Ordinal))).Path);
        Assert.Equal("$.products[1].id", Assert.Throws<InstanceException>(() =>
            Read(Good.Replace(
                "\"refPrice\":100}", "\"refPrice\":100},{\"id\":\"P1\",\"pool\":\"G1\",\"refPrice\":9}", StringComparison.Ordinal))).Path);
        Assert.Equal("$", Assert.Throws<InstanceException>(() => Read(Good
            .Replace("\"refPrice\":100", "\"refPrice\":1000000000000", StringComparison.Ordinal)
            .Replace("\"maxQty\":50", "\"maxQty\":1000000000000", StringComparison.Ordinal))).Path);
        Assert.Equal(
            "$.accepted[0].qty", Assert.Throws<InstanceException>(() => Read(Good.Replace("[500,500]", "[50,50]", StringComparison.Ordinal))).Path);
    }

    private static BalancedProblem Read(string json) => BalancedProblem.Of(ReadInstance.From(Encoding.UTF8.GetBytes(json)));
}
