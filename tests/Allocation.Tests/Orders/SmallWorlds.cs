using System.Text.RegularExpressions;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Tests.Running;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>
/// Two worlds of two to four firms that differ in one secret number of a rival: what the rival can make, asks, accepts or claims. As long as the firm
/// itself gets the same, everything that it can read at any moment is the same, and so are the refusals that it can provoke. The table in
/// <c>docs/confidentiality.md</c> says what is left to infer.
/// </summary>
public sealed partial class SmallWorlds(Embedded host) : Story(host)
{
    private const int Lines = 300;

    /// <summary>The secret numbers of a world: all of F2, the rival.</summary>
    /// <param name="Capacity">What it can make.</param>
    /// <param name="Price">What it asks for a piece, always above F1's price.</param>
    /// <param name="LeavesLots">How many lots of its offer it doesn't accept.</param>
    /// <param name="Claims">How many pieces of the open call it claims.</param>
    private sealed record Secret(long Capacity, long Price, int LeavesLots, long Claims);

    /// <summary>A moment of an order's life: what F1 itself has got so far, and all that it can read.</summary>
    private sealed record Reading(string Moment, string Own, string Bodies);

    [Theory]
    [InlineData("CapacityProRata")]
    [InlineData("EqualShare")]
    [InlineData("QuotaCatchUp")]
    [InlineData("Rotation")]
    [InlineData("SealedPrice")]
    [InlineData("WeightedScore")]
    [InlineData("Balanced")]
    [InlineData("Manual")]
    public async Task A_firm_reads_nothing_that_depends_on_a_rivals_number(string policy)
    {
        var compared = 0;
        for (var firms = 2; firms <= 4; firms++)
        {
            var one = await Lived(policy, firms, new(Capacity: 300, Price: 4300, LeavesLots: 0, Claims: 30));
            var other = await Lived(policy, firms, new(Capacity: 304, Price: 4400, LeavesLots: 1, Claims: 40));
            // A rival's price may leave it without an offer: then it gives no answer in that world.
            foreach (var (here, there) in one.Join(other, o => (o.Moment, o.Own), o => (o.Moment, o.Own), (here, there) => (here, there)))
            {
                compared++;
                Assert.Equal($"{policy}, {firms} firms: {here}", $"{policy}, {firms} firms: {there}");
            }
        }

        Assert.True(compared >= 9, $"Only {compared} moments were compared: in the others the firm itself got something else.");
    }

    [Fact]
    public async Task That_a_share_reached_what_the_firm_can_make_is_not_told()
    {
        // Of 300, F1 with 200 gets 200 either way: by proportion beside a rival with 100, by its limit beside one with 90.
        var one = await Lived("CapacityProRata", 2, new(Capacity: 100, Price: 0, LeavesLots: 0, Claims: 0));
        var other = await Lived("CapacityProRata", 2, new(Capacity: 90, Price: 0, LeavesLots: 0, Claims: 0));

        Assert.Contains("200", one[0].Own, StringComparison.Ordinal);
        Assert.Equal(one.Single(o => o.Moment == "offered"), other.Single(o => o.Moment == "offered"));
    }

    // The life of an order, and all that F1 can read at its moments, beside what F1 itself got.
    private async Task<List<Reading>> Lived(string policy, int firms, Secret secret)
    {
        var vtf = await FoundWith([200, secret.Capacity, .. Enumerable.Repeat(300L, firms - 2)]);
        string[] codes = [.. Enumerable.Range(1, firms).Select(i => $"F{i}")];
        await vtf.Rule(AllocationService.Chairs with
        {
            Policy = policy,
            Quotas = policy == "QuotaCatchUp" ? [.. codes.Select(code => new AllocationQuota(vtf.Firm(code), 1_000_000 / firms))] : null,
        });
        var life = new List<Reading>();
        var order = await vtf.Hold(("TK-12", Lines));
        if (policy == "Manual")
        {
            await SplitByHand(vtf, order, secret);
        }
        else
        {
            await vtf.StartRun(order).Gives<OrderView>();
        }

        if (policy == "SealedPrice")
        {
            var asked = await vtf.Asked(order);
            life.Add(await Read(vtf, order, "asked"));
            await vtf.HandIn(asked, [.. codes.Select((code, i) => (code, (long?)(code == "F2" ? secret.Price : 4100 + (i * 100))))]);
        }

        await AllocationService.Eventually("the firms are asked", async () => (await vtf.Read(order)).Lines[0].Offers.Count > 0);
        life.Add(await Read(vtf, order, "offered"));
        if (await Open(vtf, order, "F2") is { } offer)
        {
            var part = offer.Quantity - (secret.LeavesLots * 10);
            await vtf.Take(offer, part >= 30 ? part : null).Gives<OfferView>();
            life.Add(await Read(vtf, order, "answered by F2"));
        }

        if (secret.Claims > 0)
        {
            await EverythingElseIsDeclined(vtf, order);
            await vtf.Call(order, 60, "F1", "F2").Gives<OrderView>();
            life.Add(await Read(vtf, order, "called"));
            await vtf.Claim("F2", order, secret.Claims).Gives<OfferView>();
            life.Add(await Read(vtf, order, "claimed by F2"));
            var late = await vtf.Claim("F1", order, 60);
            Assert.Equal("QUANTITY_GONE", late.Code);
            var after = await Read(vtf, order, "too late for F1");
            life.Add(after with { Bodies = after.Bodies + Same(late.Text) });
        }

        return life;
    }

