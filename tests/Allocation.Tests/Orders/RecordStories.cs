using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Tests.Running;

namespace ExportConsortia.Allocation.Tests.Orders;

/// <summary>How firms answer: the clean team reads of all firms, a firm only of itself.</summary>
public abstract class RecordStories(RunningAllocation host) : Story(host)
{
    [Fact, Alone]
    public async Task A_record_counts_answers_and_silence_and_a_firm_reads_only_its_own()
    {
        var vtf = await FoundWith(100, 100, 100, 100);
        var order = await vtf.Allocate(150);
        await vtf.Take("F1", order);
        await vtf.Decline("F2", order);
        await vtf.Take("F4", order);
        Clock.StandAt((await vtf.OfferTo("F3", order)).ExpiresAt);
        await vtf.Offers("F3");   // reading ends what is past its deadline

        Assert.Equal(
            ["F1 0 1 0", "F2 0 1 0", "F3 1 0 1", "F4 0 1 0"],
            (await Records(vtf, vtf.Auditor)).Select(record => Summary(vtf, record)).Order(StringComparer.Ordinal));
        var own = Assert.Single(await Records(vtf, vtf.Worker("F2")));
        Assert.Equal(vtf.Firm("F2"), own.MemberId);
        Assert.NotNull(own.MeanAnswerSeconds);
        Assert.NotNull(own.OldestCapacityAt);
        Assert.Null((await Records(vtf, vtf.Worker("F3")))[0].MeanAnswerSeconds);
    }

    [Fact]
    public async Task Offers_are_listed_by_firm_and_a_firm_finds_none_of_another()
    {
        var vtf = await FoundWith(100, 100);
        var order = await vtf.Allocate(150);

        var of = await vtf.Get(vtf.Manager1, $"offers?memberId={vtf.Firm("F1")}").Gives<GetOffers.OfferPage>();
        Assert.Equal((await vtf.OfferTo("F1", order)).OfferId, Assert.Single(of.Offers).OfferId);
        Assert.Empty((await vtf.Get(vtf.Worker("F2"), $"offers?memberId={vtf.Firm("F1")}").Gives<GetOffers.OfferPage>()).Offers);
    }

    private static Task<IReadOnlyList<GetRecords.RecordView>> Records(AllocationService vtf, Person by) =>
        vtf.Get(by, "member-records").Gives<IReadOnlyList<GetRecords.RecordView>>();

    // Strikes, answers and silence as `F1 0 1 0`.
    private static string Summary(AllocationService vtf, GetRecords.RecordView record) =>
        $"{vtf.CodeOf(record.MemberId)} {record.Strikes} {record.Answered} {record.Expired}";
}

public sealed class RecordsEmbedded(Embedded host) : RecordStories(host);

public sealed class RecordsDistributed(Distributed host) : RecordStories(host);
