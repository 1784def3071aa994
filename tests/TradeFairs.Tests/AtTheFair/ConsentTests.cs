using ExportConsortia.Contracts;
using ExportConsortia.Platform;
using ExportConsortia.TradeFairs.Checklist;
using ExportConsortia.TradeFairs.Leads;
using ExportConsortia.TradeFairs.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.TradeFairs.Tests.AtTheFair;

public sealed class ConsentTests(TradeFairsServices services)
{
    [Theory, EachShape]
    public async Task A_card_that_was_corrected_meanwhile_is_never_taken_for_the_first_one_and_a_consent_taken_back_counts(Shape shape)
    {
        var service = await services.In(shape);
        var stand = await Stand.OpenAsync(service);
        var (card, other) = (Stand.Card("Nordhaus"), Stand.Card("Sundby"));
        await stand.Send(stand["F1"], card, other);
        card["capturedAt"] = "2027-01-18T10:45:00Z";
        Assert.Equal(["Known"], await stand.Send(stand["F1"], card));   // opened and saved as it was
        Assert.Equal(["Refused ALREADY_SENT"], await stand.Send(stand["F1"], With(card, ("email", "bert@nordhaus.example"))));

        // Nothing has come back from Marketing yet: it is told when it has.
        var without = With(card, ("name", null), ("email", null), ("note", null), ("consentTextVersion", null));
        Assert.Equal(["ConsentWithdrawn", "ConsentWithdrawn"], await stand.Send(
            stand["F1"], without, With(other, ("consentTextVersion", null))));   // also if the person still stands on the card
        Assert.Equal(["Known", "Refused ALREADY_SENT"], await stand.Send(stand["F1"], without, card));   // the first one, delayed on its way
        var lead = Guid.CreateVersion7();
        await stand.Keep((Guid)card["id"]!, lead);
        var told = await service.UntilPublished<FairConsentWithdrawn>(one => one.ConsortiumId == stand.Id);
        Assert.Equal(((Guid)card["id"]!, lead, stand.Edition), (told.FairLeadId, told.LeadId, told.EditionId));

        await using var db = service.Data.Open<TradeFairsDb>();
        var kept = await db.FairLeads.Where(l => l.EditionId == stand.Edition).ToListAsync();
        Assert.All(kept, one => Assert.Equal((null, null, null), (one.Person, one.Note, one.ConsentTextVersion)));
        Assert.All(kept, one => Assert.NotNull(one.ConsentWithdrawnAt));
    }

    [Theory, EachShape]
    public async Task Whoever_captured_a_person_erases_it_on_request_and_nobody_else_but_the_manager(Shape shape)
    {
        var service = await services.In(shape);
        var stand = await Stand.OpenAsync(service);
        var (mine, managers) = (Stand.Card("Nordhaus"), Stand.Card("Sundby"));
        await stand.Send(stand["F1"], mine);
        await stand.Send(stand.Manager, managers);
        await stand.Keep((Guid)mine["id"]!, Guid.CreateVersion7());
        await service.Send(stand["F2"], HttpMethod.Delete, Person(mine)).IsNotFound();
        await service.Send(stand["F1"], HttpMethod.Delete, Person(managers)).IsNotFound();
        foreach (var person in (Person[])[stand["F1"], stand["F1"], stand.Manager])
        {
            (await service.Send(person, HttpMethod.Delete, Person(mine))).Expect(HttpStatusCode.NoContent);
        }

        (await service.Send(stand.Manager, HttpMethod.Delete, Person(managers))).Expect(HttpStatusCode.NoContent);
        await service.UntilPublished<FairConsentWithdrawn>(one => one.FairLeadId == (Guid)mine["id"]!);
        var seen = (await service.Get(stand.Manager, stand.Path("leads"))).Ok["leads"]!.AsArray();
        Assert.All(seen, one => Assert.NotNull(one!["consentWithdrawnAt"]));
        await using var db = service.Data.Open<TradeFairsDb>();
        var kept = await db.FairLeads.Where(l => l.EditionId == stand.Edition).ToListAsync();
        Assert.All(kept, one => Assert.Equal((null, null), (one.Person, one.Note)));
        Assert.Single(service.Published<FairConsentWithdrawn>(one => one.ConsortiumId == stand.Id));

        string Person(Dictionary<string, object?> card) => stand.Path($"leads/{card["id"]}/person");
    }

