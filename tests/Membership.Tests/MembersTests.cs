using ExportConsortia.Contracts;

namespace ExportConsortia.Membership.Tests;

public sealed class MembersTests(Installations installations)
{
    [Theory, EachShape]
    public async Task Every_change_of_a_firms_standing_is_published(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var firm = await vtf.Admit(probation: true);

        Assert.Equal("Suspended", await Move("suspension"));
        Assert.Equal("Probation", await Move("reinstatement"));
        Assert.Equal("Active", await Move("activation"));
        Assert.Equal("Suspended", await Move("suspension"));
        Assert.Equal("Active", await Move("reinstatement"));
        await firm.Leave(await firm.OpenUser());

        await installation.UntilPublished<MemberStandingChanged>(m => m.ConsortiumId == vtf.Id && m.Standing == "Left");
        Assert.Equal(
            [("Probation", 1L), ("Suspended", 2), ("Probation", 3), ("Active", 4), ("Suspended", 5), ("Active", 6), ("Left", 7)],
            installation.Published<MemberStandingChanged>(m => m.ConsortiumId == vtf.Id).Select(m => (m.Standing, m.Version)));

        async Task<string> Move(string move) => (await firm.Move(move)).Expect(HttpStatusCode.OK)["standing"]!.GetValue<string>();
    }

