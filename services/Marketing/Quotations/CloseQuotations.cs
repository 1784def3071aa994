using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Marketing.Quotations;

/// <summary>
/// At their deadline prices are opened, and a version that nobody answered ends. A timer checks every second; reading or changing a quotation checks
/// too, so it doesn't depend on the timer (F-T2).
/// </summary>
internal sealed class CloseQuotations(IServiceScopeFactory scopes, TimeProvider clock, ILogger<CloseQuotations> log)
    : RepeatedWork(TimeSpan.FromSeconds(1), clock, log)
{
    private readonly PutOff _putOff = new();

    /// <summary>The quotation with all that is due done; null: none that the caller may see.</summary>
    public static async Task<Quotation?> CurrentAsync(Guid id, MarketingDb db, PriceSecret secret, TimeProvider clock, CancellationToken ct)
    {
        var quotation = await db.Quotations.SingleOrDefaultAsync(q => q.Id == id, ct);
        if (quotation is not null)
        {
            await EndDueAsync(quotation, db, secret, clock.GetUtcNow().UtcDateTime, ct);
        }

        return quotation;
    }

    /// <summary>Ends what is past its deadline and saves it.</summary>
    public static async Task EndDueAsync(Quotation quotation, MarketingDb db, PriceSecret secret, DateTime now, CancellationToken ct)
    {
        var opens = quotation.Open is { } round && round.ClosesAt <= now;
        if (opens)
        {
            Open(quotation, await db.PricesOfRoundAsync(quotation, ct), secret, now);
        }

        if (quotation.Expire(now) || opens)
        {
            await db.SaveChangesAsync(ct);
        }
    }

    /// <summary>
    /// The same for somebody who only reads: if the secret isn't the one that sealed the prices they stay sealed, and the rest can be read. The timer
    /// says so in the log.
    /// </summary>
    public static async Task EndDueIfItCanAsync(Quotation quotation, MarketingDb db, PriceSecret secret, DateTime now, CancellationToken ct)
    {
        try
        {
            await EndDueAsync(quotation, db, secret, now, ct);
        }
        catch (WrongSettingException)
        {
            db.ChangeTracker.Clear();   // of several prices some may be open: none is saved without the others
        }
    }

    /// <summary>Opens the prices of the open round: nobody but the service can, and it can only now (F-C4).</summary>
    public static void Open(Quotation quotation, IReadOnlyList<QuotationPrice> prices, PriceSecret secret, DateTime now)
    {
        foreach (var price in prices)
        {
            price.Open(secret, now);
            price.Round = QuotationRoundState.Opened;
        }

        quotation.OpenPrices(now);
    }

    protected override async Task WorkAsync(CancellationToken ct)
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        await using var scope = scopes.CreatePlatformScope();
        var putOff = _putOff.At(now);
        var due = await scope.ServiceProvider.GetRequiredService<MarketingDb>().Quotations
            .Where(q => q.NextDeadline <= now && !putOff.Contains(q.Id)).OrderBy(q => q.NextDeadline).Select(q => q.Id).Take(200).ToListAsync(ct);
        foreach (var id in due)
        {
            await using var one = scopes.CreatePlatformScope();
            try
            {
                var (db, secret) = (one.ServiceProvider.GetRequiredService<MarketingDb>(), one.ServiceProvider.GetRequiredService<PriceSecret>());
                await EndDueAsync(await db.Quotations.SingleAsync(q => q.Id == id, ct), db, secret, now, ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Somebody answered, or another replica was faster: the next check decides.
            }
            catch (Exception e) when (!ct.IsCancellationRequested && !e.IsStoreAway())
            {
                _putOff.Add(id, now);
                Log.LogError(e, "Could not end what is past its deadline on quotation {Quotation}; retrying in a minute", id);
            }
        }
    }
}
