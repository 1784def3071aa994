using System.Security.Cryptography;
using System.Text;
using ExportConsortia.Contracts;
using ExportConsortia.TradeFairs.Fairs;

namespace ExportConsortia.TradeFairs.Charges;

/// <summary>
/// Asks for money by event: other services post it. One charge has one cause and is asked for once, however often the cause is met.
/// </summary>
internal static class ChargeFirms
{
    /// <summary>The id of a charge: the same cause gives the same id on every replica and after every restart.</summary>
    /// <param name="kind">What it is for.</param>
    /// <param name="causeId">What causes it, for example the commitment.</param>
    /// <param name="turn">0, or a number that tells apart several charges of one cause, such as the version of a settlement.</param>
    public static Guid IdOf(FairChargeKind kind, Guid causeId, int turn = 0)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"tradefairs/{kind}/{causeId:N}/{turn}"));
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }

    /// <summary>
    /// Asks a firm for money with the next save, unless it was asked for this before; nothing is asked for 0. The key of the table lets one of two
    /// that ask at the same moment save.
    /// </summary>
    /// <returns>The charge, if it is new.</returns>
    public static async Task<FairCharge?> AskForAsync(
        this TradeFairsDb db, FairEdition edition, Guid memberId, FairChargeKind kind, Guid id, long amountMinor, DateOnly dueOn, DateTime now,
        CancellationToken ct)
    {
        if (amountMinor == 0 || await db.Charges.FindAsync([id], ct) is not null)
        {
            return null;
        }

        var charge = db.Add(new FairCharge
        {
            Id = id, ConsortiumId = edition.ConsortiumId, EditionId = edition.Id, MemberId = memberId, Kind = kind, AmountMinor = amountMinor,
            Currency = edition.Currency, DueOn = dueOn, AskedAt = now,
        }).Entity;
        db.Publish(edition.Id, new ChargeRequested(
            charge.ConsortiumId, charge.Id, memberId, $"Fair{kind}", edition.Id, amountMinor, charge.Currency, dueOn, now));
        return charge;
    }
}