    [Theory, EachShape]
    public async Task An_illegal_move_is_refused_with_an_explanation(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();
        var firm = await vtf.Admit();

        var auditor = await vtf.Open("Auditor");
        (await firm.Move("activation")).ExpectProblem(409, "ILLEGAL_MOVE");
        (await firm.Move("reinstatement")).ExpectProblem(409, "ILLEGAL_MOVE");
        (await auditor.Post($"members/{firm.Id}/departure/approval")).ExpectProblem(409, "NOT_PROPOSED");
        await firm.Leave(auditor);
        foreach (var move in (string[])["activation", "suspension", "reinstatement", "departure"])
        {
            var no = (await firm.Move(move)).ExpectProblem(409, "ILLEGAL_MOVE");
            Assert.EndsWith($"{firm.Code}'s standing is Left.", no.Json["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        (await auditor.Post($"members/{firm.Id}/departure/approval")).ExpectProblem(409, "ILLEGAL_MOVE");
    }

    [Theory, EachShape]
    public async Task No_manager_lets_a_firm_go_alone_and_each_change_has_a_reason(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var (firm, other) = (await vtf.Admit(probation: true), await vtf.Admit());
        var (user, stranger) = (await firm.OpenUser(), await other.OpenUser());
        var (second, auditor) = (await vtf.Open("ConsortiumManager"), await vtf.Open("Auditor"));
        foreach (var move in (string[])["activation", "suspension", "reinstatement", "departure"])
        {
            Assert.Equal(["reason"], (await vtf.Manager.Post($"members/{firm.Id}/{move}", new { reason = " " })).WrongFields);
        }

        var proposed = (await firm.Move("departure")).Expect(HttpStatusCode.OK);
        Assert.Equal("Probation", proposed["standing"]!.GetValue<string>());
        (await vtf.Manager.Post($"members/{firm.Id}/departure/approval")).ExpectProblem(409, "SECOND_PERSON");
        (await stranger.Post($"members/{firm.Id}/departure/approval")).ExpectProblem(404, "NOT_FOUND");
        var seen = (await user.Get($"members/{firm.Id}")).Expect(HttpStatusCode.OK)["departure"]!;
        Assert.Equal(
            ("It is so.", vtf.Manager.Email), (seen["reason"]!.GetValue<string>(), seen["proposedBy"]!["email"]!.GetValue<string>()));
        (await auditor.Send(HttpMethod.Delete, $"members/{firm.Id}/departure", null)).Expect(HttpStatusCode.OK);
        (await user.Post($"members/{firm.Id}/departure/approval")).ExpectProblem(409, "NOT_PROPOSED");

        (await second.Post($"members/{firm.Id}/departure", new { reason = "Wound up." })).Expect(HttpStatusCode.OK);
        (await auditor.Post($"members/{firm.Id}/departure/approval")).ExpectProblem(409, "SECOND_PERSON");   // the second operator's, both
        // Whoever signs in at the moment in which the firm leaves has no session left.
        var signIns = Enumerable.Range(0, 8).Select(_ => installation.Anybody.Post("tokens", new { user.Email, Installation.Password })).ToList();
        (await vtf.Manager.Post($"members/{firm.Id}/departure/approval")).Expect(HttpStatusCode.OK);
        foreach (var opened in (await Task.WhenAll(signIns)).Where(answer => answer.Status == HttpStatusCode.OK))
        {
            await InvitationTests.Ended(new User(installation, opened.Json));
        }

        await InvitationTests.Ended(user);
    }

    [Theory, EachShape]
    public async Task Simultaneous_moves_have_one_effect(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();
        var firm = await vtf.Admit(probation: true);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => firm.Move("activation")));

        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Equal(19, answers.Count(a => a.Code == "ILLEGAL_MOVE"));
    }

    [Theory, EachShape]
    public async Task Everybody_in_the_consortium_sees_who_manages_and_audits_it_and_nobody_else(Shape shape)
    {
        var installation = await installations.In(shape);
        var (vtf, others) = (await installation.Found(), await installation.Found());
        var user = await (await vtf.Admit()).OpenUser();
        var (second, auditor) = (await vtf.Open("ConsortiumManager"), await vtf.Open("Auditor"));

        HashSet<(string, string?, bool)> all =
        [
            (vtf.Manager.Email, installation.Operator.Email, false), (second.Email, (await installation.SecondOperator()).Email, false),
            (auditor.Email, (await installation.SecondOperator()).Email, false),
        ];
        Assert.Equal(all, await Team(user));
        await vtf.LockByTwo(second.Id);
        all.Remove((second.Email, (await installation.SecondOperator()).Email, false));
        all.Add((second.Email, (await installation.SecondOperator()).Email, true));
        Assert.Equal(all, await Team(user));
        Assert.Equal(all, await Team(auditor));
        Assert.Equal([(others.Manager.Email, installation.Operator.Email, false)], await Team(others.Manager));

        static async Task<HashSet<(string, string?, bool)>> Team(User who) =>
        [
            .. (await who.Get("consortium/managers")).Expect(HttpStatusCode.OK).AsArray().Select(m => (
                m!["email"]!.GetValue<string>(), m["invitedBy"]?["email"]!.GetValue<string>(), m["locked"]!.GetValue<bool>())),
        ];
    }

    [Theory, EachShape]
    public async Task A_firms_user_sees_only_its_own_firm(Shape shape)
    {
        var vtf = await (await installations.In(shape)).FoundListing("chairs");
        var (own, other) = (await vtf.Admit(), await vtf.Admit());
        var (user, stranger) = (await own.OpenUser(), await other.OpenUser());
        (await vtf.Manager.Post("capacity-declarations",
            new { memberId = other.Id, productFamily = "chairs", from = "2026-01-01", to = "2026-02-01", quantity = 7 }))
            .Expect(HttpStatusCode.OK);

        foreach (var path in (string[])["members", "accounts", "capacity-declarations", "consortia", $"members/{own.Id}"])
        {
            var body = (await user.Get(path)).Expect(HttpStatusCode.OK).ToJsonString();
            Assert.DoesNotContain(other.Id.ToString(), body, StringComparison.Ordinal);
            Assert.DoesNotContain(other.Code + "\"", body, StringComparison.Ordinal);
        }

        foreach (var path in (string[])[$"members/{other.Id}", $"members/{other.Id}/capabilities", $"accounts/{stranger.Id}"])
        {
            (await user.Get(path)).ExpectProblem(404, "NOT_FOUND");
        }

        foreach (var firm in (Firm[])[own, other])
        {
            foreach (var move in (string[])["activation", "suspension", "reinstatement", "departure"])
            {
                (await user.Post($"members/{firm.Id}/{move}", new { reason = "because" })).ExpectProblem(404, "NOT_FOUND");
            }
        }

        (await user.Put($"members/{other.Id}/capabilities", new { capabilities = Array.Empty<object>() }, "\"0\"")).ExpectProblem(404, "NOT_FOUND");
        (await user.Post("capacity-declarations",
            new { memberId = other.Id, productFamily = "chairs", from = "2026-01-01", to = "2026-02-01", quantity = 1 }))
            .ExpectProblem(404, "NOT_FOUND");
        (await user.Post("members", new { code = "X", name = "X", country = "LA" })).ExpectProblem(403, "NOT_ALLOWED");
        (await user.Post("rulebook-versions", new { allocation = new[] { new { productFamily = "*" } } })).ExpectProblem(403, "NOT_ALLOWED");
    }

    [Theory, EachShape]
    public async Task An_auditor_reads_everything_and_changes_nothing(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();
        var firm = await vtf.Admit();
        var auditor = await vtf.Open("Auditor");

        foreach (var path in (string[])["members", $"members/{firm.Id}", $"members/{firm.Id}/capabilities", "accounts",
            "capacity-declarations", "rulebook-versions", "rulebook-versions/1"])
        {
            (await auditor.Get(path)).Expect(HttpStatusCode.OK);
        }

        (await auditor.Post("members", new { code = "X", name = "X", country = "LA" })).ExpectProblem(403, "NOT_ALLOWED");
        (await auditor.Post($"members/{firm.Id}/departure", new { reason = "because" })).ExpectProblem(404, "NOT_FOUND");
        (await auditor.Put($"members/{firm.Id}/capabilities", new { capabilities = Array.Empty<object>() }, "\"0\"")).ExpectProblem(404, "NOT_FOUND");
        (await auditor.Upload("member;family;from;to;quantity")).ExpectProblem(403, "NOT_ALLOWED");
    }

    [Theory, EachShape]
    public async Task Capabilities_can_be_replaced_only_with_the_latest_version(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        await vtf.List("chairs", "TK-12");
        await vtf.List("tables", "TK-20");
        var firm = await vtf.Admit();
        var user = await firm.OpenUser();
        var path = $"members/{firm.Id}/capabilities";
        var read = await user.Get(path);
        Assert.Equal("\"0\"", read.ETag);

        (await user.Put(path, List("TK-12"))).ExpectProblem(428, "IF_MATCH_REQUIRED");
        var first = await user.Put(path, List("TK-12"), read.ETag);
        Assert.Equal((HttpStatusCode.OK, "\"1\""), (first.Status, first.ETag));
        (await vtf.Manager.Put(path, List("TK-20"), read.ETag)).ExpectProblem(412, "STALE_VERSION");
        (await vtf.Manager.Put(path, List("TK-12", "TK-20"), first.ETag)).Expect(HttpStatusCode.OK);

        Assert.Equal(2, (await user.Get(path)).Json["capabilities"]!.AsArray().Count);
        var published = await installation.UntilPublished<MemberCapabilitiesChanged>(m => m.ConsortiumId == vtf.Id && m.Version == 2);
        Assert.Equal(["TK-12", "TK-20"], published.Capabilities.Select(c => c.ProductCode));
        Assert.Equal(["chairs", "tables"], published.Capabilities.Select(c => c.ProductFamily));
        object[] capabilities =
        [
            new { productCode = "TK-99" },
            new { productCode = "TK-12", productName = "Armchair", productFamily = "armchairs" },
            new { productCode = "TK-20", productName = "Product TK-20", productFamily = "tables" },
            new { productCode = "TK-20" },
        ];
        var wrong = await user.Put(path, new { capabilities }, "\"2\"");
        Assert.Equal(
            ["capabilities[0].productCode", "capabilities[1].productFamily", "capabilities[1].productName", "capabilities[3].productCode"],
            wrong.ExpectProblem(400, "INVALID_INPUT").WrongFields);

        static object List(params string[] codes) => new { capabilities = codes.Select(c => new { productCode = c }) };
    }

    [Theory, EachShape]
    public async Task Of_simultaneous_changes_to_one_version_one_counts(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();
        var firm = await vtf.Admit();
        foreach (var i in Enumerable.Range(0, 10))
        {
            await vtf.List("chairs", $"P{i}X");
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => vtf.Manager.Put(
            $"members/{firm.Id}/capabilities",
                new { capabilities = new[] { new { productCode = $"P{i}X" } } }, "\"0\"")));

        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Equal(9, answers.Count(a => a.Code == "STALE_VERSION"));
    }

