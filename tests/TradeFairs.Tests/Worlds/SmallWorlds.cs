using System.Text.Json.Nodes;

namespace ExportConsortia.TradeFairs.Tests.Worlds;

/// <summary>
/// Worlds of two to four firms that go to a fair, step by step at the same instants, and differ in the numbers of one rival: what it asks for and
/// weighs, what it owes, does and gains. As long as a firm itself bears the same, everything that it can read at any moment is the same. The table in
/// <c>docs/confidentiality.md</c> says what is left to infer. In one shape: what a firm may read is decided above the store and the bus, and
/// <see cref="Costs.OtherFirmsTests"/> compares shares and estimates in both.
/// </summary>
public sealed class SmallWorlds(TradeFairsServices services)
{
    // Operators read the first and the last, the clean team the others. Any other route has to answer a firm at some moment: else nothing of it would
    // be compared.
    private static readonly string[] NotForFirms =
        ["/api/tradefairs/copies", "/api/tradefairs/editions/{id}/costs", "/api/tradefairs/late-tasks", "/api/tradefairs/status"];

    [Fact]
    public async Task A_firm_reads_nothing_that_depends_on_a_rivals_number()
    {
        await using var service = await services.Fresh(Shape.Embedded);
        service.Clock.StandAt(service.Clock.Now().AddSeconds(1));
        var lives = new Lives(service, await FirmReads.OfAsync(service), await Task.WhenAll(
            from isScarce in (bool[])[false, true]
            // Of two F1 then gets the least area, of four its part in proportion.
            from firms in isScarce ? (int[])[2, 4] : [2, 3, 4]
            from isOther in (bool[])[false, true]
            select SmallWorld.FoundAsync(service, firms, isScarce, isOther)));
        await lives.GoToTheFairAsync();
        await lives.AreAtTheFairAsync();
        await lives.SettleAsync();
        lives.Check();
    }

    private sealed class Lives(RunningService service, FirmReads reads, SmallWorld[] worlds)
    {
        private readonly List<string> _found = [];
        private int _compared;

        public async Task GoToTheFairAsync()
        {
            await All(w => w.ProposeAsync());
            foreach (var (name, key) in SmallWorld.Items.Take(SmallWorld.First))
            {
                await All(w => w.PlanFirstAsync(name, key));
            }

            await All(w => w.StateWeightsAsync());
            await All(w => w.CallAsync());
            await CompareAsync("called");
            foreach (var firm in (string[])["F1", "F2", "F3", "F4"])
            {
                await All(w => w.AnswerAsync(firm));
            }

            await CompareAsync("answered", withQueries: true);
            service.Clock.MoveOn(TimeSpan.FromDays(10));
            await All(w => w.DivideAsync());
            await All(w => w.AidAsync());
            foreach (var (name, key) in SmallWorld.Items)
            {
                await All(w => w.PlanAsync(name, key));
            }

            await CompareAsync("divided");
            await All(w => w.ApprovePlanAsync());
            await All(w => w.SimulateAsync());
            await All(w => w.DrawAsync());
            await All(w => w.PrepareAsync("F1"));
            await All(w => w.PrepareAsync("F2"));
            await All(w => w.AskInVainAsync());
            await All(w => w.IsScarce ? w.WaitAsync() : Task.CompletedTask);
            await CompareAsync("prepared", withQueries: true);
            MoveTo(-40);
            await All(w => w.FeesAsync());
            await All(w => w.HasChange ? w.WithdrawAsync() : Task.CompletedTask);
            await CompareAsync("one has withdrawn");
            await All(w => w.HasChange ? w.ComeAsync() : Task.CompletedTask);
            await CompareAsync("another has come");
            await All(w => w.MeasureAsync("F1"));
            await All(w => w.MeasureAsync("F2"));
            await All(w => w.InvoiceAsync("Freight"));
            await All(w => w.InvoiceAsync("Packing"));
            MoveTo(-30);
            await Eventually.Holds("the balances are asked for", () => Task.FromResult(worlds.All(w => w.HasBalance())));
        }

        public async Task AreAtTheFairAsync()
        {
            await All(w => w.Desk.Move(w.Edition, "Contracted"));
            MoveTo(0);
            await All(w => w.Desk.Move(w.Edition, "Running"));
            await All(w => w.ScheduleAsync());
            await All(w => w.WishAsync("F1"));
            await All(w => w.WishAsync("F2"));
            await All(w => w.PlanMeetingsAsync());
            await All(w => w.TakePartAsync("F1"));
            await All(w => w.TakePartAsync("F2"));
            await CompareAsync("met and captured", withQueries: true);
        }

