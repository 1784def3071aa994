using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.SealedPrices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Allocation.Runs;

/// <summary>
/// Carries out long runs, a few at once on each replica. Each tells how far it is, and stops soon after one of its orders has left it: the manager gave it
/// up, or the order was cancelled. A run of which the snapshot went stale is begun anew; one that fails again and again is given up.
/// </summary>
internal sealed class CarryOutLongRuns(IServiceScopeFactory scopes, TimeProvider clock, ILogger<CarryOutLongRuns> log) : BackgroundService
{
    private const int TimesAnew = 3;
    private const int MostTimes = 20;
    private const int MostFailures = 5;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);
    private static readonly int AtOnce = Math.Max(2, Environment.ProcessorCount);
    private readonly List<Task> _underWay = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, clock);
        do
        {
            try
            {
                await ClaimAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(e, "Long runs could not be looked for now; trying again in a second");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ClaimAsync(CancellationToken ct)
    {
        _underWay.RemoveAll(run => run.IsCompleted);
        var now = clock.GetUtcNow().UtcDateTime;
        var silent = now - Silence;
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<AllocationDb>();
        var free = db.LongRuns.Where(r => r.ClaimedBy == null || r.SeenAt < silent);
        foreach (var runId in await free.OrderBy(r => r.StartedAt).Select(r => r.RunId).Take(AtOnce - _underWay.Count).ToListAsync(ct))
        {
            var claim = Guid.CreateVersion7();
            if (await free.Where(r => r.RunId == runId).ExecuteUpdateAsync(
                set => set.SetProperty(r => r.ClaimedBy, claim).SetProperty(r => r.SeenAt, now).SetProperty(r => r.Percent, 0), ct) == 1)
            {
                _underWay.Add(Task.Run(() => CarryOutAsync(runId, claim, ct), ct));
            }
        }
    }

    private async Task CarryOutAsync(Guid runId, Guid claim, CancellationToken ct)
    {
        for (var stale = 0; ;)
        {
            try
            {
                await using var scope = scopes.CreatePlatformScope();
                var db = scope.ServiceProvider.GetRequiredService<AllocationDb>();
                if (await db.LongRuns.SingleOrDefaultAsync(r => r.RunId == runId && r.ClaimedBy == claim, ct) is { } run)
                {
                    db.Remove(run);
                    await new CarryOutRun(db, scope.ServiceProvider.GetRequiredService<PriceSecret>(), clock).NowAsync(
                        await CarryOutRun.OrdersAsync(db, runId, run.Orders, ct), isJoint: run.Orders.Count > 1, snapshot => PlanAsync(snapshot, run, claim, ct), stale >= TimesAnew ? CarryOutRun.IfStale.Keep : CarryOutRun.IfStale.BeginAnew, ct);
                }

                return;
            }
            catch (DbUpdateConcurrencyException changed) when (++stale < MostTimes)
            {
                log.LogInformation("Run {Run} begins anew: {Reason}", runId, changed.Message);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // An order has left the run: what remains of it, if anything, is planned anew.
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                log.LogError(e, "Run {Run} could not be carried out", runId);
                await FailAsync(runId, claim, ct);
                return;
            }
        }
    }

    // The claim stays until it has been silent for long: then somebody tries again, a few times.
    private async Task FailAsync(Guid runId, Guid claim, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreatePlatformScope();
            var db = scope.ServiceProvider.GetRequiredService<AllocationDb>();
            var mine = db.LongRuns.Where(r => r.RunId == runId && r.ClaimedBy == claim);
            await mine.ExecuteUpdateAsync(set => set.SetProperty(r => r.Failures, r => r.Failures + 1), ct);
            if (await mine.SingleOrDefaultAsync(r => r.Failures >= MostFailures, ct) is not { } run)
            {
                return;
            }

            log.LogError("Run {Run} has failed {Times} times and is given up: a manager may begin it again", runId, MostFailures);
            db.Remove(run);
            var orders = await CarryOutRun.OrdersAsync(db, runId, run.Orders, ct);
            orders.ForEach(o => o.GiveUpRun(clock.GetUtcNow().UtcDateTime));
            await db.SaveAsync(orders, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            log.LogWarning(e, "That run {Run} failed could not be noted", runId);
        }
    }

    private async Task<AllocationPlan> PlanAsync(AllocationSnapshot snapshot, LongRun run, Guid claim, CancellationToken ct)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            var work = new CountedWork(giveUp.Token);
            var planning = Task.Factory.StartNew(() => SplitOrder.Plan(snapshot, work), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            while (await Task.WhenAny(planning, Task.Delay(Beat, clock, ct)) != planning)
            {
                if (!await IsStillWantedAsync(run, snapshot, claim, work.Percent, ct))
                {
                    await giveUp.CancelAsync();
                }
            }

            return await planning;
        }
        finally
        {
            await giveUp.CancelAsync();
        }
    }

    // A beat that can't be told is no reason to throw the work away: in doubt the save will see that it is too late.
    private async Task<bool> IsStillWantedAsync(LongRun run, AllocationSnapshot snapshot, Guid claim, int percent, CancellationToken ct)
    {
        try
        {
            return await TellAsync(run, snapshot, claim, percent, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            log.LogWarning(e, "How far run {Run} is could not be told", run.RunId);
            return true;
        }
    }

    private async Task<bool> TellAsync(LongRun run, AllocationSnapshot snapshot, Guid claim, int percent, CancellationToken ct)
    {
        var planned = snapshot.Lines.Select(line => line.OrderId ?? snapshot.OrderId).Distinct().ToList();
        var now = clock.GetUtcNow().UtcDateTime;
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<AllocationDb>();
        var runs = await db.Orders.Where(o => planned.Contains(o.Id)).Select(o => o.Run).ToListAsync(ct);
        return await db.LongRuns.Where(r => r.RunId == run.RunId && r.ClaimedBy == claim)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.SeenAt, now).SetProperty(r => r.Percent, percent), ct) == 1
            && runs.TrueForAll(r => r?.RunId == run.RunId);
    }
}
