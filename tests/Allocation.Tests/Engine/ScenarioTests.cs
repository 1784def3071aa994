using ExportConsortia.Allocation.Engine;

namespace ExportConsortia.Allocation.Tests.Engine;

/// <summary>The splits of the scenarios and rules, number by number.</summary>
public sealed class ScenarioTests
{
    [Fact]
    public void A_thousand_chairs_are_split_410_270_180_140()
    {
        var plan = SplitOrder.Plan(Chairs(open: 1000));
        Assert.Equal("F1 410, F2 270, F3 180, F5 140; open 0", Split(plan));
        Assert.Equal("F4 NOT_CAPABLE, F6 ON_PROBATION", PassedOver(plan));
    }

    [Fact]
    public void Round_two_tops_up_F1_and_F2_and_asks_nobody_twice()
    {
        var plan = SplitOrder.Plan(Chairs(
            open: 220, round: 2, free: [40, 30, 200, 150, 50, 250],
            held: [(1, 410), (2, 270), (5, 100)], notAgain: [(3, EarlierAnswer.Declined), (5, EarlierAnswer.AcceptedLess)]));
        Assert.Equal("F1 40, F2 30; open 150", Split(plan));
        Assert.Equal("F3 DECLINED_BEFORE, F4 NOT_CAPABLE, F5 ACCEPTED_LESS, F6 ON_PROBATION", PassedOver(plan));
        Assert.Equal(Reasons.AllAtTheirLimit, plan.Lines[0].OpenReason);
    }

    [Fact]
    public void The_shortage_procedure_asks_the_member_on_probation_for_a_tenth_of_the_line()
    {
        var plan = SplitOrder.Plan(Chairs(
            open: 150, round: 3, stage: AllocationStage.Probation, free: [0, 0, 200, 150, 50, 250],
            held: [(1, 450), (2, 300), (5, 100)], notAgain: [(3, EarlierAnswer.Declined), (5, EarlierAnswer.AcceptedLess)]));
        Assert.Equal("F6 100; open 50", Split(plan));
        Assert.Equal("F1 NOT_ON_PROBATION, F2 NOT_ON_PROBATION, F3 NOT_ON_PROBATION, F4 NOT_ON_PROBATION, F5 NOT_ON_PROBATION", PassedOver(plan));
    }

    [Fact]
    public void A_third_quota_gets_no_less_than_a_fourth_where_SAP_gives_it_nothing() =>
        Assert.Equal("F1 570, F2 430; open 0", Split(OneLine(1000, lot: 10, minLot: 400, cap: 100, free: [4000, 3000, 2000, 1000])));

    [Theory]
    [InlineData("CapacityProRata", "F1 571, F2 429; open 0")]
    [InlineData("EqualShare", "F1 500, F2 500; open 0")]
    [InlineData("QuotaCatchUp", "F1 571, F2 429; open 0")]
    [InlineData("Rotation", "F1 1000; open 0")]
    [InlineData("WeightedScore", "F1 571, F2 429; open 0")]
    [InlineData("SealedPrice", "F1 1000; open 0")]
    public void By_no_policy_does_SAPs_third_member_get_less_than_its_fourth(string policy, string split)
    {
        // 1000 pieces, quotas 40, 30, 20 and 10, minimum 400 (R-617); whatever a policy goes by falls from F1 to F4 like the quotas.
        var order = Quotas(
            Order(1, 1000, [4000, 3000, 2000, 1000], minLot: 400, cap: 100, policy: policy), (400_000, 0), (300_000, 0), (200_000, 0), (100_000, 0));
        MemberScore[] scores = [
            .. Enumerable.Range(1, 4).Select(i => new MemberScore(Id(1, (byte)i), 100 - (20 * i), 100 - (20 * i), 100 - (20 * i), 100 - (20 * i)))];
        var plan = SplitOrder.Plan(Prices(Turns(order with { Lines = [order.Lines[0] with { Scores = scores }] }, 1, 2, 3, 4), null, 10, 20, 30, 40));
        Assert.Equal(split, Split(plan));
        Assert.True(Of(plan, 3) >= Of(plan, 4));
    }

    [Fact]
    public void Equal_shares_are_equal_to_a_lot_and_the_odd_lot_goes_to_the_lower_id() =>
        Assert.Equal("F1 340, F2 330, F3 330; open 0", Split(OneLine(1000, free: [900, 500, 400], lot: 10, policy: "EqualShare")));

