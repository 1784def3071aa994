using MailKit;
using MailKit.Net.Smtp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace ExportConsortia.Marketing.Campaigns;

/// <summary>
/// Sends the queued messages of campaigns. Each is marked before it is handed over: whatever happens then, to whichever replica, nobody gets it a
/// second time. One that was being handed over when the process ended counts as failed, which may be wrong, and is not repeated.
/// </summary>
internal sealed class SendCampaigns(IServiceScopeFactory scopes, MailServer mail, TimeProvider clock, ILogger<SendCampaigns> log)
    : RepeatedWork(TimeSpan.FromSeconds(1), clock, log)
{
    private const int Batch = 50;
    private const int MostAtATime = 20;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(1);

    private DateTime _notBefore;

    private DateTime Now => Clock.GetUtcNow().UtcDateTime;

    // Without a mail server nothing can be started, and what was is sent by a process that has one.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => mail.IsSet ? base.ExecuteAsync(stoppingToken) : Task.CompletedTask;

    protected override async Task WorkAsync(CancellationToken ct)
    {
        if (Now < _notBefore)
        {
            return;
        }

        try
        {
            await SendAllAsync(ct);
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            _notBefore = Now + RetryDelay;
            throw;
        }
    }

    private async Task SendAllAsync(CancellationToken ct)
    {
        var now = Now;
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketingDb>();
        var interrupted = await db.CampaignRecipients.Where(r => r.State == DeliveryState.Sending && r.DueAt <= now).Take(Batch).ToListAsync(ct);
        foreach (var recipient in interrupted)
        {
            recipient.End(DeliveryState.Failed, now, DeliveryFailure.Interrupted);
        }

        await TrySaveAsync(db, ct);
        var sending = await db.Campaigns.AsNoTracking().Where(c => c.State == CampaignState.Sending).OrderBy(c => c.StartedAt).Take(MostAtATime)
            .ToListAsync(ct);
        foreach (var campaign in sending)
        {
            await SendAsync(campaign, ct);
        }
    }

    private async Task SendAsync(Campaign campaign, CancellationToken ct)
    {
        var now = Now;
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketingDb>();
        var due = await db.CampaignRecipients.Where(r => r.CampaignId == campaign.Id && r.State == DeliveryState.Queued && r.DueAt <= now)
            .OrderBy(r => r.Id).Take(Batch).Select(r => r.Id).ToListAsync(ct);
        if (due.Count == 0)
        {
            await FinishAsync(campaign.Id, db, ct);
            return;
        }

        // Before anything is marked: while the server is away, nobody's message is lost.
        using var client = await mail.ConnectAsync(ct);
        var consortium = await db.ConsortiumAsync(campaign.ConsortiumId, ct);
        var people = (await Audience.OfAsync(campaign, db, ct)).ToDictionary(p => p.Contact.Id);
        foreach (var id in due)
        {
            await using var one = scopes.CreatePlatformScope();
            var own = one.ServiceProvider.GetRequiredService<MarketingDb>();
            if (!await DeliverAsync(id, campaign, consortium, people, client, own, ct))
            {
                return;
            }
        }

        await client.DisconnectAsync(true, CancellationToken.None);
    }

    // False: the connection is gone, the rest waits for the next turn.
    private async Task<bool> DeliverAsync(
        Guid id, Campaign campaign, Consortium consortium, Dictionary<Guid, Audience.Person> people, SmtpClient client, MarketingDb db,
        CancellationToken ct)
    {
        if (await db.CampaignRecipients.SingleOrDefaultAsync(r => r.Id == id && r.State == DeliveryState.Queued, ct) is not { } recipient
            || !await db.Campaigns.AnyAsync(c => c.Id == campaign.Id && c.State == CampaignState.Sending, ct))
        {
            return true;   // another replica has it, or the campaign was stopped
        }

        if (!people.TryGetValue(recipient.ContactId, out var person))
        {
            recipient.End(DeliveryState.Unsubscribed, Now);   // withdrawn or erased since
            return await TrySaveAsync(db, ct) || true;
        }

        if (!MailboxAddress.TryParse(person.Contact.Email, out _))
        {
            recipient.End(DeliveryState.Failed, Now, DeliveryFailure.NoAddress);
            return await TrySaveAsync(db, ct) || true;
        }

        var token = LinkToken.New();
        recipient.Take(LinkToken.HashOf(token), Now);
        if (!await TrySaveAsync(db, ct))
        {
            return true;
        }

        var ok = true;
        try
        {
            // Not cut off by a shutdown: what is begun is finished, in at most the client's timeout.
            await client.SendAsync(mail.Write(campaign, consortium, person.Contact.Name, person.Contact.Email!, token), CancellationToken.None);
            recipient.End(DeliveryState.Sent, Now);
        }
        catch (SmtpCommandException e)
        {
            Log.LogInformation("The mail server answered {Status} to a message of campaign {Campaign}", (int)e.StatusCode, campaign.Id);
            ok = client.IsConnected;
            if (e.ErrorCode == SmtpErrorCode.SenderNotAccepted)
            {
                PutAllOff();   // that isn't about whom it is sent to: everybody's message would fail
            }
            else if ((int)e.StatusCode / 100 == 4)
            {
                recipient.PutOff(Now);
            }
            else
            {
                recipient.End(DeliveryState.Failed, Now, DeliveryFailure.Refused);
            }
        }
        catch (ServiceNotAuthenticatedException e)
        {
            Log.LogWarning(e, "The mail server wants a password for campaign {Campaign}", campaign.Id);
            PutAllOff();
        }
        catch (Exception e) when (e is IOException or ProtocolException or ServiceNotConnectedException or TimeoutException)
        {
            Log.LogWarning(e, "The mail server went away during a message of campaign {Campaign}", campaign.Id);
            recipient.End(DeliveryState.Failed, Now, DeliveryFailure.Interrupted);
            ok = false;
        }

        // What was sent is noted even while the process ends.
        await TrySaveAsync(db, CancellationToken.None);
        return ok;

        void PutAllOff()
        {
            recipient.PutOff(Now);
            (_notBefore, ok) = (Now + RetryDelay, false);
        }
    }

    private async Task FinishAsync(Guid id, MarketingDb db, CancellationToken ct)
    {
        if (!await db.CampaignRecipients.AnyAsync(
                r => r.CampaignId == id && (r.State == DeliveryState.Queued || r.State == DeliveryState.Sending), ct)
            && await db.Campaigns.SingleOrDefaultAsync(c => c.Id == id && c.State == CampaignState.Sending, ct) is { } campaign)
        {
            (campaign.State, campaign.FinishedAt) = (CampaignState.Sent, Now);
            campaign.Version++;
            await TrySaveAsync(db, ct);
        }
    }

    private static async Task<bool> TrySaveAsync(MarketingDb db, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;   // another replica was faster, or the person unsubscribed
        }
    }
}
