using System.Security.Cryptography;
using System.Text.Json;
using ExportConsortia.Contracts;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Leads;

/// <summary>
/// A device sends what was captured at the stand, when it has a network: perhaps twice, perhaps days later, perhaps from two tabs at once. Each lead
/// is kept exactly once, and a wrong one doesn't hold up the others.
/// </summary>
internal static class CaptureLeads
{
    /// <summary>The most leads of one request.</summary>
    public const int MostAtOnce = 50;

    private const int MostOfFirm = 2000;
    private const int LongestCode = 50;

    /// <summary>What was captured.</summary>
    /// <param name="Leads">1 to 50 leads.</param>
    public sealed record Request(List<Captured> Leads);

    /// <summary>A lead, as the fields of a business card.</summary>
    public sealed record Captured
    {
        /// <summary>Made by the device when the lead is captured, a random one; sent again it is the same lead.</summary>
        public required Guid Id { get; init; }

        /// <summary>The buyer's firm, 1 to 200 characters.</summary>
        public required string Company { get; init; }

        /// <summary>Its site, at most 120 characters.</summary>
        public string? Site { get; init; }

        /// <summary>ISO 3166-1 alpha-2 code of its country.</summary>
        public string? Country { get; init; }

        /// <summary>The person's name, 1 to 120 characters; needed with any other field of the person.</summary>
        public string? Name { get; init; }

        /// <summary>What the person is there, at most 120 characters.</summary>
        public string? JobTitle { get; init; }

        /// <summary>The person's e-mail address.</summary>
        public string? Email { get; init; }

        /// <summary>The person's telephone number, at most 40 characters.</summary>
        public string? Phone { get; init; }

        /// <summary>Language code in which the person wants to be answered, such as <c>de</c>.</summary>
        public string? Language { get; init; }

        /// <summary>Codes of products that are asked for, at most 50; none: anything.</summary>
        public List<string>? ProductCodes { get; init; }

        /// <summary>What was said, at most 1,000 characters.</summary>
        public string? Note { get; init; }

        /// <summary>
        /// Version of the text that the person agreed to, 1 to 50 characters. Needed with any field of a person, and with a note about one: without
        /// consent nothing of a person is kept.
        /// </summary>
        public string? ConsentTextVersion { get; init; }

        /// <summary>When it was captured, UTC, by the clock of the device.</summary>
        public required DateTime CapturedAt { get; init; }
    }

    /// <summary>What became of the leads.</summary>
    /// <param name="Results">One for each, in their order.</param>
    public sealed record Response(IReadOnlyList<Result> Results);

    /// <summary>What became of a lead.</summary>
    public enum Outcome
    {
        /// <summary>It is kept.</summary>
        Kept,

        /// <summary>It was kept before: nothing changes.</summary>
        Known,

        /// <summary>It was kept before with a consent, which is taken back now: nothing of the person is kept any more.</summary>
        ConsentWithdrawn,

        /// <summary>It isn't kept: correct it and send it again.</summary>
        Refused,
    }

    /// <summary>What became of a lead.</summary>
    /// <param name="Id">The device's id of it.</param>
    /// <param name="Outcome">Whether it is kept.</param>
    /// <param name="Code">
    /// Of a refused one: <c>INVALID_INPUT</c>, <c>LEAD_LIMIT</c>, <c>ALREADY_SENT</c> if it was kept before with another content, or <c>ID_TAKEN</c>
    /// if others use the id.
    /// </param>
    /// <param name="Errors">Of an invalid one: a sentence for each wrong field.</param>
    public sealed record Result(Guid Id, Outcome Outcome, string? Code, IReadOnlyDictionary<string, string[]>? Errors);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("editions/{id:guid}/leads", HandleAsync).WithName("CaptureFairLeads")
        .For(Role.ConsortiumManager, Role.MemberUser)
        .WithSummary("Send leads that were captured at a fair")
        .WithDescription(
            "For managers and for firms that committed themselves to the edition; until it is closed and after, since devices send late. Each lead "
            + "has an id made by the device: however often it is sent it is kept once. Sent again with another content it is refused as "
            + "ALREADY_SENT, since the first version is on its way; without the consent that the first one had, the consent is taken back, and what "
            + "was kept of the person goes. Valid ones are kept though others are refused. They go to the consortium's leads with source Fair. A "
            + "firm keeps at most 2,000 of an edition. 409 NOT_TAKING_PART; WRONG_STATE before the area is allotted and of a cancelled edition.")
        .WithExample(new Request(
        [
            new()
            {
                Id = new("0197a4c2-7d1e-4c55-9b2f-3f6f0f1a2b3c"), Company = "Nordhaus Möbel GmbH", Country = "DE", Name = "Anna Braun",
                JobTitle = "Head of purchasing", Email = "a.braun@nordhaus.example", ProductCodes = ["TK-12"], Note = "500 chairs in spring.",
                ConsentTextVersion = "2027-01", CapturedAt = new(2027, 1, 18, 10, 30, 0, DateTimeKind.Utc),
            },
        ]));

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (request.Leads is null or { Count: 0 or > MostAtOnce })
        {
            return Refusal.Invalid("leads", $"Must be 1 to {MostAtOnce}.");
        }