    [Fact]
    public void Equal_shares_keep_caps_and_the_others_share_what_they_free() =>
        Assert.Equal("F1 450, F2 450, F3 100; open 0", Split(OneLine(1000, free: [900, 500, 100], lot: 10, policy: "EqualShare")));

    [Fact]
    public void A_firm_behind_its_quota_catches_up()
    {
        // Of 600 + 400 pieces they are to have 500, 300 and 200: 400, 100 and -100 are missing, so 400 are split 4 to 1.
        var snapshot = Quotas(
            Order(1, 400, [1000, 1000, 1000], lot: 10, cap: 100, policy: "QuotaCatchUp"), (500_000, 100), (300_000, 200), (200_000, 300));
        var plan = SplitOrder.Plan(snapshot);
        Assert.Equal("F1 320, F2 80; open 0", Split(plan));
        Assert.Equal("F3 ENTITLEMENT_REACHED", PassedOver(plan));
        Assert.Contains("F1: of 1000 pieces its quota is 500000 millionths, and it has 100: it is 400000000 millionths of a piece behind.",
            plan.Lines[0].ManagerSteps.Select(step => step.Text));
        Assert.Equal(
            "The firm has 300 pieces of 'chairs' of this year, no less than its quota of 200000 millionths; firms that are behind come first.",
            plan.Lines[0].PassedOver[0].Step.Text);
    }

    [Theory]
    // F1 is behind and can make 90 of 100. F2 and F3 have had their due: the rest, one lot, goes by quota, raised to the minimum lot from F1.
    [InlineData(90, 30, "F1 70, F2 30; open 0")]
    // By quota 4 lots would be 3 and 1 for F2 and F3; F3's is below the minimum.
    [InlineData(60, 20, "F1 60, F2 40; open 0")]
    [InlineData(60, 10, "F1 60, F2 30, F3 10; open 0")]
    [InlineData(100, 30, "F1 100; open 0")]
    public void What_those_behind_cannot_make_goes_by_quota_to_the_others(long free, long minLot, string split)
    {
        var order = Quotas(
            Order(1, 100, [free, 1000, 1000], lot: 10, minLot: minLot, cap: 100, policy: "QuotaCatchUp"),
            (200_000, 0), (600_000, 700), (200_000, 300));
        var plan = SplitOrder.Plan(order);
        Assert.Equal(split, Split(plan));
        Assert.Equal(free == 100 ? "QuotaCatchUp/1" : "QuotaCatchUp/2", plan.Lines[0].Policy);
        if (free < 100)
        {
            Assert.Contains(
                "Your firm has reached its quota of 'chairs'; it is offered pieces that firms behind theirs can't take.",
                plan.Lines[0].Parts[1].MemberSteps.Select(step => step.Text));
        }

        // A run of the time when the rest stayed open is still replayed as it was.
        var older = SplitOrder.Plan(order, stored: plan with { Lines = [plan.Lines[0] with { Policy = "QuotaCatchUp/1" }] });
        Assert.Equal($"F1 {free}; open {100 - free}", Split(older));
        Assert.Equal("QuotaCatchUp/1", older.Lines[0].Policy);
    }

    [Fact]
    public void If_no_eligible_firm_is_behind_the_quotas_count()
    {
        // F3 is behind but declined: the others, both ahead, share by their quotas.
        var snapshot = Quotas(
            Order(1, 100, [1000, 1000, 1000], lot: 10, cap: 100, policy: "QuotaCatchUp", notAgain: [(3, EarlierAnswer.Declined)]), (300_000, 500),
            (200_000, 500), (500_000, 0));
        Assert.Equal("F1 60, F2 40; open 0", Split(SplitOrder.Plan(snapshot)));
    }

    [Fact]
    public void A_firm_without_a_quota_gets_nothing_by_quota()
    {
        var plan = SplitOrder.Plan(Quotas(Order(1, 100, [1000, 1000], cap: 100, policy: "QuotaCatchUp"), (1_000_000, 0)));
        Assert.Equal("F1 100; open 0", Split(plan));
        Assert.Equal("F2 NO_QUOTA", PassedOver(plan));
    }

    [Fact]
    public void What_an_earlier_line_gives_counts_as_received()
    {
        var snapshot = Quotas(Order(2, 100, [1000, 1000], cap: 100, policy: "QuotaCatchUp"), (500_000, 0), (500_000, 100));
        Assert.Equal("F1 100; open 0 | F1 50, F2 50; open 0", Split(SplitOrder.Plan(snapshot)));
    }

