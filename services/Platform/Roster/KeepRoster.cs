using ExportConsortia.Contracts;
using ExportConsortia.Platform.Messaging;
using MassTransit;

namespace ExportConsortia.Platform.Roster;

/// <summary>
/// Keeps the roster from Membership's events. Standings and rulebooks come by a queue of their own as well (<see cref="KeepStandings{TDb}"/>), which
/// is usually faster; here they change nothing then.
/// </summary>
public sealed class KeepRoster<TDb>(TDb db)
    : IConsumer<ConsortiumFounded>, IConsumer<ConsortiumPartyChanged>, IConsumer<MemberStandingChanged>, IConsumer<MemberCapabilitiesChanged>,
        IConsumer<RulebookVersionActivated>
    where TDb : RosterDb
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<ConsortiumFounded> context) =>
        db.KeepOnceAsync(context, Copy.OfRoster, context.Message.ConsortiumId, () =>
            db.KeepAsync(context.Message, context.CancellationToken));

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<ConsortiumPartyChanged> context) =>
        db.KeepOnceAsync(context, Copy.OfRoster, context.Message.ConsortiumId, () =>
            db.KeepAsync(context.Message, context.Epoch, context.CancellationToken));

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<MemberStandingChanged> context) =>
        db.KeepOnceAsync(context, Copy.OfRoster, context.Message.ConsortiumId, () =>
            db.KeepAsync(context.Message, context.Epoch, context.CancellationToken));

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<MemberCapabilitiesChanged> context) =>
        db.KeepOnceAsync(context, Copy.OfRoster, context.Message.ConsortiumId, () =>
            db.KeepAsync(context.Message, context.Epoch, context.CancellationToken));

    /// <inheritdoc/>
    public Task Consume(ConsumeContext<RulebookVersionActivated> context) =>
        db.KeepOnceAsync(context, Copy.OfRoster, context.Message.ConsortiumId, () =>
            db.KeepAsync(context.Message, context.Epoch, context.CancellationToken));
}
