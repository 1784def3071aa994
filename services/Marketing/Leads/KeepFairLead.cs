using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Buyers;
using MassTransit;

namespace ExportConsortia.Marketing.Leads;

/// <summary>
/// A lead that was captured at a fair comes in. It was captured once and can't be asked again: whatever doesn't fit is kept in another way, never
/// dropped. Nobody owns it for having captured it; the firms that met the same buyer made one lead.
/// </summary>
internal sealed class KeepFairLead(MarketingDb db, TimeProvider clock) : IConsumer<FairLeadCaptured>
{
    private const int LongestMessage = 4000;

    public async Task Consume(ConsumeContext<FairLeadCaptured> context)
    {
        if (await db.AlreadyHandledAsync(context))
        {
            return;
        }

        var (captured, now, ct) = (context.Message, clock.GetUtcNow().UtcDateTime, context.CancellationToken);
        var person = captured.Person is { } card ? Contact(card) : null;
        var products = await db.Products.Where(p => p.ConsortiumId == captured.ConsortiumId && !p.Retired && captured.ProductCodes.Contains(p.Code))
            .Select(p => p.Code).Take(Lead.MostProducts).ToListAsync(ct);
        var interest = new LeadDesk.Interest(
            new(captured.Company, EmailDomain.Of(captured.Site ?? person?.Email), null, captured.Country), person, "Fair", products,
            Message(captured, person, products), 0, captured.CapturedBy, null, new(captured.EditionId, captured.FairLeadId))
        {
            Firm = captured.MemberId,
        };
        if (await LeadDesk.KeepAsync(captured.ConsortiumId, interest, db, now, ct) is null)
        {
            // There is no place for the person: the lead is kept, and the fair keeps the person.
            await LeadDesk.KeepAsync(
                captured.ConsortiumId, interest with { Contact = null, Fair = interest.Fair! with { PersonKept = false } }, db, now, ct);
        }
    }

    private static BuyerContact Contact(FairLeadPerson card)
    {
        var email = card.Email?.Trim().ToLowerInvariant();
        return new(
            Guid.CreateVersion7(), card.Name, email is not null && EmailDomain.IsEmail(email) ? email : null, card.Phone, card.Language,
            [new("Inquiry", card.ConsentTextVersion, true, card.ConsentAt)]);
    }

    // What has no field of its own here stands in the message.
    private static string? Message(FairLeadCaptured captured, BuyerContact? person, List<string> products)
    {
        var unknown = captured.ProductCodes.Except(products).ToList();
        string?[] parts =
        [
            captured.Note, captured.Person?.JobTitle, person?.Email is null ? captured.Person?.Email : null,
            unknown.Count > 0 ? string.Join(", ", unknown) : null,
        ];
        var message = string.Join('\n', parts.Where(part => !string.IsNullOrWhiteSpace(part)));
        return message.Length == 0 ? null : message[..Math.Min(message.Length, LongestMessage)];
    }
}