    [Fact]
    public void The_pointer_is_served_up_to_its_cap_then_the_next()
    {
        var plan = Turned(Order(1, 1000, [500, 300, 400, 900], lot: 10, minLot: 30, policy: "Rotation"), 3, 1, 2, 4);
        Assert.Equal("F1 300, F2 300, F3 400; open 0", Split(plan));
        Assert.Equal("F4 NOT_ITS_TURN", PassedOver(plan));
    }

    [Fact]
    public void The_last_in_turn_is_raised_to_its_minimum_by_the_largest() =>
        Assert.Equal("F1 480, F2 30; open 0", Split(Turned(Order(1, 510, [500, 300], lot: 10, minLot: 30, cap: 100, policy: "Rotation"), 1, 2)));

    [Fact]
    public void The_next_line_goes_on_where_the_first_one_stopped() => Assert.Equal(
        "F1 150; open 0 | F2 100, F3 50; open 0 | F1 50, F3 50; open 50",
        Split(Turned(Order(3, 150, [200, 100, 100], cap: 100, policy: "Rotation"), 1, 2, 3)));

    [Fact]
    public void The_score_decides_and_no_member_reads_the_price_part()
    {
        // 40 × 90 + 30 × 80 + 20 × 100 + 10 × 50 = 8500 and 40 × 50 + 30 × 40 + 20 × 0 + 10 × 50 = 3700.
        var order = Order(1, 1220, [2000, 2000, 2000], cap: 100, policy: "WeightedScore");
        var plan = SplitOrder.Plan(
            order with { Lines = [order.Lines[0] with { Scores = [new(Id(1, 1), 90, 80, 100, 50), new(Id(1, 2), 50, 40, 0, 50)] }] });
        Assert.Equal("F1 850, F2 370; open 0", Split(plan));
        Assert.Equal("F3 NO_SCORE", PassedOver(plan));
        Assert.All(plan.Lines[0].Parts.SelectMany(part => part.MemberSteps), step => Assert.DoesNotMatch("price|8500|3700", step.Text));
    }

    [Theory]
    [InlineData(null, "F2 700, F3 300; open 0")]
    [InlineData(2, "F2 600, F3 400; open 0")]
    [InlineData(3, "F1 200, F2 500, F3 300; open 0")]
    public void The_cheapest_come_first_up_to_their_caps_or_by_ratio(int? sources, string split)
    {
        var plan = SplitOrder.Plan(
            Prices(Order(1, 1000, [1000, 700, 1000, 1000], lot: 10, cap: 100, policy: "SealedPrice"), sources, 4900, 4700, 4800, 5000));
        Assert.Equal(split, Split(plan));
        foreach (var text in plan.Lines[0].Parts.SelectMany(part => part.MemberSteps).Concat(plan.Lines[0].PassedOver.Select(other => other.Step))
            .Select(step => step.Text))
        {
            Assert.DoesNotMatch("4[789]00|5000|rank|cheap", text);
        }
    }

    [Fact]
    public void What_two_sources_cannot_make_goes_to_the_next_cheapest() =>
        Assert.Equal(
            "F1 100, F2 500, F3 400; open 0",
            Split(SplitOrder.Plan(
                Prices(Order(1, 1000, [1000, 500, 400, 1000], lot: 10, cap: 100, policy: "SealedPrice"), 2, 4900, 4700, 4800, 5000))));

    [Theory]
    [InlineData(2, 10, "F2 600, F3 400@4700; open 0")]
    [InlineData(3, 10, "F1 200@4700, F2 500, F3 300@4700; open 0")]
    [InlineData(3, 400, "F2 600, F3 400@4700; open 0")]
    public void Sources_after_the_cheapest_are_asked_to_match_its_price(int sources, long minLot, string split)
    {
        var plan = SplitOrder.Plan(
            Match(
                Prices(
                    Order(1, 1000, [1000, 700, 1000, 1000], lot: 10, minLot: minLot, cap: 100, policy: "SealedPrice"),
                    sources, 4900, 4700, 4800, 5000),
                new(null, null, [])));
        Assert.Equal(split, SplitToMatch(plan));

        // The leader's price is all that anybody reads of another firm's, and only who is to match it.
        foreach (var part in plan.Lines[0].Parts)
        {
            Assert.DoesNotMatch(Code(part.MemberId) switch { "F1" => "4800|5000", "F2" => "4[89]00|5000", _ => "4900|5000" },
                string.Concat(part.MemberSteps.Select(step => step.Text)));
        }

        foreach (var other in plan.Lines[0].PassedOver)
        {
            Assert.DoesNotMatch("4[789]00|5000", other.Step.Text);
        }
    }

