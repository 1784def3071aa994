using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.TradeFairs.Leads;

/// <summary>
/// Some months after the last day of a fair nobody needs the people any more who were at the stand or met there: their names, addresses and what was
/// said of them go. A timer looks every hour; what comes in later goes at its next look. People whom Marketing keeps are Marketing's.
/// </summary>
internal sealed class EndPersonalData(
    EndPersonalData.After after, IServiceScopeFactory scopes, TimeProvider clock, ILogger<EndPersonalData> log)
    : RepeatedWork(TimeSpan.FromHours(1), clock, log)
{
    /// <summary>How long people are kept.</summary>
    internal sealed class After(IConfiguration configuration)
    {
        private const string Key = "TradeFairs:PersonalDataMonths";
        private const int MostMonths = 120;

        /// <summary>Months after the last day of the fair: as long as its orders count, unless it is set.</summary>
        public int Months { get; } = configuration[Key] is not { } text ? 12
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var months) && months is >= 1 and <= MostMonths ? months
            : throw new WrongSettingException($"{Key} must be 1 to {MostMonths}; '{text}' is not.");
    }

    /// <summary>Forgets the people of all fairs whose last day is so many months ago.</summary>
    public static async Task EndAsync(TradeFairsDb db, int months, DateTime now, CancellationToken ct)
    {
        var last = DateOnly.FromDateTime(now).AddDays(-1).AddMonths(-months);   // a day later than by UTC that day is over everywhere
        var over = db.Editions.Where(e => e.ClosesOn < last).Select(e => e.Id);
        await db.InOneTransactionAsync(
            async () =>
            {
                await db.FairLeads.Where(l => over.Contains(l.EditionId) && (l.Person != null || l.Note != null || l.ContentHash != ""))
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(l => l.Person, (FairPerson?)null).SetProperty(l => l.Note, (string?)null)
                            .SetProperty(l => l.ContentHash, "").SetProperty(l => l.Version, l => l.Version + 1), ct);
                await db.Staff.Where(s => over.Contains(s.EditionId)).ExecuteDeleteAsync(ct);
                await db.Tasks.Where(t => over.Contains(t.EditionId) && (t.Owner != null || t.Note != null)).ExecuteUpdateAsync(
                    set => set.SetProperty(t => t.Owner, (string?)null).SetProperty(t => t.Note, (string?)null)
                        .SetProperty(t => t.Version, t => t.Version + 1), ct);
                await db.Declarations.Where(d => over.Contains(d.EditionId) && (d.ContactName != "" || d.ContactEmail != "")).ExecuteUpdateAsync(
                    set => set.SetProperty(d => d.ContactName, "").SetProperty(d => d.ContactEmail, "")
                        .SetProperty(d => d.Version, d => d.Version + 1), ct);
                return true;
            },
            ct);
    }

    protected override async Task WorkAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreatePlatformScope();
        await EndAsync(scope.ServiceProvider.GetRequiredService<TradeFairsDb>(), after.Months, Clock.GetUtcNow().UtcDateTime, ct);
    }
}
