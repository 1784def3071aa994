using ExportConsortia.Contracts;
using ExportConsortia.Platform.Messaging;
using MassTransit;

namespace ExportConsortia.Platform.Roster;

/// <summary>
/// Who stands where, and by which rules: a suspension must not wait behind what firms send in thousands. So it has a queue that nothing else fills.
/// </summary>
public sealed class KeepStandings<TDb>(TDb db) : IConsumer<MemberStandingChanged>, IConsumer<RulebookVersionActivated>
    where TDb : RosterDb
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<MemberStandingChanged> context) =>
        db.KeepOnceAsync(context, context.Message.ConsortiumId, () => db.KeepAsync(context.Message, context.Epoch, context.CancellationToken));

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<RulebookVersionActivated> context) =>
        db.KeepOnceAsync(context, context.Message.ConsortiumId, () => db.KeepAsync(context.Message, context.Epoch, context.CancellationToken));
}