    [Fact]
    public void A_price_equal_to_the_leaders_has_nothing_to_match() =>
        Assert.Equal(
            "F1 600, F2 400; open 0",
            SplitToMatch(
                SplitOrder.Plan(
                    Match(Prices(Order(1, 1000, [1000, 1000, 1000], cap: 100, policy: "SealedPrice"), 2, 4700, 4700, 4800), new(null, null, [])))));

    [Theory]
    // 600 at 47.00 are held. Of the 400 left, F3 at 48.00 may make all while all pieces cost at most 47.40; then 1000 cost exactly that.
    [InlineData(100, 4740, 1, "F3 400; open 0", null)]
    // At 47.39 the 600 save 234.00, and each of F3's pieces costs 0.61 more: 383 of them, in lots 380. F4 at 48.50 finds nothing left to spend.
    [InlineData(100, 4739, 1, "F3 380; open 20", "ABOVE_CEILING")]
    // The same ceiling as 94.78 % of 50.00 would be; 94 % of it are 47.00: nothing above the leader's price.
    [InlineData(94, 5000, 1, "; open 400", "ABOVE_CEILING")]
    // Exactly, for prices by the thousand: 47.399 a piece.
    [InlineData(100, 4_739_900, 1000, "F3 390; open 10", "ABOVE_CEILING")]
    [InlineData(100, long.MaxValue, 1, "F3 400; open 0", null)]
    [InlineData(1, long.MaxValue, long.MaxValue, "; open 400", "ABOVE_CEILING")]
    public void What_is_left_goes_to_the_cheapest_at_their_own_prices_up_to_the_ceiling(
        int percent, long minor, long pieces, string split, string? openReason)
    {
        var order = Match(
            Prices(Order(1, 1000, [0, 0, 1000, 1000], open: 400, lot: 10, cap: 100, policy: "SealedPrice"), 2, 4900, 4700, 4800, 4850),
            new(4700, new(percent, minor, pieces), [new(Id(1, 2), 600, 4700)]));
        var plan = SplitOrder.Plan(order);
        Assert.Equal((split, openReason), (SplitToMatch(plan), plan.Lines[0].OpenReason));
    }

    [Fact]
    public void Whoever_has_matched_gets_more_at_that_price_and_without_a_ceiling_nobody_else_does()
    {
        var order = Match(Prices(Order(1, 1000, [0, 100, 700, 1000], open: 300, lot: 10, cap: 100, policy: "SealedPrice"), 3, 4900, 4700, 4800, 4750),
            new(4700, null, [new(Id(1, 2), 500, 4700), new(Id(1, 3), 200, 4700)]));
        var matched = order with
        {
            Lines = [
                order.Lines[0] with
                {
                    Prices = [
                        .. order.Lines[0].Prices!.Select(price => price.UnitPriceMinor == 4800 ? price with { MatchedMinor = 4700 } : price)],
                }],
        };

        Assert.Equal(
            ("F2 100; open 200", "F1 NO_FREE_CAPACITY, F3 ABOVE_CEILING, F4 ABOVE_CEILING", "ABOVE_CEILING"), Outcome(SplitOrder.Plan(order)));
        Assert.Equal(("F2 100, F3 200; open 0", "F1 NO_FREE_CAPACITY, F4 ABOVE_CEILING", null), Outcome(SplitOrder.Plan(matched)));

        static (string, string, string?) Outcome(AllocationPlan plan) => (SplitToMatch(plan), PassedOver(plan), plan.Lines[0].OpenReason);
    }

