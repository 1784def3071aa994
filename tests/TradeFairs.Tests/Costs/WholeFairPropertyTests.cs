using System.Text.Json.Nodes;

namespace ExportConsortia.TradeFairs.Tests.Costs;

/// <summary>
/// Any commitments, exceptions, gifts of area, withdrawals and invoices, from the call to the settlement: nothing is lost (F-M9), and it doesn't
/// matter in which order firms answered and items were entered. Each fair is held twice, in two orders. A thorough run holds all fairs, another one
/// two of them.
/// </summary>
public sealed class WholeFairPropertyTests(TradeFairsServices services)
{
    private const int Fairs = 8;
    private const int Steps = 10;
    private static readonly string[] Keys = ["Equal", "ByArea", "ByVolume", "ByExhibitCount", "ByTurnover", "ByVotes", "Custom", "Direct"];

    [Fact]
    public async Task Whatever_firms_and_the_manager_do_shares_grants_and_penalties_are_the_invoices()
    {
        await using var service = await services.Fresh(Shape.Embedded);
        var desk = await CostDesk.OpenAsync(service);
        var done = new Dictionary<string, int>();
        foreach (var fair in Enumerable.Range(0, Fairs).Where(fair => RandomCases.IsTurnOf(fair, of: 4)))
        {
            var run = new Run(service, desk, new(fair + 20_270_118), done);
            await run.HoldAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", done.OrderBy(d => d.Key).Select(d => $"{d.Key} {d.Value}")));
        string[] steps = RandomCases.Thorough
            ? ["comes", "gets more", "waits", "withdraws", "brings more", "is refused less", "invoice"] : ["invoice"];
        Assert.All(steps, step => Assert.True(done.GetValueOrDefault(step) > 0, step));
    }

    private sealed class Run(RunningService service, CostDesk desk, Random random, Dictionary<string, int> done)
    {
        private readonly string[] _firms = [.. Enumerable.Range(1, desk.Office.Firms.Count).Select(i => $"F{i}")];
        private readonly Dictionary<string, (long Area, long Volume)> _wants = [];
        private readonly List<Guid> _editions = [];
        private readonly Dictionary<Guid, Dictionary<string, Guid>> _items = [];
        private readonly HashSet<Guid> _cameIn = [];

        public async Task HoldAsync()
        {
            service.Clock.StandAt(service.Clock.Now().AddSeconds(1));
            var opensOn = DateOnly.FromDateTime(service.Clock.Now()).AddDays(random.Next(100, 160));
            await StandAsync(opensOn);
            await PlanAsync();
            await CheckAsync("plan");
            for (var step = 0; step < Steps; step++)
            {
                await CheckAsync(await StepAsync());
                service.Clock.MoveOn(TimeSpan.FromDays(random.Next(8)));
            }

            await SettleAsync(opensOn);
        }

        private async Task StandAsync(DateOnly opensOn)
        {
            for (var i = 0; i < 2; i++)
            {
                var edition = await desk.Office.Propose(opensInDays: opensOn.DayNumber - DateOnly.FromDateTime(service.Clock.Now()).DayNumber);
                await desk.Office.Call(edition, service.Clock.Now().AddHours(1));
                _editions.Add(edition);
            }

            foreach (var firm in _firms.Take(random.Next(3, _firms.Length + 1)))
            {
                _wants[firm] = (random.Next(400, 2_500), random.Next(4) * random.Next(3_000));
            }

            foreach (var edition in _editions)
            {
                foreach (var firm in Shuffle(_wants.Keys))
                {
                    (await desk.Office.Commit(firm, edition, _wants[firm].Area, _wants[firm].Volume)).Expect(HttpStatusCode.OK);
                }
            }

            service.Clock.MoveOn(TimeSpan.FromHours(1));
            foreach (var edition in _editions)
            {
                (await service.Post(desk.Manager, $"editions/{edition}/allotment")).Expect(HttpStatusCode.OK);
            }
        }

        private async Task PlanAsync()
        {
            var rate = random.Next(1, 101);
            var items = Keys.Where(_ => random.Next(3) > 0).Append("Direct").Append("ByArea").Select((key, i) => (
                Name: $"{key} {i}", Key: key, Planned: random.NextInt64(900_000), Granted: random.Next(2) == 0,
                Parts: key is "Direct" or "Custom" ? _firms.Select(f => (f, random.NextInt64(1, 90_000))).ToArray() : [])).ToList();
            var weights = _firms.Select(f => new { memberId = desk.Member(f), turnoverMinor = random.NextInt64(1_000_000), votes = random.Next(3) })
                .ToList();
            foreach (var edition in _editions)
            {
                var grant = (await ChangeAsync(edition, HttpMethod.Post, "grants", new
                {
                    name = "Aid", state = "LA", ratePercent = rate, capMinor = 1_000_000, grantedOn = DateOnly.FromDateTime(service.Clock.Now()),
                }))["grants"]![0]!["id"]!.GetValue<string>();
                await ChangeAsync(edition, HttpMethod.Put, "cost-weights", new { weights });
                foreach (var item in Shuffle(items))
                {
                    await ChangeAsync(edition, HttpMethod.Post, "cost-items", new
                    {
                        name = item.Name, key = item.Key, plannedMinor = item.Key == "Direct" ? 0 : item.Planned,
                        grantId = item.Granted ? grant : null,
                        parts = item.Parts.Length == 0 ? null : Shuffle(item.Parts).Select(p => new { memberId = desk.Member(p.f), value = p.Item2 }),
                    });
                }

                var vote = new { body = "Assembly", reference = "Assembly, item 1", heldOn = DateOnly.FromDateTime(service.Clock.Now()) };
                var plan = await ChangeAsync(edition, HttpMethod.Post, "cost-plan", new { vote });
                _items[edition] = plan["items"]!.AsArray().ToDictionary(i => i!["name"]!.GetValue<string>(), i => i!["id"]!.GetValue<Guid>());
            }
        }

        /// <summary>The same in both fairs; what can't be done is not done in either.</summary>
        private async Task<string> StepAsync()
        {
            var at = (await desk.Office.Edition(_editions[0]))["commitments"]!.AsArray().ToDictionary(
                c => _firms.Single(f => desk.Member(f) == c!["memberId"]!.GetValue<Guid>()),
                c => (
                    State: c!["state"]!.GetValue<string>(), Area: c["allottedAreaDm2"]!.GetValue<long>(),
                    Place: c["waitingPlace"]?.GetValue<int>()));
            var free = 4_800 - at.Values.Sum(c => c.Area);
            var here = at.Where(c => c.Value.State == "Committed").Select(c => c.Key).ToList();
            var firm = here[random.Next(here.Count)];
            var next = at.Where(c => c.Value.Place == 1).Select(c => c.Key).FirstOrDefault();
            switch (random.Next(7))
            {
                case 0 when _firms.Except(at.Keys).ToList() is { Count: > 0 } others:
                    firm = others[random.Next(others.Count)];
                    _wants[firm] = (random.Next(400, 2_000), random.Next(3_000));
                    foreach (var edition in _editions)
                    {
                        await desk.Wait(edition, firm, _wants[firm].Area, _wants[firm].Volume);
                    }

                    return Done("waits");
                case 1 or 2 when next is not null && free >= 400:
                    var area = random.NextInt64(400, Math.Min(free, _wants[next].Area) + 1);
                    await KnowOwnCostsAsync(next);
                    foreach (var edition in _editions)
                    {
                        await desk.GiveArea(edition, next, area);
                    }

                    return Done("comes");
                case 3 when next is null && Math.Min(free, _wants[firm].Area - at[firm].Area) is > 0 and var more:
                    foreach (var edition in _editions)
                    {
                        await desk.GiveArea(edition, firm, at[firm].Area + more);
                    }

                    return Done("gets more");
                case 4 when here.Count > 1:
                    var penalty = (await desk.Own(_editions[0], firm))["penalty"]!["amountMinor"]!.GetValue<long>();
                    foreach (var edition in _editions)
                    {
                        (await service.Post(desk[firm], $"editions/{edition}/withdrawals", new { expectedPenaltyMinor = penalty }))
                            .Expect(HttpStatusCode.OK);
                    }

                    return Done("withdraws");
                case 5:
                    var volume = _wants[firm].Volume;
                    foreach (var edition in _editions)
                    {
                        await desk.Allow(edition, firm);
                        if (volume > 0)
                        {
                            await desk.Office.Commit(firm, edition, _wants[firm].Area, volume - 1).IsRefused("SHARE_FIXED");
                            Done("is refused less");
                        }

                        (await desk.Office.Commit(firm, edition, _wants[firm].Area, volume + 500)).Expect(HttpStatusCode.OK);
                    }

                    _wants[firm] = (_wants[firm].Area, volume + 500);
                    return Done("brings more");
                default:
                    await InvoiceAsync(Shuffle(Names(direct: false).Order(StringComparer.Ordinal))[0]);
                    return Done("invoice");
            }
        }

        private IEnumerable<string> Names(bool direct) =>
            _items[_editions[0]].Keys.Where(name => name.StartsWith("Direct", StringComparison.Ordinal) == direct);

        private string Done(string what)
        {
            done[what] = done.GetValueOrDefault(what) + 1;
            return what;
        }

        private async Task InvoiceAsync(string name)
        {
            var amount = random.NextInt64(900_000);
            foreach (var edition in _editions)
            {
                await ChangeAsync(edition, HttpMethod.Put, $"cost-items/{_items[edition][name]}/actual", new { actualMinor = amount });
            }
        }

        // Items with own amounts name all firms that were ever here, and the one that comes.
        private async Task KnowOwnCostsAsync(string? next)
        {
            foreach (var name in Names(direct: true))
            {
                var known = _wants.Keys.Where(f => f == next || _cameIn.Contains(desk.Member(f))).ToDictionary(f => f, _ => random.NextInt64(90_000));
                foreach (var edition in _editions)
                {
                    await ChangeAsync(edition, HttpMethod.Put, $"cost-items/{_items[edition][name]}/actual", new
                    {
                        parts = Shuffle(known).Select(p => new { memberId = desk.Member(p.Key), value = p.Value }),
                    });
                }
            }
        }

        private async Task CheckAsync(string step)
        {
            var (one, two) = (await desk.Costs(_editions[0]), await desk.Costs(_editions[1]));
            foreach (var costs in (JsonNode[])[one, two])
            {
                var items = costs["items"]!.AsArray();
                Assert.Equal(Number(costs["totalMinor"]), items.Sum(i => Number(i!["amountMinor"])));
                Assert.Equal(   // F-M9
                    Number(costs["totalMinor"]),
                    costs["shares"]!.AsArray().Sum(s => Number(s!["netMinor"])) + costs["grants"]!.AsArray().Sum(g => Number(g!["paidMinor"])));
                Assert.Equal(0, Number(costs["commonMinor"]));
                Assert.Equal(
                    costs["withdrawals"]!.AsArray().ToDictionary(w => Id(w!), w => Number(w!["penaltyMinor"])),
                    costs["shares"]!.AsArray().Where(s => costs["withdrawals"]!.AsArray().Any(w => Id(w!) == Id(s!)))
                        .ToDictionary(s => Id(s!), s => Number(s!["netMinor"])));
                _cameIn.UnionWith(costs["shares"]!.AsArray().Select(s => Id(s!)));
            }

            Assert.True(Shares(one).SequenceEqual(Shares(two)), $"After {step}: {one["shares"]} and {two["shares"]}");

            static IEnumerable<(Guid, long, long, long)> Shares(JsonNode costs) => costs["shares"]!.AsArray().Select(s =>
                (Id(s!), Number(s!["plannedMinor"]), Number(s["grossMinor"]), Number(s["grantMinor"])));
        }

        private async Task SettleAsync(DateOnly opensOn)
        {
            service.Clock.StandAt(service.Clock.Now().AddSeconds(1));
            foreach (var edition in _editions)
            {
                await desk.Move(edition, "Contracted");
            }

            service.Clock.StandAt(opensOn.ToDateTime(new(12, 0), DateTimeKind.Utc));
            foreach (var edition in _editions)
            {
                await desk.Move(edition, "Running");
            }

            service.Clock.MoveOn(TimeSpan.FromDays(6));
            foreach (var edition in _editions)
            {
                await desk.Move(edition, "Settling");
            }

            await KnowOwnCostsAsync(null);
            foreach (var name in Names(direct: false))
            {
                await InvoiceAsync(name);
            }

            foreach (var edition in _editions)
            {
                var overrunVote = new { body = "Assembly", reference = "Assembly, item 2", heldOn = opensOn };
                var costs = await ChangeAsync(edition, HttpMethod.Post, "settlement", new { overrunVote });
                var asked = (await service.Get(desk.Manager, $"editions/{edition}/charges")).Ok["charges"]!.AsArray()
                    .GroupBy(c => Id(c!)).ToDictionary(g => g.Key, g => g.Sum(c => Number(c!["amountMinor"])));
                Assert.All(costs["shares"]!.AsArray(), s => Assert.Equal(Number(s!["netMinor"]), asked.GetValueOrDefault(Id(s))));
            }

            await CheckAsync("settlement");
        }

        // Meanwhile a timer may ask for balances, which changes the costs as well.
        private async Task<JsonNode> ChangeAsync(Guid edition, HttpMethod method, string path, object body)
        {
            Answer answer;
            do
            {
                answer = await desk.Change(edition, method, path, body);
            }
            while (answer.Code == "STALE_VERSION");
            return answer.Ok;
        }

        private T[] Shuffle<T>(IEnumerable<T> list)
        {
            T[] all = [.. list];
            random.Shuffle(all);
            return all;
        }

        private static Guid Id(JsonNode node) => node["memberId"]!.GetValue<Guid>();

        private static long Number(JsonNode? node) => node!.GetValue<long>();
    }
}
