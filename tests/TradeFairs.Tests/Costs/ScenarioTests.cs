using ExportConsortia.TradeFairs.Costs;
using static ExportConsortia.TradeFairs.Tests.Costs.StandA3;

namespace ExportConsortia.TradeFairs.Tests.Costs;

public sealed class ScenarioTests
{
    [Fact]
    public void A3_the_planned_shares_are_right_to_the_cent()
    {
        var shares = ShareCosts.Of(Planned());

        Assert.Equal([4_477_50, 2_985_00, 2_238_75, 2_238_75], PartsOf(shares, Space));
        Assert.Equal([2_812_50, 1_875_00, 1_406_25, 1_406_25], PartsOf(shares, Construction));
        Assert.Equal([62_50, 62_50, 62_50, 62_50], PartsOf(shares, Media));
        Assert.Equal([500_00, 500_00, 500_00, 500_00], PartsOf(shares, Interpreters));
        Assert.Equal([1_375_66, 820_11, 634_92, 502_64], PartsOf(shares, Freight));
        Assert.Equal([0, 1_400_00, 1_400_00, 1_400_00], PartsOf(shares, CoExhibitors));
        Assert.Equal([9_228_16, 7_642_61, 6_242_42, 6_110_14], shares.Firms.Select(f => f.GrossMinor));
        Assert.Equal((29_223_33, 0), (shares.TotalMinor, shares.CommonMinor));
    }

    [Fact]
    public void A3_the_grant_is_capped_by_project_and_firm_and_what_is_over_goes_to_the_others()
    {
        var shares = ShareCosts.Of(Planned(granted: true));

        var grant = Assert.Single(shares.Grants);
        Assert.Equal((25_890_00, 10_000_00, 10_000_00, 0), (grant.EligibleMinor, grant.GrantedMinor, grant.PaidMinor, grant.ForfeitedMinor));
        Assert.Equal([3_294_61, 2_000_00, 2_352_70, 2_352_69], grant.Parts.Select(p => p.AmountMinor));
        Assert.Equal([false, true, false, false], grant.Parts.Select(p => p.IsCapped));
        Assert.Equal([5_933_55, 5_642_61, 3_889_72, 3_757_45], shares.Firms.Select(f => f.NetMinor));
    }

    [Fact]
    public void A3_where_the_scheme_says_so_what_is_over_is_lost()
    {
        var shares = ShareCosts.Of(Planned() with { Grants = [GrantOf(GrantOverflow.Forfeit)] });

        Assert.Equal([3_033_03, 2_000_00, 2_165_89, 2_165_89], shares.Grants[0].Parts.Select(p => p.AmountMinor));
        Assert.Equal((9_364_81, 635_19), (shares.Grants[0].PaidMinor, shares.Grants[0].ForfeitedMinor));
    }

    [Fact]
    public void A3b_a_withdrawal_and_a_replacement_change_the_others_by_what_the_rules_say()
    {
        var shares = ShareCosts.Of(AfterReplacement());

        Assert.Equal((30_623_33, 0), (shares.TotalMinor, shares.CommonMinor));
        Assert.Equal((1_400_00, 3_055_07, -1_655_07), (shares.Pool.LostMinor, shares.Pool.PenaltiesMinor, shares.Pool.AdjustmentMinor));
        Assert.Equal(
            [(F1, 9_319_64), (F2, 7_696_13), (F3, 6_284_08), (F5, 3_055_07), (F6, 4_268_41)],
            shares.Firms.Select(f => (f.MemberId, f.NetMinor)));
    }