    [Theory]
    [InlineData("As agreed.", 2, 2, 305, 200, "F1 305, F2 200; open 0", null)]
    [InlineData("As agreed.", 2, 2, 300, 200, "F1 300, F2 200; open 5", "LEFT_BY_HAND")]
    [InlineData("As agreed.", 2, 2, 300, 205, "; open 505", "LEFT_BY_HAND")]
    [InlineData(" ", 2, 2, 305, 200, "; open 505", "LEFT_BY_HAND")]
    [InlineData("As agreed.", 1, 2, 305, 200, "; open 505", "LEFT_BY_HAND")]
    [InlineData("As agreed.", 2, 1, 305, 200, "; open 505", "LEFT_BY_HAND")]
    [InlineData("As agreed.", 2, 2, 405, 100, "; open 505", "LEFT_BY_HAND")]
    [InlineData("As agreed.", 2, 2, 480, 20, "; open 505", "LEFT_BY_HAND")]
    [InlineData("As agreed.", 2, 2, 400, 200, "; open 505", "LEFT_BY_HAND")]
    public void A_split_by_hand_is_carried_out_if_two_people_of_two_organisations_agreed_otherwise_not_at_all(
        string reason, byte approver, byte approverFor, long first, long second, string split, string? openReason)
    {
        var order = Order(1, 505, [400, 400], lot: 10, minLot: 30, cap: 100, policy: "Manual");
        var byHand = new SplitByHand(reason, Id(7, 1), Id(8, 1), Id(7, approver), Id(8, approverFor), [new(Id(1, 1), first), new(Id(1, 2), second)]);
        var plan = SplitOrder.Plan(order with { Lines = [order.Lines[0] with { ByHand = byHand }] });
        Assert.Equal(split, Split(plan));
        Assert.Equal(openReason, plan.Lines[0].OpenReason);
    }

    [Fact]
    public void With_room_for_three_the_smallest_of_four_leaves_and_the_third_stays() =>
        Assert.Equal("F1 444, F2 333, F3 223; open 0", Split(OneLine(1000, lot: 1, minLot: 200, cap: 100, free: [4000, 3000, 2005, 1000])));

    [Fact]
    public void The_concentration_cap_binds_and_what_it_frees_goes_to_the_others() =>
        Assert.Equal("F1 500, F2 250, F3 250; open 0", Split(OneLine(1000, lot: 10, minLot: 30, free: [4000, 500, 500])));

    [Fact]
    public void With_two_members_there_is_no_concentration_cap() =>
        Assert.Equal("F1 890, F2 110; open 0", Split(OneLine(1000, lot: 10, minLot: 30, free: [4000, 500])));

    [Fact]
    public void A_refusal_does_not_lift_the_cap_of_the_others_but_the_board_does()
    {
        var plan = OneLine(1000, lot: 10, minLot: 30, free: [4000, 200, 500], notAgain: [(3, EarlierAnswer.Declined)]);
        Assert.Equal("F1 500, F2 200; open 300", Split(plan));
        var lifted = OneLine(
            1000, open: 300, lot: 10, minLot: 30, free: [3500, 0, 500], held: [(1, 500), (2, 200)],
            notAgain: [(3, EarlierAnswer.Declined)], stage: AllocationStage.OverConcentration);
        Assert.Equal("F1 300; open 0", Split(lifted));
    }

    [Fact]
    public void The_odd_remainder_goes_to_the_largest_allocation() =>
        Assert.Equal("F1 505, F2 300, F3 200; open 0", Split(OneLine(1005, lot: 10, cap: 100, free: [510, 300, 200])));

    [Fact]
    public void The_odd_remainder_stays_open_when_the_largest_allocation_has_no_room()
    {
        var plan = OneLine(1005, lot: 10, free: [500, 500, 500], cap: 34);
        Assert.Equal("F1 340, F2 330, F3 330; open 5", Split(plan));
        Assert.Equal(Reasons.OddRemainder, plan.Lines[0].OpenReason);
    }

    [Fact]
    public void A_last_odd_remainder_goes_to_the_largest_holder() =>
        Assert.Equal("F2 5; open 0", Split(OneLine(1005, open: 5, lot: 10, minLot: 30, free: [400, 400, 400], held: [(1, 400), (2, 410), (3, 190)])));

    [Fact]
    public void A_rest_below_the_minimum_lot_is_made_up_from_the_largest_allocation()
    {
        // F3's share of 5 lots is below 6; the others have room for 65 of 66: the last goes to F3, with 5 lots of F1, the largest.
        Assert.Equal("F1 400, F2 200, F3 60; open 0", Split(OneLine(660, lot: 10, minLot: 60, cap: 100, free: [450, 200, 60])));
    }

    [Fact]
    public void A_raise_is_taken_lot_by_lot_so_that_the_larger_weight_stays_ahead() =>
        Assert.Equal("F1 395, F2 395, F3 200; open 0", Split(OneLine(990, lot: 1, minLot: 200, cap: 100, free: [410, 400, 200])));

