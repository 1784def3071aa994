using System.Diagnostics;
using System.Globalization;
using ExportConsortia.Allocation;
using ExportConsortia.Allocation.Documents;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Fairness;
using ExportConsortia.Allocation.Members;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;
using ExportConsortia.Allocation.Runs;
using ExportConsortia.Contracts;
using ExportConsortia.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// How the length of the fairness ledger affects a run and an acceptance: the same work alternates on two databases of one PostgreSQL, one with a
/// short and one with a long history. For comparison, a recalculation, which reads the whole history.
/// </summary>
internal static class LedgerBenchmark
{
    private const int Firms = 30;
    private static readonly AllocationRule Rule = new()
    {
        ProductFamily = "chairs", Policy = nameof(QuotaCatchUp), LotSize = 10, ConcentrationCapPercent = 100,
    };

    public static async Task RunAsync(string[] options)
    {
        var settings = new ConfigurationBuilder().AddCommandLine(options).Build();
        var (few, many, rounds) = (settings.GetValue("short", 1000), settings.GetValue("long", 1_000_000), settings.GetValue("rounds", 300));
        await using var postgres = await PostgresServer.Launch(fsync: true);
        Ledger[] ledgers = [
            await Ledger.Of(few, await postgres.CreateDatabase("short")), await Ledger.Of(many, await postgres.CreateDatabase("long"))];

        var times = ledgers.Select(_ => (Snapshot: new List<double>(), Run: new List<double>(), Acceptance: new List<double>())).ToArray();
        for (var round = 0; round < rounds + 20; round++)
        {
            // The order alternates, so that both see the same machine.
            foreach (var i in round % 2 == 0 ? (int[])[0, 1] : [1, 0])
            {
                var (snapshot, run, acceptance) = await ledgers[i].OneOrder();
                if (round >= 20)
                {
                    times[i].Snapshot.Add(snapshot);
                    times[i].Run.Add(run);
                    times[i].Acceptance.Add(acceptance);
                }
            }
        }

        Console.WriteLine($"{Firms} firms, {rounds} orders on each ledger, alternating, medians in ms; {Environment.ProcessorCount} processors.");
        Console.WriteLine("entries    run's snapshot   run's save   acceptance's save   recalculation");
        foreach (var (ledger, time) in ledgers.Zip(times))
        {
            var recalculation = await ledger.Recalculate();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{ledger.Entries,9} {Figures.Median(time.Snapshot),14:F2} {Figures.Median(time.Run),12:F2} {Figures.Median(time.Acceptance),16:F2} "
                + $"{recalculation,15:F0}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"long/short {Figures.Median(times[1].Snapshot) / Figures.Median(times[0].Snapshot),13:F2} "
            + $"{Figures.Median(times[1].Run) / Figures.Median(times[0].Run),12:F2} "
            + $"{Figures.Median(times[1].Acceptance) / Figures.Median(times[0].Acceptance),16:F2}"));
    }

    /// <summary>A consortium with a history of <paramref name="entries"/> entries over ten years.</summary>
    private sealed class Ledger(int entries, string database)
    {
        private readonly Consortium _consortium = new(Guid.CreateVersion7(), "VTF", "Vientiane Teak");
        private readonly Guid[] _firms = [.. Enumerable.Range(0, Firms).Select(_ => Guid.CreateVersion7())];
        private readonly Product _chair = new("TK-12", "Garden chair", "chairs", "C62", []);

        public int Entries => entries;

        public static async Task<Ledger> Of(int entries, string database)
        {
            var ledger = new Ledger(entries, database);
            await ledger.Fill();
            return ledger;
        }

        /// <summary>Splits and offers an order and accepts one part; returns how long each took.</summary>
        public async Task<(double Snapshot, double Run, double Acceptance)> OneOrder()
        {
            var now = TimeProvider.System.GetUtcNow().UtcDateTime;
            var order = Order.Place(
                Guid.CreateVersion7(), _consortium.Id,
                new OrderDocument { Currency = "EUR",
                    Lines = [new DocumentLine { LineId = "1", Quantity = 3000, Unit = "C62", Item = new DocumentItem() }] }, _ => _chair, now);
            Require(order.Screen(new(Guid.CreateVersion7()), false, ScreeningVerdict.Clear, "", now));
            Require(order.Screen(new(Guid.CreateVersion7()), false, ScreeningVerdict.Clear, "", now));
            Require(order.Accept(false, now));
            Require(order.StartRun(Guid.CreateVersion7(), OfferKind.Normal, 3, now));
            await using (var db = Open())
            {
                db.Add(order);
                await db.SaveAsync(order, default);
            }

            await using (var db = Open())
            {
                order = await db.OrderBehindAsync(order.Id, default);
                var started = Stopwatch.GetTimestamp();
                var rulebook = await db.RulebookAsync(_consortium.Id, now, default);
                var snapshot = await TakeSnapshot.OfAsync([order], order.Run!.RunId, 1, OfferKind.Normal, rulebook, db, now, default);
                var taken = Stopwatch.GetElapsedTime(started);
                var offers = SplitOrder.Plan(snapshot).Lines[0].Parts.Select(part => new Offer
                {
                    Id = Guid.CreateVersion7(), LineId = "1", MemberId = part.MemberId, Kind = OfferKind.Normal, Round = 1, Quantity = part.Quantity,
                    LotSize = 10, MinLot = 0, ExpiresAt = now.AddDays(3), Draws = [.. part.Draws],
                }).ToList();
                started = Stopwatch.GetTimestamp();
                order.EndRun(offers, now);
                await db.SaveReservingAsync([order], offers, default);
                var run = Stopwatch.GetElapsedTime(started);

                started = Stopwatch.GetTimestamp();
                Require(order.Accept(offers[0], offers[0].Quantity, now));
                await db.SaveAsync(order, default);
                return (taken.TotalMilliseconds, run.TotalMilliseconds, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        /// <summary>Times summing the whole history, which must agree with the running sums.</summary>
        public async Task<double> Recalculate()
        {
            await using var db = Open();
            var started = Stopwatch.GetTimestamp();
            var found = await VerifyFairness.CompareAsync(_consortium, db, default);
            return found.Differences.Count == 0
                ? Stopwatch.GetElapsedTime(started).TotalMilliseconds
                : throw new InvalidOperationException($"{found.Differences.Count} accounts differ from their entries.");
        }

        private static void Require(Refusal? refusal)
        {
            if (refusal is not null)
            {
                throw new InvalidOperationException(refusal.Reason);
            }
        }

        private async Task Fill()
        {
            await using var db = Open();
            await db.Database.MigrateAsync();
            var now = TimeProvider.System.GetUtcNow().UtcDateTime;
            var today = DateOnly.FromDateTime(now);
            db.Add(_consortium);
            db.Add(new Rulebook
            {
                ConsortiumId = _consortium.Id,
                Version = 1,
                ActiveFrom = now.AddYears(-20),
                Rules = [
                    Rule with
                    {
                        Quotas = [.. _firms.Select((firm, i) => new AllocationQuota(firm, (1_000_000 / Firms) + (i < 1_000_000 % Firms ? 1 : 0)))],
                    }],
            });
            foreach (var (i, firm) in _firms.Index())
            {
                db.Add(new MemberFirm
                {
                    Id = firm, ConsortiumId = _consortium.Id, Code = $"F{i + 1}", Standing = MemberStanding.Active,
                    Capabilities = [new(_chair.Code, _chair.Name, _chair.Family)],
                });
                db.Add(new CapacityBucket
                {
                    Id = Guid.CreateVersion7(), ConsortiumId = _consortium.Id, MemberId = firm, Family = _chair.Family, From = today.AddDays(-1),
                    To = today.AddYears(1),
                    Declared = 1_000_000_000, DeclaredAt = now,
                });
            }

            await db.SaveChangesAsync();

            // Ten years, a quarter of the entries are receipts; deterministic except for the ids.
            db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO "FairnessEntries" (
                    "Id", "ConsortiumId", "MemberId", "Family", "Year", "OrderId", "LineId",
                    "Reason", "Entitled", "Received", "PostedAt", "Told")
                SELECT
                    gen_random_uuid(), {_consortium.Id}, ({_firms})[1 + i % {Firms}], 'chairs', {today.Year} - i * 10 / {entries},
                    gen_random_uuid(), '1',
                    CASE WHEN i % 4 = 0 THEN 'Accepted' ELSE 'LineTakenOn' END,
                    CASE WHEN i % 4 = 0 THEN 0 ELSE 10 + i % 7 END,
                    CASE WHEN i % 4 = 0 THEN 39 ELSE 0 END,
                    {now} - make_interval(hours => i % 80000), true
                FROM generate_series(0, {entries - 1}) i
                """);
            await VerifyFairness.RepairAsync(_consortium, db, default);
            await db.Database.ExecuteSqlAsync($"ANALYZE");
        }

        private AllocationDb Open() => new(
            new DbContextOptionsBuilder<AllocationDb>().UseNpgsql(database)
                .ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning)).Options,
            new ServiceDbScope(Caller.Platform, TimeProvider.System, new OutboxSignal(), new Gates()));
    }
}
