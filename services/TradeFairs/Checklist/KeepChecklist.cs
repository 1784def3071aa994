using System.ComponentModel;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Checklist;

/// <summary>The organiser's checklist, firm by firm: who does what until when. What is late stands on the manager's list until it is done.</summary>
internal static class KeepChecklist
{
    /// <summary>What the firm notes of a task.</summary>
    /// <param name="State"><c>Open</c> or <c>Done</c>; the manager may say <c>NotNeeded</c>.</param>
    /// <param name="Owner">Who does it, at most 120 characters.</param>
    /// <param name="Note">At most 1,000 characters.</param>
    public sealed record Request(TaskState State, string? Owner = null, string? Note = null);

    /// <summary>The tasks of the firms at the stand.</summary>
    /// <param name="Tasks">The clean team reads those of all firms, a firm its own; the next first.</param>
    /// <param name="Declarations">What firms declared for the organiser: all, or the firm's own.</param>
    /// <param name="Undeclared">Firms at the stand that have not: all, or the firm itself.</param>
    public sealed record Response(
        IReadOnlyList<FirmTaskView> Tasks, IReadOnlyList<DeclarationView> Declarations, IReadOnlyList<UndeclaredView> Undeclared);

    /// <summary>A firm at the stand that has declared nothing for the organiser.</summary>
    /// <param name="MemberId">The firm.</param>
    /// <param name="MemberName">Its name.</param>
    public sealed record UndeclaredView(Guid MemberId, string MemberName);

    /// <summary>What is late.</summary>
    /// <param name="Late">The longest overdue first, at most 500.</param>
    /// <param name="Exceptions">Requests for an exception that nobody has decided.</param>
    public sealed record LateResponse(IReadOnlyList<LateView> Late, int Exceptions);

    /// <summary>A late task.</summary>
    /// <param name="EditionId">The edition.</param>
    /// <param name="Fair">Fair and edition.</param>
    /// <param name="Task">What was to be done.</param>
    public sealed record LateView(Guid EditionId, string Fair, FirmTaskView Task);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("editions/{id:guid}/checklist", GetAsync).WithName("GetFairChecklist")
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("Read the organiser's checklist of the firms at the stand")
            .WithDescription(
                "Each deadline of the edition that is each firm's, for each firm at the stand: the clean team reads all, a firm its own. With what "
                + "firms have declared for the organiser.");
        routes.MapPut("editions/{id:guid}/checklist/{memberId:guid}/{number:int}", PutAsync).WithName(nameof(KeepChecklist))
            .For(Role.ConsortiumManager, Role.MemberUser)
            .WithSummary("Note who does a task, or that it is done")
            .WithDescription(
                "A firm for its own tasks, a manager for those of any firm at the stand; only the manager says that a task is not needed, "
                + "and takes that "
                + "back. Done late is still late. 409 ONLY_MANAGER; EDITION_ENDED.")
            .WithExample(new Request(TaskState.Done, "Noy Sombath", "Sent by e-mail.")).WithIfMatch();
        routes.MapGet("late-tasks", LateAsync).WithName("ListLateFairTasks").For(Role.ConsortiumManager, Role.Auditor)
            .WithSummary("List late tasks of all firms and fairs")
            .WithDescription(
                "For the clean team: what is open although its deadline is over, by the clock of the store, of all editions that are not "
                + "ended; and how "
                + "many requests for exceptions nobody has decided.");
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(
        Guid id, TradeFairsDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is not { } edition)
        {
            return Refusal.NotFound();
        }