    [Fact]
    public void What_is_open_below_the_minimum_lot_stays_open()
    {
        var plan = OneLine(1000, open: 20, lot: 10, minLot: 30, free: [400, 400]);
        Assert.Equal("; open 20", Split(plan));
        Assert.Equal("F1 SHARE_BELOW_MIN_LOT, F2 SHARE_BELOW_MIN_LOT", PassedOver(plan));
        Assert.Equal(Reasons.RestBelowMinLot, plan.Lines[0].OpenReason);
    }

    [Fact]
    public void A_member_below_the_minimum_lot_reads_its_own_numbers()
    {
        var step = OneLine(1000, lot: 10, minLot: 30, free: [400, 20]).Lines[0].PassedOver.Single().Step;
        Assert.Equal("The firm can make 20 pieces; the least it may be offered is 30.", step.Text);
        Assert.Equal([new("freeCapacity", 20), new("leastOffer", 30)], step.Values);
    }

    [Fact]
    public void An_unknown_policy_leaves_the_line_open_and_says_so()
    {
        var plan = OneLine(1000, free: [400], policy: "Lottery");
        Assert.Equal("; open 1000", Split(plan));
        Assert.Equal(Reasons.PolicyUnknown, plan.Lines[0].OpenReason);
        Assert.DoesNotContain("Lottery", Policies.Names);
    }

    [Fact]
    public void The_second_line_sees_what_the_first_took_and_buckets_are_drawn_earliest_first()
    {
        var snapshot = Order(2, 1000, free: [300, 300], lot: 10, cap: 100);
        var late = snapshot.Buckets.Select(bucket => bucket with
        {
            Id = Id(100, bucket.MemberId.ToByteArray()[15]), From = bucket.To, To = bucket.To.AddDays(30), Free = 700,
        });
        var plan = SplitOrder.Plan(snapshot with { Buckets = [.. late, .. snapshot.Buckets] });
        Assert.Equal("F1 500, F2 500; open 0 | F1 500, F2 500; open 0", Split(plan));
        Assert.Equal([300, 200], plan.Lines[0].Parts[0].Draws.Select(draw => draw.Quantity));
        Assert.Equal([500], plan.Lines[1].Parts[0].Draws.Select(draw => draw.Quantity));

        // A period that begins on the due day comes too late; one that ends on the first day of production is over.
        var due = snapshot.Buckets[0].To;
        var early = SplitOrder.Plan(snapshot with { Buckets = [.. late, .. snapshot.Buckets], Lines = [snapshot.Lines[0] with { Due = due }] });
        Assert.Equal("F1 300, F2 300; open 400", Split(early));
        var lateStart = SplitOrder.Plan(
            snapshot with { Buckets = [.. late, .. snapshot.Buckets], Lines = [snapshot.Lines[0]], ProductionFrom = due });
        Assert.Equal("F1 500, F2 500; open 0", Split(lateStart));
        Assert.All(lateStart.Lines[0].Parts, part => Assert.Equal(Id(100, part.MemberId.ToByteArray()[15]), part.Draws.Single().BucketId));
    }

    [Theory]
    [InlineData(60, "F1 100, F2 100; open 0", "")]
    [InlineData(61, "F1 200; open 0", "F2 CAPACITY_STALE")]
    public void A_capacity_declaration_is_used_until_it_is_sixty_days_old(int ageDays, string split, string passedOver)
    {
        var snapshot = Order(1, 200, free: [1000, 1000], lot: 10);
        var plan = SplitOrder.Plan(snapshot with { Buckets = [snapshot.Buckets[0], snapshot.Buckets[1] with { AgeDays = ageDays }] });
        Assert.Equal(split, Split(plan));
        Assert.Equal(passedOver, PassedOver(plan));
    }

    [Theory]
    [InlineData(MemberStanding.Active, 2, "")]
    [InlineData(MemberStanding.Active, 3, "F2 TOO_MANY_STRIKES")]
    [InlineData(MemberStanding.Suspended, 0, "F2 SUSPENDED")]
    [InlineData(MemberStanding.Left, 0, "F2 LEFT")]
    [InlineData(MemberStanding.Probation, 0, "F2 ON_PROBATION")]
    public void Only_active_members_with_fewer_than_three_strikes_are_asked(object standing, int strikes, string passedOver)
    {
        var snapshot = Order(1, 200, free: [1000, 1000], lot: 10);
        var plan = SplitOrder.Plan(
            snapshot with { Members = [snapshot.Members[0], snapshot.Members[1] with { Standing = (MemberStanding)standing, Strikes = strikes }] });
        Assert.Equal(passedOver, PassedOver(plan));
    }

