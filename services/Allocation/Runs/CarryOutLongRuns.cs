using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.SealedPrices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Allocation.Runs;

/// <summary>
/// Carries out long runs, a few at once on each replica. Each reports its progress and stops soon after one of its orders has left it, because the
/// manager gave up the run or the order was cancelled. A run with a stale snapshot is retried; one that keeps failing is given up.
/// </summary>
internal sealed class CarryOutLongRuns(IServiceScopeFactory scopes, TimeProvider clock, ILogger<CarryOutLongRuns> log)
    : RepeatedWork(Heartbeat, clock, log)
{
    private const int MaxDiscarded = 3;
    private const int MaxAttempts = 20;
    private const int MaxFailures = 5;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClaimTimeout = TimeSpan.FromSeconds(15);
    private static readonly int AtOnce = Math.Max(2, Environment.ProcessorCount);
    private readonly List<Task> _running = [];

    protected override async Task WorkAsync(CancellationToken ct)
    {
        _running.RemoveAll(run => run.IsCompleted);
        var now = Clock.GetUtcNow().UtcDateTime;
        var expired = now - ClaimTimeout;
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<AllocationDb>();
        var free = db.LongRuns.Where(r => r.ClaimedBy == null || r.SeenAt < expired);
        foreach (var runId in await free.OrderBy(r => r.StartedAt).Select(r => r.RunId).Take(AtOnce - _running.Count).ToListAsync(ct))
        {
            var claim = Guid.CreateVersion7();
            if (await free.Where(r => r.RunId == runId).ExecuteUpdateAsync(
                set => set.SetProperty(r => r.ClaimedBy, claim).SetProperty(r => r.SeenAt, now).SetProperty(r => r.Percent, 0), ct) == 1)
            {
                _running.Add(Task.Run(() => CarryOutAsync(runId, claim, ct), ct));
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
                    await new AllocateOrder(db, scope.ServiceProvider.GetRequiredService<PriceSecret>(), Clock).CarryOutAsync(
                        await AllocateOrder.OrdersInRunAsync(db, runId, run.Orders, ct),
                        isJoint: run.Orders.Count > 1,
                        snapshot => PlanAsync(snapshot, run, claim, ct),
                        stale >= MaxDiscarded ? AllocateOrder.IfStale.Keep : AllocateOrder.IfStale.Retry,
                        ct);
                }

                return;
            }
            catch (DbUpdateConcurrencyException changed) when (++stale < MaxAttempts)
            {
                Log.LogInformation("Retrying run {Run}: {Reason}", runId, changed.Message);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // An order has left the run: the remaining orders, if any, are planned again.
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                Log.LogError(e, "Run {Run} failed", runId);
                await FailAsync(runId, claim, ct);
                return;
            }
        }
    }

    // The claim stays until it times out; then the run is retried, a few times.
    private async Task FailAsync(Guid runId, Guid claim, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreatePlatformScope();
            var db = scope.ServiceProvider.GetRequiredService<AllocationDb>();
            var mine = db.LongRuns.Where(r => r.RunId == runId && r.ClaimedBy == claim);
            await mine.ExecuteUpdateAsync(set => set.SetProperty(r => r.Failures, r => r.Failures + 1), ct);
            if (await mine.SingleOrDefaultAsync(r => r.Failures >= MaxFailures, ct) is not { } run)
            {
                return;
            }

            Log.LogError("Run {Run} failed {Times} times and was given up; a manager may start it again", runId, MaxFailures);
            db.Remove(run);
            var orders = await AllocateOrder.OrdersInRunAsync(db, runId, run.Orders, ct);
            orders.ForEach(o => o.GiveUpRun(null, Clock.GetUtcNow().UtcDateTime));
            await db.SaveAsync(orders, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            Log.LogWarning(e, "Could not record the failure of run {Run}", runId);
        }
    }

    private async Task<AllocationPlan> PlanAsync(AllocationSnapshot snapshot, LongRun run, Guid claim, CancellationToken ct)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            var work = new CountedWork(giveUp.Token);
            var planning = Task.Factory.StartNew(() => SplitOrder.Plan(snapshot, work), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            while (await Task.WhenAny(planning, Task.Delay(Heartbeat, Clock, ct)) != planning)
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

    // A missed heartbeat is no reason to throw the work away: if it is too late, the save will notice.
    private async Task<bool> IsStillWantedAsync(LongRun run, AllocationSnapshot snapshot, Guid claim, int percent, CancellationToken ct)
    {
        try
        {
            return await ReportProgressAsync(run, snapshot, claim, percent, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            Log.LogWarning(e, "Could not report the progress of run {Run}", run.RunId);
            return true;
        }
    }

    private async Task<bool> ReportProgressAsync(LongRun run, AllocationSnapshot snapshot, Guid claim, int percent, CancellationToken ct)
    {
        var planned = snapshot.Lines.Select(line => line.OrderId ?? snapshot.OrderId).Distinct().ToList();
        var now = Clock.GetUtcNow().UtcDateTime;
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<AllocationDb>();
        var runs = await db.Orders.Where(o => planned.Contains(o.Id)).Select(o => o.Run).ToListAsync(ct);
        return await db.LongRuns.Where(r => r.RunId == run.RunId && r.ClaimedBy == claim)
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.SeenAt, now).SetProperty(r => r.Percent, percent), ct) == 1
            && runs.TrueForAll(r => r?.RunId == run.RunId);
    }
}