        var firms = await FirmsAtStandAsync([edition], db, ct);
        var declarations = await db.Declarations.AsNoTracking().Where(d => d.EditionId == id).ToListAsync(ct);
        var tasks = await TasksAsync([edition], firms, db, clock.GetUtcNow().UtcDateTime, ct);
        return TypedResults.Ok(new Response(
            [.. tasks.Select(t => t.Task).OrderBy(t => t.DueAt).ThenBy(t => t.Number).ThenBy(t => t.MemberName, StringComparer.Ordinal)],
            [.. firms.Join(declarations, f => f.MemberId, d => d.MemberId, (f, d) => DeclarationView.Of(d, f.Name))
                .OrderBy(d => d.MemberName, StringComparer.Ordinal)],
            [.. firms.Where(f => !declarations.Exists(d => d.MemberId == f.MemberId)).Select(f => new UndeclaredView(f.MemberId, f.Name))
                .OrderBy(u => u.MemberName, StringComparer.Ordinal)]));
    }

    private static async Task<Results<Ok<FirmTaskView>, ProblemHttpResult>> PutAsync(
        Guid id, Guid memberId, [Description("The number of the deadline.")] int number, Request request, HttpContext http, TradeFairsDb db,
        Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var owner = string.IsNullOrWhiteSpace(request.Owner) ? null : errors.Text(request.Owner, "owner", FirmTask.LongestOwner);
        var note = string.IsNullOrWhiteSpace(request.Note) ? null : errors.Text(request.Note, "note", FirmTask.LongestNote);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        FirmTaskView? view = null;
        var refused = await db.AnswerEditionAsync(
            id,
            memberId,
            async edition =>
            {
                var now = clock.GetUtcNow().UtcDateTime;
                var firm = (await FirmsAtStandAsync([edition], db, ct)).Find(f => f.MemberId == memberId);
                if (firm is null || edition.Deadlines.Find(d => d.OfEachFirm && d.Number == number) is not { } deadline)
                {
                    return Refusal.NotFound();   // also another firm's: the caller doesn't see it
                }

                var task = await db.Tasks.SingleOrDefaultAsync(t => t.EditionId == id && t.MemberId == memberId && t.Number == number, ct);
                if ((EntityTag.Check(http.Request, task?.Version ?? 0) ?? edition.RefuseEnded()?.ToProblem()) is { } no)
                {
                    return no;
                }

                if (!caller.IsCleanTeam && (request.State == TaskState.NotNeeded) != (task?.State == TaskState.NotNeeded))
                {
                    return new Refusal("ONLY_MANAGER", "Only the manager says that a task is not needed, or that it is.").ToProblem();
                }

                task ??= db.Add(new FirmTask { EditionId = id, MemberId = memberId, Number = number, ConsortiumId = edition.ConsortiumId }).Entity;
                task.DoneAt = request.State == TaskState.Done ? task.DoneAt ?? now : null;
                (task.State, task.Owner, task.Note) = (request.State, owner, note);
                task.Version++;
                if (caller.IsCleanTeam)
                {
                    db.Record("FAIR_TASK_SET", memberId, firm: memberId);   // what a firm does itself is its own
                }

                view = FirmTaskView.Of(deadline, edition.Zone, firm, task, now);
                return null;
            },
            ct);
        if (refused is not null)
        {
            return refused;
        }

        EntityTag.Write(http.Response, view!.Version);
        return TypedResults.Ok(view);
    }

    private static async Task<Ok<LateResponse>> LateAsync(TradeFairsDb db, TimeProvider clock, CancellationToken ct)
    {
        var open = await db.Editions.AsNoTracking().Where(e => e.State != FairState.Closed && e.State != FairState.Cancelled).ToListAsync(ct);
        var (ids, fairIds) = (open.ConvertAll(e => e.Id), open.ConvertAll(e => e.FairId));
        var fairs = await db.Fairs.AsNoTracking().Where(f => fairIds.Contains(f.Id)).ToDictionaryAsync(f => f.Id, f => f.Name, ct);
        var tasks = await TasksAsync(open, await FirmsAtStandAsync(open, db, ct), db, clock.GetUtcNow().UtcDateTime, ct);
        var late = tasks.Where(t => t.Task is { IsLate: true, State: TaskState.Open }).OrderBy(t => t.Task.DueAt)
            .ThenBy(t => t.Task.MemberName, StringComparer.Ordinal).Take(500);
        return TypedResults.Ok(new LateResponse(
            [.. late.Select(t => new LateView(t.Edition.Id, $"{fairs[t.Edition.FairId]} {t.Edition.Name}", t.Task))],
            await db.LateChanges.CountAsync(l => ids.Contains(l.EditionId) && l.State == LateChangeState.Asked, ct)));
    }

    /// <summary>A firm that takes part in an edition.</summary>
    internal sealed record FirmAtStand(Guid EditionId, Guid MemberId, string Name);

    /// <summary>Those that the caller may read.</summary>
    internal static async Task<List<FirmAtStand>> FirmsAtStandAsync(List<FairEdition> editions, TradeFairsDb db, CancellationToken ct)
    {
        var ids = editions.Where(e => e.HasStand).Select(e => e.Id).ToList();
        var commitments = await db.Commitments.AsNoTracking().Where(c => ids.Contains(c.EditionId) && c.State == CommitmentState.Committed)
            .Select(c => new { c.EditionId, c.MemberId }).ToListAsync(ct);
        var members = commitments.Select(c => c.MemberId).Distinct().ToList();
        var names = await db.Members.AsNoTracking().Where(m => members.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, ct);
        return commitments.ConvertAll(c => new FirmAtStand(c.EditionId, c.MemberId, names.GetValueOrDefault(c.MemberId, "")));
    }

    /// <summary>The tasks of these firms.</summary>
    internal static async Task<List<(FairEdition Edition, FirmTaskView Task)>> TasksAsync(
        List<FairEdition> editions, List<FirmAtStand> firms, TradeFairsDb db, DateTime now, CancellationToken ct)
    {
        var ids = firms.Select(f => f.EditionId).Distinct().ToList();
        var noted = (await db.Tasks.AsNoTracking().Where(t => ids.Contains(t.EditionId)).ToListAsync(ct))
            .ToDictionary(t => (t.EditionId, t.MemberId, t.Number));
        var byId = editions.ToDictionary(e => e.Id);
        return
        [
            .. from firm in firms
               let edition = byId[firm.EditionId]
               from deadline in edition.Deadlines
               where deadline.OfEachFirm
               select (edition, FirmTaskView.Of(
                   deadline, edition.Zone, firm, noted.GetValueOrDefault((edition.Id, firm.MemberId, deadline.Number)), now)),
        ];
    }
}