    [Theory]
    [InlineData(0, 3, "F2 TOO_MANY_STRIKES")]
    [InlineData(3, 2, "")]
    [InlineData(3, 0, "")]
    [InlineData(3, null, "F2 TOO_MANY_STRIKES")]
    public void Strikes_with_a_family_specific_expiry_count_for_that_family(int byTheRuleForAll, int? ofTheFamily, string passedOver)
    {
        var snapshot = Order(1, 200, free: [1000, 1000], lot: 10);
        var firm = snapshot.Members[1];
        IReadOnlyList<MemberStrikes>? own = ofTheFamily switch { null => null, 0 => [], { } count => [new(firm.Id, count)] };
        var plan = SplitOrder.Plan(snapshot with
        {
            Members = [snapshot.Members[0], firm with { Strikes = byTheRuleForAll }],
            Lines = [snapshot.Lines[0] with { Strikes = own }],
        });

        Assert.Equal(passedOver, PassedOver(plan));
    }

    [Theory]
    [InlineData("Expired", "EXPIRED_BEFORE")]
    [InlineData("OfferOpen", "OFFER_OPEN")]
    public void A_firm_that_let_an_offer_expire_or_has_one_open_is_not_asked_again(string answer, string code) => Assert.Equal(
        $"F2 {code}", PassedOver(OneLine(200, free: [1000, 1000], notAgain: [(2, Enum.Parse<EarlierAnswer>(answer))])));

    [Fact]
    public void A_snapshot_that_contradicts_itself_is_rejected()
    {
        var snapshot = Order(1, 200, free: [1000, 1000]);
        var stranger = Id(9, 9);
        AllocationSnapshot[] broken =
        [
            snapshot with { Members = [.. snapshot.Members, snapshot.Members[0]] },
            snapshot with { Buckets = [.. snapshot.Buckets, snapshot.Buckets[0]] },
            snapshot with { Buckets = [snapshot.Buckets[0] with { MemberId = stranger }] },
            snapshot with { Buckets = [snapshot.Buckets[0] with { Free = -1 }] },
            snapshot with { Lines = [snapshot.Lines[0], snapshot.Lines[0] with { Position = 2 }] },
            snapshot with { Lines = [snapshot.Lines[0], snapshot.Lines[0] with { LineId = "2" }] },
            snapshot with { Lines = [snapshot.Lines[0] with { Capable = [stranger] }] },
            snapshot with { Lines = [snapshot.Lines[0] with { Open = 201 }] },
            snapshot with { Lines = [snapshot.Lines[0] with { Held = [new(snapshot.Members[0].Id, 1)] }] },
            snapshot with { Lines = [snapshot.Lines[0] with { Rule = new() { LotSize = 0 } }] },
        ];
        Assert.All(broken, defect => Assert.Throws<ArgumentException>(() => SplitOrder.Plan(defect)));
    }

    internal static Guid Id(byte kind, byte number)
    {
        Span<byte> bytes = stackalloc byte[16];
        (bytes[0], bytes[15]) = (kind, number);
        return new(bytes, bigEndian: true);
    }

    private static AllocationSnapshot Chairs(
        long open, int round = 1, AllocationStage stage = AllocationStage.Normal, long[]? free = null, (byte, long)[]? held = null,
        (byte, EarlierAnswer)[]? notAgain = null)
    {
        var snapshot = Order(1, 1000, free ?? [450, 300, 200, 150, 150, 250], open, 10, 30, stage: stage, held: held, notAgain: notAgain);
        // F4 makes tables only; F6 is on probation. The lists of free capacity name F1, F2, F3, F4, F5, F6.
        free ??= [450, 300, 200, 0, 150, 250];
        return snapshot with
        {
            Round = round,
            Members = [.. snapshot.Members.Select(member => member.Code == "F6" ? member with { Standing = MemberStanding.Probation } : member)],
            Buckets = [.. snapshot.Buckets.Select((bucket, i) => bucket with { Free = free[i] })],
            Lines = [snapshot.Lines[0] with { Capable = [.. snapshot.Members.Where(member => member.Code != "F4").Select(member => member.Id)] }],
        };
    }

    private static AllocationPlan OneLine(
        long ordered, long[] free, long? open = null, long lot = 1, long minLot = 0, int cap = 50, AllocationStage stage = AllocationStage.Normal,
        (byte, long)[]? held = null, (byte, EarlierAnswer)[]? notAgain = null, string policy = nameof(CapacityProRata)) =>
        SplitOrder.Plan(Order(1, ordered, free, open, lot, minLot, cap, stage, held, notAgain, policy: policy));

