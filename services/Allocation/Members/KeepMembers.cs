using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Contracts;
using MassTransit;

namespace ExportConsortia.Allocation.Members;

/// <summary>
/// Membership says who the member firms are, what they can make and by which rules orders are split. Whatever comes first makes the row;
/// what is older than known is ignored. A firm that is suspended or has left loses its open offers.
/// </summary>
internal sealed class KeepMembers(AllocationDb db, TimeProvider clock)
    : IConsumer<ConsortiumFounded>, IConsumer<MemberStandingChanged>, IConsumer<MemberCapabilitiesChanged>, IConsumer<RulebookVersionActivated>
{
    public async Task Consume(ConsumeContext<ConsortiumFounded> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var message = context.Message;
        var consortium = await db.Consortia.FindAsync([message.ConsortiumId], context.CancellationToken)
            ?? db.Add(new Consortium(message.ConsortiumId, message.Code, message.Name)).Entity;
        consortium.TimeZone = message.TimeZone;

        await db.SaveChangesAsync(context.CancellationToken);
    }

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
                        // First the firm's own row: a run that offers it something meanwhile sees it, or has ended before we look.
                        await db.SaveChangesAsync(ct);
                        await WithdrawOffersAsync(firm.Id, ct);
                    }
                }

                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
    }

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

    private async Task<MemberFirm> FirmAsync(Guid consortiumId, Guid memberId, CancellationToken ct) =>
        await db.Members.FindAsync([memberId], ct)
        ?? db.Add(new MemberFirm { Id = memberId, ConsortiumId = consortiumId }).Entity;

    private async Task WithdrawOffersAsync(Guid memberId, CancellationToken ct)
    {
        var asked = db.MemberOffers.Where(o => o.MemberId == memberId && o.State == OfferState.Proposed).Select(o => o.OrderId);
        var behind = db.Orders.Where(o => asked.Contains(o.Id));
        await db.LockAsync(behind.Select(o => o.Id).OrderBy(id => id), ct);
        var orders = await behind.ToListAsync(ct);
        orders.ForEach(order => order.Withdraw(memberId, clock.GetUtcNow().UtcDateTime));
        await db.SaveAsync(orders, ct);
    }
}