    [Fact]
    public void A3b_F1_pays_91_48_more_and_sees_why()
    {
        var withdrawn = SimulateWithdrawals.Without(Planned(), new Dictionary<Guid, long> { [F5] = 3_055_07 });
        CostStep[] steps =
        [
            new(1, ShareCause.Plan, null, Planned()),
            new(2, ShareCause.Withdrawal, Planned(), withdrawn),
            new(3, ShareCause.Replacement, withdrawn, AfterReplacement()),
        ];

        var changes = ExplainShare.Of(F1, steps, AfterReplacement());

        Assert.Equal([ShareCause.Plan, ShareCause.Withdrawal, ShareCause.Replacement], changes.Select(c => c.Cause));
        Assert.Equal((9_228_16, 91_48), (changes[0].DeltaMinor, changes.Skip(1).Sum(c => c.DeltaMinor)));
        Assert.Equal(["R-503", "R-505", "R-506"], changes[1].Parts.Select(p => p.Rule).Distinct().Order());
        Assert.Equal(-763_88, changes[1].Parts.Single(p => p.Rule == "R-503").DeltaMinor);   // 18 of 39 m² of 1,400.00 - 3,055.07
        Assert.Equal(9_319_64, changes.Sum(c => c.DeltaMinor));
    }

    [Theory]
    [InlineData("2026-10-19", 91, 25, 1_527_54)]
    [InlineData("2026-10-20", 90, 50, 3_055_07)]
    [InlineData("2026-12-09", 40, 50, 3_055_07)]
    [InlineData("2026-12-18", 31, 50, 3_055_07)]
    [InlineData("2026-12-19", 30, 100, 6_110_14)]
    [InlineData("2027-01-18", 0, 100, 6_110_14)]
    public void A3b_the_penalty_steps_hold_on_their_boundaries(string day, int days, int percent, long amount)
    {
        // The whole day counts, from its first instant to its last, in the fair's zone.
        var date = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);
        foreach (var time in new[] { TimeOnly.MinValue, TimeOnly.MaxValue })
        {
            var instant = TimeZoneInfo.ConvertTimeToUtc(date.ToDateTime(time, DateTimeKind.Unspecified), Berlin);
            Assert.Equal(new(date, days, percent, amount), WithdrawalPenalty.Of(6_110_14, instant, OpensOn, Berlin, new FairRules().PenaltySteps));
        }
    }

    [Theory]
    [InlineData(18, 23, 30, "2026-12-18", 50)]   // 17:30 in Berlin
    [InlineData(19, 5, 59, "2026-12-18", 50)]    // 23:59 in Berlin
    [InlineData(19, 6, 0, "2026-12-19", 100)]    // midnight in Berlin
    public void A3b_a_request_from_Vientiane_is_counted_by_the_calendar_of_Berlin(int day, int hour, int minute, string on, int percent)
    {
        var there = new DateTime(2026, 12, day, hour, minute, 0, DateTimeKind.Unspecified);
        var instant = TimeZoneInfo.ConvertTimeToUtc(there, TimeZoneInfo.FindSystemTimeZoneById("Asia/Vientiane"));

        var penalty = WithdrawalPenalty.Of(6_110_14, instant, OpensOn, Berlin, new FairRules().PenaltySteps);

        Assert.Equal((on, percent), (penalty.On.ToString("O"), penalty.Percent));
    }

    [Theory]
    [InlineData(29_223_33, 29_223_33, VoteNeeded.None)]
    [InlineData(10_000_00, 11_000_00, VoteNeeded.None)]     // exactly 10 %
    [InlineData(10_000_00, 11_000_01, VoteNeeded.Board)]
    [InlineData(90_000_00, 95_000_00, VoteNeeded.None)]     // exactly 5,000.00
    [InlineData(90_000_00, 95_000_01, VoteNeeded.Board)]
    [InlineData(10_000_00, 12_500_00, VoteNeeded.Board)]    // exactly 25 %
    [InlineData(10_000_00, 12_500_01, VoteNeeded.Assembly)]
    [InlineData(0, 1, VoteNeeded.Assembly)]
    [InlineData(10_000_00, 0, VoteNeeded.None)]
    public void An_overrun_takes_the_vote_that_R_507_and_R_305_say(long planned, long actual, VoteNeeded vote) =>
        Assert.Equal(vote, Overrun.Of(planned, actual, new()).Vote);

    private static IEnumerable<long> PartsOf(CostShares shares, Guid item) =>
        shares.Items.Single(i => i.ItemId == item).Parts.Select(p => p.AmountMinor);
}