    private static async Task SplitByHand(AllocationService vtf, OrderView order, Secret secret)
    {
        var parts = new[]
        {
            new { memberId = vtf.Firm("F1"), quantity = 60L }, new { memberId = vtf.Firm("F2"), quantity = 30 + secret.Claims },
        };
        var path = $"orders/{order.OrderId}/lines/1/splits-by-hand";
        var split = (await vtf.Post(vtf.Manager1, path, new { parts, reason = "Samples." })).Ok["splitId"]!.GetValue<Guid>();
        Assert.Equal(HttpStatusCode.Accepted, (await vtf.Post(vtf.Auditor, $"{path}/{split}/approval")).Status);
    }

    private static async Task<OfferView?> Open(AllocationService vtf, OrderView order, string firm) =>
        (await vtf.Offers(firm, OfferState.Proposed)).SingleOrDefault(o => o.OrderId == order.OrderId);

    // Round after round, until pieces are left and nobody is asked.
    private static Task EverythingElseIsDeclined(AllocationService vtf, OrderView order) =>
        AllocationService.Eventually("nobody is asked any more", async () =>
        {
            var now = await vtf.Read(order);
            foreach (var firm in now.Lines[0].Offers.Where(o => o.State == OfferState.Proposed).Select(o => o.MemberCode))
            {
                if (await Open(vtf, order, firm) is { } offer)
                {
                    await vtf.Decline(offer);
                }
            }

            return now is { RunInProgress: false, State: OrderState.Short or OrderState.Accepted };
        });

    // Every list of the service that a firm may read, and every entry of those that have a route of their own.
    private async Task<Reading> Read(AllocationService vtf, OrderView order, string moment)
    {
        var me = vtf.Worker("F1");
        var read = new List<string>();
        foreach (var (path, methods) in (await Host.InterfaceDocument())["paths"]!.AsObject().Where(p => !p.Key.Contains('{')))
        {
            if (methods!["get"] is not null && await vtf.Get(me, path) is { Status: HttpStatusCode.OK } answer)
            {
                read.Add($"{path}: {Same(answer.Text)}");
            }
        }

        foreach (var offer in await vtf.Offers("F1"))
        {
            read.Add($"offer: {Same((await vtf.Get(me, $"offers/{offer.OfferId}")).Text)}");
        }

        foreach (var invitation in await vtf.Invitations(me, order))
        {
            read.Add($"invitation: {Same((await vtf.Get(me, $"price-invitations/{invitation.InvitationId}")).Text)}");
        }

        Assert.True(read.Count >= 8, $"Only {read.Count} bodies were read.");
        var own = string.Join(", ", (await vtf.Offers("F1")).Select(o => $"{o.Kind} {o.Quantity} {o.State}"));
        return new(moment, own, string.Join('\n', read));
    }

    // Without what differs between any two worlds: ids, random numbers, times.
    private static string Same(string body) => Seconds().Replace(Time().Replace(WithoutRandom.Of(body), "t"), "");

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[0-9:.]+Z?")]
    private static partial Regex Time();

    [GeneratedRegex("\"meanAnswerSeconds\":\\d+")]
    private static partial Regex Seconds();
}