        var (refused, results) = ((ProblemHttpResult?)null, (List<Result>)[]);
        await db.InOneTransactionAsync(
            async () =>
            {
                // Devices of an edition take turns: of the same lead from two tabs one is first.
                await db.LockAsync(db.Editions.Where(e => e.Id == id).Select(e => e.Id).OrderBy(e => e), ct);
                var edition = await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct);
                refused = edition is null ? Refusal.NotFound() : await MayCaptureAsync(edition, db, caller, ct);
                if (refused is not null)
                {
                    return false;
                }

                results = await KeepAsync(request.Leads, edition!, db, caller, clock.GetUtcNow().UtcDateTime, ct);
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(new Response(results));
    }

    private static async Task<ProblemHttpResult?> MayCaptureAsync(FairEdition edition, TradeFairsDb db, Caller caller, CancellationToken ct) =>
        edition.State is FairState.Proposed or FairState.CallForInterest or FairState.Cancelled
            ? new Refusal("WRONG_STATE", "Nothing is captured at a fair before its area is allotted, or at one that doesn't take place.").ToProblem()
        : caller.MemberId is { } firm && !await db.Commitments.AnyAsync(
            c => c.EditionId == edition.Id && c.MemberId == firm && c.State == CommitmentState.Committed, ct)
            ? new Refusal("NOT_TAKING_PART", "Your firm doesn't take part in this fair.").ToProblem()
        : null;

    private static async Task<List<Result>> KeepAsync(
        List<Captured> leads, FairEdition edition, TradeFairsDb db, Caller caller, DateTime now, CancellationToken ct)
    {
        var ids = leads.ConvertAll(l => l.Id);
        // An id is used once in a consortium, whoever uses it.
        var known = await db.FairLeads.AcrossMembers().Where(l => l.ConsortiumId == caller.ConsortiumId && ids.Contains(l.Id))
            .ToDictionaryAsync(l => l.Id, ct);
        var room = MostOfFirm - (caller.MemberId is { } firm
            ? await db.FairLeads.CountAsync(l => l.EditionId == edition.Id && l.MemberId == firm, ct) : 0);
        var results = new List<Result>();
        foreach (var captured in leads)
        {
            if (known.TryGetValue(captured.Id, out var earlier))
            {
                results.Add(earlier.MemberId == caller.MemberId ? SentAgain(earlier, captured, db, now) : Refuse(captured, "ID_TAKEN"));
                continue;
            }

            var errors = new InputErrors();
            var (lead, person) = Check(captured, edition, caller, now, errors);
            if (errors.Any || room == 0)
            {
                results.Add(errors.Any ? Refuse(captured, "INVALID_INPUT", errors.Fields) : Refuse(captured, "LEAD_LIMIT"));
                continue;
            }

            room--;
            known.Add(lead.Id, lead);
            db.Add(lead);
            db.Publish(lead.Id, new FairLeadCaptured(
                lead.ConsortiumId, lead.EditionId, lead.Id, lead.MemberId, lead.CapturedBy, lead.Company, lead.Site, lead.Country, person,
                lead.ProductCodes, lead.Note, lead.CapturedAt, now));
            results.Add(new(lead.Id, Outcome.Kept, null, null));
        }

        return results;
    }

    // The answer to the first sending may have been lost, and the card corrected since.
    private static Result SentAgain(FairLead lead, Captured card, TradeFairsDb db, DateTime now)
    {
        if (lead.ConsentTextVersion is not null && !HasConsent(card))
        {
            lead.WithdrawConsent(now);
            if (lead.Withdrawal() is { } withdrawn)
            {
                db.Publish(lead.Id, withdrawn);
            }

            return new(lead.Id, Outcome.ConsentWithdrawn, null, null);
        }

        return HashOf(card) == lead.ContentHash || (lead.ConsentWithdrawnAt is not null && !HasConsent(card))
            ? new(lead.Id, Outcome.Known, null, null) : Refuse(card, "ALREADY_SENT");
    }

