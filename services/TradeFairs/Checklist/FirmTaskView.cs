using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Checklist;

/// <summary>A task of a firm at the stand.</summary>
/// <param name="MemberId">The firm.</param>
/// <param name="MemberName">Its name.</param>
/// <param name="Number">The number of the deadline.</param>
/// <param name="Title">What is to be done.</param>
/// <param name="DueAt">Until when, UTC, exclusive.</param>
/// <param name="DueOn">The last day for it, in the fair's time zone.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Owner">Who does it; absent if nobody was named.</param>
/// <param name="Note">What was noted.</param>
/// <param name="DoneAt">When it was said to be done, UTC; absent if it is not.</param>
/// <param name="IsLate">True: it is open and its deadline is over, or it was done afterwards.</param>
/// <param name="Version">Grows by one with each change, from 0. Send it as If-Match when you change it.</param>
public sealed record FirmTaskView(
    Guid MemberId, string MemberName, int Number, string Title, DateTime DueAt, DateOnly DueOn, TaskState State, string? Owner, string? Note,
    DateTime? DoneAt, bool IsLate, long Version)
{
    internal static FirmTaskView Of(FairDeadline deadline, TimeZoneInfo zone, KeepChecklist.FirmAtStand firm, FirmTask? task, DateTime now)
    {
        var state = task?.State ?? TaskState.Open;
        return new(
            firm.MemberId, firm.Name, deadline.Number, deadline.Title, deadline.DueAt, DeadlineView.Of(deadline, zone).DueOn, state, task?.Owner,
            task?.Note, task?.DoneAt, state != TaskState.NotNeeded && (task?.DoneAt ?? now) >= deadline.DueAt, task?.Version ?? 0);
    }
}