    [Theory, EachShape]
    public async Task The_same_key_repeats_the_answer_to_the_same_caller_only(Shape shape)
    {
        var installation = await installations.In(shape);
        var (ours, theirs) = (await installation.Found(), await installation.Found());
        var body = new { code = "F1", name = "Mekong Chairs", country = "LA" };

        var first = await ours.Manager.Post("members", body, key: "admit F1");
        var again = await ours.Manager.Post("members", body, key: "admit F1");
        var other = await ours.Manager.Post("members", new { code = "F2", name = "Other", country = "LA" }, key: "admit F1");
        var elsewhere = await theirs.Manager.Post("members", body, key: "admit F1");

        first.Expect(HttpStatusCode.Created);
        Assert.Equal((first.Status, first.Text, true), (again.Status, again.Text, again.Replayed));
        other.ExpectProblem(409, "IDEMPOTENCY_CONFLICT");
        Assert.NotEqual(first.Json["id"]!.GetValue<string>(), elsewhere.Expect(HttpStatusCode.Created)["id"]!.GetValue<string>());
        Assert.Single((await ours.Manager.Get("members")).Json.AsArray());
    }

    [Theory, EachShape]
    public async Task A_new_rulebook_version_follows_the_last_and_keeps_it(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();

        object[] allocation = [new { productFamily = "*" }, new { productFamily = "chairs", lotSize = 10, minLot = 50 }];
        var second = (await vtf.Manager.Post("rulebook-versions", new { allocation }))
            .Expect(HttpStatusCode.Created);

        Assert.Equal(2, second["version"]!.GetValue<int>());
        var published = await installation.UntilPublished<RulebookVersionActivated>(r => r.ConsortiumId == vtf.Id && r.Version == 2);
        Assert.Equal(new AllocationRule { ProductFamily = "chairs", LotSize = 10, MinLot = 50 }, published.Allocation[1]);
        Assert.Single((await vtf.Manager.Get("rulebook-versions/1")).Json["allocation"]!.AsArray());
        Assert.Equal([2, 1], (await vtf.Manager.Get("rulebook-versions")).Json.AsArray().Select(r => r!["version"]!.GetValue<int>()));
        (await vtf.Manager.Get("rulebook-versions/3")).ExpectProblem(404, "NOT_FOUND");
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => vtf.Manager.Post("rulebook-versions", new { allocation = new[] { new { productFamily = "*" } } })));
        Assert.Equal(Enumerable.Range(3, 8), answers.Select(a => a.Expect(HttpStatusCode.Created)["version"]!.GetValue<int>()).Order());
    }

    [Theory, EachShape]
    public async Task A_rule_says_in_which_unit_its_lots_are(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();
        await vtf.List("rubber", unit: "GRM");
        static object Rules(object rubber) => new { allocation = new[] { new { productFamily = "*" }, rubber } };

        var said = (await vtf.Manager.Post("rulebook-versions", Rules(new { productFamily = "rubber", lotSize = 1000, unit = "GRM" })))
            .Expect(HttpStatusCode.Created)["allocation"]!.AsArray();
        Assert.Equal([null, "GRM"], said.Select(rule => rule!["unit"]?.GetValue<string>()));
        said = (await vtf.Manager.Post("rulebook-versions", Rules(new { productFamily = "rubber", lotSize = 1000 })))
            .Expect(HttpStatusCode.Created)["allocation"]!.AsArray();
        Assert.Equal("GRM", said[1]!["unit"]!.GetValue<string>());
        Assert.Equal("GRM", (await vtf.Manager.Get("rulebook-versions/2")).Json["allocation"]![1]!["unit"]!.GetValue<string>());

        var no = await vtf.Manager.Post("rulebook-versions", Rules(new { productFamily = "rubber", lotSize = 1, unit = "KGM" }));
        Assert.Equal(["allocation[1].unit"], no.ExpectProblem(400, "INVALID_INPUT").WrongFields);
        no = await vtf.Manager.Post("rulebook-versions", Rules(new { productFamily = "lamps", lotSize = 1, unit = "C62" }));
        Assert.Equal(["allocation[1].unit"], no.ExpectProblem(400, "INVALID_INPUT").WrongFields);
    }

    [Theory, EachShape]
    public async Task A_rulebook_out_of_range_is_refused_field_by_field(Shape shape)
    {
        var vtf = await (await installations.In(shape)).Found();

        var no = await vtf.Manager.Post("rulebook-versions", new
        {
            allocation = new object[]
            {
                new { productFamily = "chairs", lotSize = 0, minLot = -1, offerSeconds = 0, concentrationCapPercent = 101,
                    probationCapPercent = 0, carryOverPercent = -1,
                    policy = "Whim" },
                new { productFamily = "chairs", policy = "Whim" },
                new { productFamily = "tables", policy = "SealedPrice", sources = 4, sealedOfferSeconds = 0 },
                new { productFamily = "desks", policy = "EqualShare", sources = 2 },
                new { productFamily = "beds", policy = "EqualShare", maxMakers = 2 },
                new { productFamily = "sofas", policy = "Balanced", maxMakers = 0 },
                new { productFamily = "lamps", policy = "SealedPrice", priceMatchRound = new { seconds = 0, ceilingPercent = 101 } },
                new { productFamily = "chests", policy = "EqualShare", priceMatchRound = new { ceilingPercent = 0 } },
            },
        });

        no.ExpectProblem(400, "INVALID_INPUT");
        Assert.Equal(
            [
                "allocation", "allocation[0].carryOverPercent", "allocation[0].concentrationCapPercent", "allocation[0].lotSize",
                "allocation[0].minLot", "allocation[0].offerSeconds", "allocation[0].policy",
                "allocation[0].probationCapPercent", "allocation[1].policy", "allocation[1].productFamily", "allocation[2].sealedOfferSeconds",
                "allocation[2].sources", "allocation[3].sources",
                "allocation[4].maxMakers", "allocation[5].maxMakers", "allocation[6].priceMatchRound", "allocation[6].priceMatchRound.ceilingPercent",
                "allocation[6].priceMatchRound.seconds",
                "allocation[7].priceMatchRound", "allocation[7].priceMatchRound.ceilingPercent",
            ],
            no.WrongFields);
    }

    [Theory, EachShape]
    public async Task Every_policy_can_be_chosen_and_quotas_are_published_with_it(Shape shape)
    {
        var installation = await installations.In(shape);
        var vtf = await installation.Found();
        var (a, b) = (await vtf.Admit(), await vtf.Admit());

        var chosen = (await vtf.Manager.Post("rulebook-versions", new
        {
            allocation = new object[]
            {
                new { productFamily = "*", policy = "EqualShare" },
                new { productFamily = "tables", policy = "Rotation" },
                new { productFamily = "sofas", policy = "Manual" },
                new { productFamily = "lamps", policy = "WeightedScore" },
                new { productFamily = "chairs", policy = "QuotaCatchUp",
                    quotas = new[] { new { memberId = a.Id, sharePpm = 600_000 }, new { memberId = b.Id, sharePpm = 400_000 } } },
                new { productFamily = "desks", policy = "SealedPrice", sources = 3, sealedOfferSeconds = 3600,
                    priceMatchRound = new { ceilingPercent = 92 } },
                new { productFamily = "beds", policy = "SealedPrice" },
                new { productFamily = "shelves", policy = "Balanced", maxMakers = 2,
                    quotas = new[] { new { memberId = a.Id, sharePpm = 1_000_000 } } },
                new { productFamily = "chests", policy = "Balanced" },
            },
        })).Expect(HttpStatusCode.Created);

        Assert.Equal(600_000, chosen["allocation"]![4]!["quotas"]![0]!["sharePpm"]!.GetValue<int>());
        var published = await installation.UntilPublished<RulebookVersionActivated>(r => r.ConsortiumId == vtf.Id && r.Version == 2);
        Assert.Equal(
            ["EqualShare", "Rotation", "Manual", "WeightedScore", "QuotaCatchUp", "SealedPrice", "SealedPrice", "Balanced", "Balanced"],
            published.Allocation.Select(r => r.Policy));
        Assert.Equal([new(a.Id, 600_000), new AllocationQuota(b.Id, 400_000)], published.Allocation[4].Quotas!);
        Assert.Null(published.Allocation[0].Quotas);
        Assert.Equal([(2, 1), (null, null)], published.Allocation.Skip(7).Select(r => (r.MaxMakers, r.Quotas?.Count)));
        Assert.Equal([new(48 * 3600, 92), null], published.Allocation.Skip(5).Take(2).Select(r => r.PriceMatchRound));
        Assert.Equal([(3, 3600), (null, 48 * 3600)], published.Allocation.Skip(5).Take(2).Select(r => (r.Sources, r.SealedOfferSeconds)));
    }

    [Theory, EachShape]
    public async Task Quotas_must_name_our_firms_and_add_up_to_one(Shape shape)
    {
        var installation = await installations.In(shape);
        var (vtf, other) = (await installation.Found(), await installation.Found());
        var (firm, left, stranger) = (await vtf.Admit(), await vtf.Admit(), await other.Admit());
        await left.Leave(await vtf.Open("Auditor"));

        var no = await vtf.Manager.Post("rulebook-versions", new
        {
            allocation = new object[]
            {
                new { productFamily = "*", quotas = new[] { new { memberId = firm.Id, sharePpm = 1_000_000 } } },
                new { productFamily = "chairs", policy = "QuotaCatchUp" },
                new
                {
                    productFamily = "tables", policy = "QuotaCatchUp",
                    quotas = new[]
                    {
                        new { memberId = firm.Id, sharePpm = 1_000_000 }, new { memberId = stranger.Id, sharePpm = 1 },
                        new { memberId = left.Id, sharePpm = 0 }, new { memberId = firm.Id, sharePpm = 1 },
                    },
                },
            },
        });

        no.ExpectProblem(400, "INVALID_INPUT");
        Assert.Equal(
            [
                "allocation[0].quotas", "allocation[1].quotas", "allocation[2].quotas", "allocation[2].quotas[1].memberId",
                "allocation[2].quotas[2].memberId",
                "allocation[2].quotas[2].sharePpm", "allocation[2].quotas[3].memberId",
            ],
            no.WrongFields);
    }
}
