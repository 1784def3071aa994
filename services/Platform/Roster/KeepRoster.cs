using ExportConsortia.Contracts;
using ExportConsortia.Platform.Http;
using MassTransit;

namespace ExportConsortia.Platform.Roster;

/// <summary>
/// Keeps the roster from Membership's events. Events may come in any order: the first one creates the row, and one older than the row is ignored.
/// Each service derives a class of its own, which names its queue.
/// </summary>
public abstract class KeepRoster<TDb>(TDb db)
    : IConsumer<ConsortiumFounded>, IConsumer<ConsortiumPartyChanged>, IConsumer<MemberStandingChanged>, IConsumer<MemberCapabilitiesChanged>,
        IConsumer<RulebookVersionActivated>, IConsumer<SessionsEnded>
    where TDb : RosterDb
{
    /// <summary>The service's database.</summary>
    protected TDb Db => db;

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<ConsortiumFounded> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var message = context.Message;
        var consortium = await ConsortiumAsync(message.ConsortiumId, context.CancellationToken);
        (consortium.Code, consortium.Name) = (message.Code, message.Name);
        (consortium.BaseCurrency, consortium.TimeZone) = (message.BaseCurrency, message.TimeZone);

        await db.SaveChangesAsync(context.CancellationToken);
    }

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<ConsortiumPartyChanged> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var message = context.Message;
        var consortium = await ConsortiumAsync(message.ConsortiumId, context.CancellationToken);
        if (message.Version > (consortium.PartyVersion ?? 0))
        {
            (consortium.Party, consortium.PartyVersion) = (message.Party, message.Version);
        }

        await db.SaveChangesAsync(context.CancellationToken);
    }

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<MemberStandingChanged> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var (message, ct) = (context.Message, context.CancellationToken);
        await db.InOneTransactionAsync(
            async () =>
            {
                var firm = await FirmAsync(message.ConsortiumId, message.MemberId, ct);
                if (message.Version > firm.StandingVersion)
                {
                    firm.Code = message.Code;
                    firm.Name = message.Name;
                    firm.Standing = Input.Named<MemberStanding>(message.Standing);
                    firm.StandingVersion = message.Version;
                    if (firm.Standing is MemberStanding.Suspended or MemberStanding.Left)
                    {
                        // The firm's own row first: whoever locks it in the meantime sees the new standing, or has finished before the hook looks.
                        await db.SaveChangesAsync(ct);
                        await OnStandingLostAsync(firm, ct);
                    }
                }

                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
    }

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<MemberCapabilitiesChanged> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var message = context.Message;
        var firm = await FirmAsync(message.ConsortiumId, message.MemberId, context.CancellationToken);
        if (message.Version > firm.CapabilitiesVersion)
        {
            firm.Capabilities = [.. message.Capabilities];
            firm.CapabilitiesVersion = message.Version;
        }

        await db.SaveChangesAsync(context.CancellationToken);
    }

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<RulebookVersionActivated> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var message = context.Message;
        if (await db.Rulebooks.FindAsync([message.ConsortiumId, message.Version], context.CancellationToken) is null)
        {
            db.Add(new Rulebook
            {
                ConsortiumId = message.ConsortiumId,
                Version = message.Version,
                Rules = [.. message.Allocation],
                ActiveFrom = message.OccurredAt,
            });
        }

        await db.SaveChangesAsync(context.CancellationToken);
    }

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

    /// <summary>What the service does, in the same transaction, when a firm is suspended or has left.</summary>
    protected virtual Task OnStandingLostAsync(MemberFirm firm, CancellationToken ct) => Task.CompletedTask;

    private async Task<Consortium> ConsortiumAsync(Guid id, CancellationToken ct) =>
        await db.Consortia.FindAsync([id], ct) ?? db.Add(new Consortium(id, "", "")).Entity;

    private async Task<MemberFirm> FirmAsync(Guid consortiumId, Guid memberId, CancellationToken ct) =>
        await db.Members.FindAsync([memberId], ct)
        ?? db.Add(new MemberFirm { Id = memberId, ConsortiumId = consortiumId }).Entity;
}