    [Theory, EachShape]
    public async Task A_year_after_a_fair_nobody_who_was_there_is_known_any_more(Shape shape)
    {
        var service = await services.In(shape);
        var (over, recent) = (await Stand.OpenAsync(service), await Stand.OpenAsync(service));
        foreach (var stand in (Stand[])[over, recent])
        {
            var card = Stand.Card("Nordhaus");
            await stand.Send(stand["F1"], card);
            await stand.Keep((Guid)card["id"]!, Guid.CreateVersion7(), personKept: false);   // the buyer had no place for the person
            (await service.Post(stand["F1"], stand.Path("staff"), new { name = "Somchai" })).Expect(HttpStatusCode.Created);
        }

        var lastDay = new DateOnly(2027, 1, 21);
        await using (var db = service.Data.Open<TradeFairsDb>())
        {
            foreach (var stand in (Stand[])[over, recent])
            {
                var firm = stand["F1"].Member!.Value;
                db.Add(new FirmTask
                {
                    EditionId = stand.Edition, MemberId = firm, Number = 1, ConsortiumId = stand.Id, Owner = "Noy", Note = "By post.",
                });
                db.Add(new CoExhibitorDeclaration
                {
                    EditionId = stand.Edition, MemberId = firm, ConsortiumId = stand.Id, LegalName = "Sombath Teak", ContactName = "Noy",
                    ContactEmail = "noy@sombath.example",
                });
            }

            (await db.Editions.SingleAsync(e => e.Id == recent.Edition)).ClosesOn = lastDay.AddDays(1);
            await db.SaveChangesAsync();
            await EndPersonalData.EndAsync(db, 12, new(2028, 1, 23, 12, 0, 0, DateTimeKind.Utc), CancellationToken.None);
        }

        Assert.Equal(("", "", "", "", ""), await PeopleAsync(over));
        Assert.Equal(("Anna Braun", "Wants chairs", "Somchai", "Noy By post.", "Noy noy@sombath.example"), await PeopleAsync(recent));
        Assert.Equal(12, new EndPersonalData.After(Settings()).Months);
        Assert.Equal(6, new EndPersonalData.After(Settings("6")).Months);
        Assert.Equal(
            "TradeFairs:PersonalDataMonths must be 1 to 120; '0' is not.",
            Assert.Throws<WrongSettingException>(() => new EndPersonalData.After(Settings("0"))).Message);

        async Task<(string, string, string, string, string)> PeopleAsync(Stand stand)
        {
            await using var db = service.Data.Open<TradeFairsDb>();
            var lead = await db.FairLeads.SingleAsync(l => l.EditionId == stand.Edition);
            var (task, declared) = (
                await db.Tasks.SingleAsync(t => t.EditionId == stand.Edition), await db.Declarations.SingleAsync(d => d.EditionId == stand.Edition));
            var staff = await db.Set<FairStaff>().Where(s => s.EditionId == stand.Edition).Select(s => s.Name).ToListAsync();
            return (lead.Person?.Name ?? "", lead.Note ?? "", string.Join(' ', staff), $"{task.Owner} {task.Note}".Trim(),
                $"{declared.ContactName} {declared.ContactEmail}".Trim());
        }
    }

    private static IConfiguration Settings(string? months = null) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { ["TradeFairs:PersonalDataMonths"] = months }).Build();

    private static Dictionary<string, object?> With(Dictionary<string, object?> card, params (string Field, object? Value)[] changes)
    {
        var changed = new Dictionary<string, object?>(card);
        foreach (var (field, value) in changes)
        {
            changed[field] = value;
        }

        return changed;
    }
}