    private static AllocationSnapshot Order(
        int lines, long ordered, long[] free, long? open = null, long lot = 1, long minLot = 0, int cap = 50,
        AllocationStage stage = AllocationStage.Normal,
        (byte Member, long Quantity)[]? held = null, (byte Member, EarlierAnswer Answer)[]? notAgain = null, string policy = nameof(CapacityProRata))
    {
        SnapshotMember[] members = [.. free.Select((_, i) => new SnapshotMember(Id(1, (byte)(i + 1)), $"F{i + 1}", MemberStanding.Active, 0))];
        return new()
        {
            ConsortiumId = Id(2, 1),
            OrderId = Id(3, 1),
            RunId = Id(4, 1),
            Round = 1,
            RulebookVersion = 1,
            TakenAt = new(2027, 2, 1, 8, 0, 0, DateTimeKind.Utc),
            ProductionFrom = new(2027, 2, 1),
            Members = members,
            Buckets = [
                .. members.Select(
                    (member, i) => new SnapshotBucket(Id(5, (byte)(i + 1)), member.Id, "chairs", new(2027, 2, 1), new(2027, 5, 1), free[i], 10))],
            Lines = [.. Enumerable.Range(1, lines).Select(number => new SnapshotLine
            {
                LineId = $"{number}",
                Position = number,
                Product = "TK-12",
                Family = "chairs",
                Ordered = ordered,
                Open = open ?? ordered,
                Stage = stage,
                Rule = new() { Policy = policy, LotSize = lot, MinLot = minLot, ConcentrationCapPercent = cap },
                Capable = [.. members.Select(member => member.Id)],
                Held = [.. (held ?? []).Select(part => new HeldPart(Id(1, part.Member), part.Quantity))],
                NotAskedAgain = [.. (notAgain ?? []).Select(member => new NotAskedAgain(Id(1, member.Member), member.Answer))],
            })],
        };
    }

    private static AllocationSnapshot Quotas(AllocationSnapshot order, params (long SharePpm, long Received)[] quotas) => order with
    {
        Lines = [
            .. order.Lines.Select(line =>
                line with { Quotas = [.. quotas.Select((quota, i) => new MemberQuota(Id(1, (byte)(i + 1)), quota.SharePpm, quota.Received))] })],
    };

    /// <summary>The places of F1, F2 and so on.</summary>
    private static AllocationSnapshot Turns(AllocationSnapshot order, params int[] places) => order with
    {
        Lines = [.. order.Lines.Select(line => line with { Turns = [.. places.Select((place, i) => new MemberTurn(Id(1, (byte)(i + 1)), place))] })],
    };

    private static AllocationPlan Turned(AllocationSnapshot order, params int[] places) => SplitOrder.Plan(Turns(order, places));

    private static AllocationSnapshot Prices(AllocationSnapshot order, int? sources, params long[] prices) => order with
    {
        Lines = [.. order.Lines.Select(line => line with
        {
            Rule = line.Rule with { Sources = sources },
            Prices = [.. prices.Select((price, i) => new SealedOffer(Id(1, (byte)(i + 1)), price))],
        })],
    };

    private static AllocationSnapshot Match(AllocationSnapshot order, PriceMatch match) =>
        order with { Lines = [.. order.Lines.Select(line => line with { Match = match })] };

    private static string SplitToMatch(AllocationPlan plan) => string.Join(" | ", plan.Lines.Select(line =>
        string.Join(", ", line.Parts.Select(part => $"{Code(part.MemberId)} {part.Quantity}{(part.ToMatchMinor is { } price ? $"@{price}" : "")}"))
        + $"; open {line.OpenAfter}"));

    private static long Of(AllocationPlan plan, byte member) =>
        plan.Lines[0].Parts.SingleOrDefault(part => part.MemberId == Id(1, member))?.Quantity ?? 0;

    private static string Code(Guid member) => $"F{member.ToByteArray()[15]}";

    private static string Split(AllocationPlan plan) => string.Join(" | ", plan.Lines.Select(line =>
        $"{string.Join(", ", line.Parts.Select(part => $"{Code(part.MemberId)} {part.Quantity}"))}; open {line.OpenAfter}"));

    private static string PassedOver(AllocationPlan plan) =>
        string.Join(", ", plan.Lines.SelectMany(line => line.PassedOver).Select(member => $"{Code(member.MemberId)} {member.Code}"));
}
