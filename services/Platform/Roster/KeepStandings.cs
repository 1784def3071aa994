using ExportConsortia.Contracts;
using ExportConsortia.Platform.Messaging;
using MassTransit;

namespace ExportConsortia.Platform.Roster;

/// <summary>
/// Who stands where, by which rules, and whose sessions have ended: a suspension must not wait behind what firms send in thousands. So it has a queue
/// that nothing else fills.
/// </summary>
public sealed class KeepStandings<TDb>(TDb db) : IConsumer<MemberStandingChanged>, IConsumer<RulebookVersionActivated>, IConsumer<SessionsEnded>
    where TDb : RosterDb
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<MemberStandingChanged> context) =>
        db.KeepOnceAsync(context, Copy.OfRoster, context.Message.ConsortiumId, () =>
            db.KeepAsync(context.Message, context.Epoch, context.CancellationToken));

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<RulebookVersionActivated> context) =>
        db.KeepOnceAsync(context, Copy.OfRoster, context.Message.ConsortiumId, () =>
            db.KeepAsync(context.Message, context.Epoch, context.CancellationToken));

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<SessionsEnded> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        await db.EndSessionsAsync(context.Message.Sessions, context.CancellationToken);
        await db.SaveChangesAsync(context.CancellationToken);
    }
}