        public async Task SettleAsync()
        {
            MoveTo(6);
            await All(w => w.Desk.Move(w.Edition, "Settling"));
            await All(w => w.ResultsAsync());
            foreach (var (name, key) in SmallWorld.Items.Where(i => i.Key is not ("Direct" or "ByVolume" or "ByExhibitCount")))
            {
                await All(w => w.InvoiceAsync(name));
            }

            await All(w => w.PrepareMotionAsync());
            await CompareAsync("over");
            await All(w => w.SettleAsync());
            await CompareAsync("settled");
            service.Clock.MoveOn(TimeSpan.FromDays(100));
            await CompareAsync("old", withQueries: true);
        }

        public void Check()
        {
            Assert.True(_found.Count == 0, $"{_found.Count} differences:\n{string.Join('\n', _found)}");
            Assert.Equal(NotForFirms, reads.NeverAnswered);
            Assert.True(_compared > 1_500, $"Only {_compared} bodies were compared.");
        }

        private async Task All(Func<SmallWorld, Task> act)
        {
            await Task.WhenAll(worlds.Select(act));
            service.Clock.MoveOn(TimeSpan.FromSeconds(1));
        }

        private void MoveTo(int day) =>
            service.Clock.StandAt(worlds[0].OpensOn.AddDays(day).ToDateTime(new(9, 0), DateTimeKind.Utc));

        private async Task CompareAsync(string moment, bool withQueries = false)
        {
            var life = await Task.WhenAll(worlds.Select(async world => (World: world, Read: await Task.WhenAll(
                world.Readers.Select(async firm => (Firm: firm, Bodies: await reads.ReadAsync(world, firm, withQueries)))))));
            foreach (var (one, other) in from one in life join other in life on $"{one.World}" equals $"{other.World}"
                where !one.World.IsOther && other.World.IsOther select (one, other))
            {
                foreach (var (here, there) in one.Read.Zip(other.Read))
                {
                    Compare($"{moment}, {one.World}, {here.Firm}", here.Firm, (one.World, here.Bodies), (other.World, there.Bodies));
                }
            }
        }

        private void Compare(
            string moment, string firm, (SmallWorld World, Dictionary<string, string> Bodies) here,
            (SmallWorld World, Dictionary<string, string> Bodies) there)
        {
            Assert.True(OwnOf(here.Bodies) == OwnOf(there.Bodies), $"{moment}: the firm itself doesn't bear the same.");
            foreach (var request in here.Bodies.Keys.Union(there.Bodies.Keys).Where(r => !IsOfThePlanOnly(r, firm, here.World, there.World)))
            {
                _compared++;
                var (one, other) = (Shown(request, here.Bodies, here.World), Shown(request, there.Bodies, there.World));
                if (one != other)
                {
                    _found.Add($"{moment} reads {request}:\n  {Around(one, other)}\n  {Around(other, one)}");
                }
            }
        }

        // An estimate follows from the plan ("Remains" in the table, risk and estimate): where another plan was made for other areas, who has no
        // share reads another one.
        private static bool IsOfThePlanOnly(string request, string firm, SmallWorld here, SmallWorld there) =>
            request.Contains("/own-share/risk", StringComparison.Ordinal) && !there.IsAtStand(firm)
            && here.SharedMinor != there.SharedMinor;

        // From the opening day on visitors see how large the others' booths are ("Remains" in the table, stand plan).
        private string Shown(string request, Dictionary<string, string> read, SmallWorld world)
        {
            var body = read.GetValueOrDefault(request, "not there");
            if (!request.Contains("/plan ", StringComparison.Ordinal) || DateOnly.FromDateTime(service.Clock.Now()) < world.OpensOn
                || body.IndexOf('{') is not (>= 0 and var start) || JsonNode.Parse(body[start..]) is not { } plan)
            {
                return body;
            }

            foreach (var booth in plan["booths"]?.AsArray() ?? [])
            {
                if (booth!["memberId"] is null && booth["isCommon"]?.GetValue<bool>() == false)
                {
                    (booth["xCm"], booth["yCm"], booth["widthCm"], booth["depthCm"]) = (null, null, null, null);
                }
            }

            return body[..start] + plan.ToJsonString();
        }

        // What a firm itself bears, and how that came to be.
        private static string OwnOf(Dictionary<string, string> read)
        {
            var body = read["/api/tradefairs/editions/{id}/own-share 0 "];
            return body.StartsWith("200", StringComparison.Ordinal) && JsonNode.Parse(body[body.IndexOf('{')..]) is { } own
                ? $"{own["netMinor"]} {Numbers(own["items"], "ownMinor")} {Numbers(own["changes"], "deltaMinor")}" : "";

            static string Numbers(JsonNode? list, string field) => string.Join(',', list!.AsArray().Select(one => $"{one![field]}"));
        }

        private static string Around(string text, string other)
        {
            var at = text.Zip(other).TakeWhile(two => two.First == two.Second).Count();
            return text[Math.Max(0, at - 120)..Math.Min(text.Length, at + 120)];
        }
    }
}