    private static bool HasConsent(Captured card) => !string.IsNullOrWhiteSpace(card.ConsentTextVersion);

    // Without the time: a card that was opened and saved as it was is the same.
    private static string HashOf(Captured card) => Convert.ToBase64String(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new[]
        {
            card.Company, card.Site, card.Country?.ToUpperInvariant(), card.Name, card.JobTitle, card.Email, card.Phone, card.Language, card.Note,
            card.ConsentTextVersion,
        }.Concat((card.ProductCodes ?? []).Order(StringComparer.Ordinal)).Select(text => text?.Trim() ?? ""))));

    private static Result Refuse(Captured captured, string code, IReadOnlyDictionary<string, string[]>? errors = null) =>
        new(captured.Id, Outcome.Refused, code, errors);

    private static (FairLead Lead, FairLeadPerson? Person) Check(
        Captured card, FairEdition edition, Caller caller, DateTime now, InputErrors errors)
    {
        errors.Unless(card.Id != Guid.Empty, "id", "Must be a random id.");
        var company = errors.Text(card.Company, "company", FairLead.LongestCompany);
        errors.Unless(company.Length == 0 || company.Any(char.IsLetterOrDigit), "company", "Must have letters or digits.");
        errors.Unless(
            card.Country is null || (card.Country.Length == 2 && card.Country.All(char.IsAsciiLetter)), "country",
            "Must be a code of two letters, such as DE.");
        var products = (card.ProductCodes ?? []).Select(code => code?.Trim() ?? "").Distinct(StringComparer.Ordinal).ToList();
        errors.Unless(
            products.Count <= FairLead.MostProducts && products.TrueForAll(code => code.Length is > 0 and <= LongestCode), "productCodes",
            $"Must be at most {FairLead.MostProducts} codes.");
        var captured = card.CapturedAt.Kind == DateTimeKind.Local
            ? card.CapturedAt.ToUniversalTime() : DateTime.SpecifyKind(card.CapturedAt, DateTimeKind.Utc);
        var person = Person(card, captured, now, errors);
        var note = Optional(card.Note, "note", FairLead.LongestNote, errors);
        var lead = new FairLead
        {
            Id = card.Id, ConsortiumId = edition.ConsortiumId, EditionId = edition.Id, MemberId = caller.MemberId, CapturedBy = caller.UserId,
            Company = company, Site = Optional(card.Site, "site", FairLead.LongestText, errors), Country = card.Country?.ToUpperInvariant(),
            ProductCodes = products, CapturedAt = captured, ReceivedAt = now,
            ConsentTextVersion = person?.ConsentTextVersion ?? (note is null ? null : errors.Text(card.ConsentTextVersion, "consentTextVersion", 50)),
            Version = 1,
        };
        lead.With(
            person is null ? null : new(person.Name, person.JobTitle, person.Email, person.Phone, person.Language, person.ConsentAt), note,
            HashOf(card));
        return (lead, person);
    }

    private static FairLeadPerson? Person(Captured card, DateTime captured, DateTime now, InputErrors errors)
    {
        if (new[] { card.Name, card.JobTitle, card.Email, card.Phone, card.Language }.All(string.IsNullOrWhiteSpace))
        {
            return null;
        }

        var email = Optional(card.Email, "email", 254, errors);
        errors.Unless(
            email is null || (email.Split('@') is [{ Length: > 0 }, { Length: > 2 } domain] && domain.Contains('.', StringComparison.Ordinal)),
            "email", "Must be an e-mail address.");
        var language = string.IsNullOrWhiteSpace(card.Language) ? null : card.Language.Trim().ToLowerInvariant();
        errors.Unless(
            language is null || (language.Length is >= 2 and <= 8 && language.All(c => char.IsAsciiLetter(c) || c == '-')), "language",
            "Must be a language code, such as de.");
        return new(
            errors.Text(card.Name, "name", FairLead.LongestText), Optional(card.JobTitle, "jobTitle", FairLead.LongestText, errors), email,
            Optional(card.Phone, "phone", 40, errors), language, errors.Text(card.ConsentTextVersion, "consentTextVersion", 50),
            captured < now ? captured : now);   // no device's clock makes a consent later than it is
    }

    // A note has more than one line.
    private static string? Optional(string? value, string field, int longest, InputErrors errors)
    {
        var text = string.IsNullOrWhiteSpace(value) ? null : value.Trim();
        errors.Unless(text is null || text.Length <= longest, field, $"Must have at most {longest} characters.");
        return text;
    }
}
