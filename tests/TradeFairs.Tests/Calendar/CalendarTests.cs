using System.Globalization;
using ExportConsortia.Contracts;

namespace ExportConsortia.TradeFairs.Tests.Calendar;

public sealed class CalendarTests(TradeFairsServices services)
{
    [Theory, EachShape]
    public async Task A_firm_subscribes_to_its_own_fairs_and_can_replace_the_address(Shape shape)
    {
        var service = await services.Fresh(shape);
        var office = await Office.OpenAsync(service);
        var due = new DateTime(DateOnly.FromDateTime(service.Clock.Now()).AddDays(20), new TimeOnly(16, 0), DateTimeKind.Utc);
        var edition = await office.Stand(6000, 1200, [("F1", 1800), ("F2", 1200)],
            new { number = 1, title = "Entry; with, signs\\", dueAt = due, ofEachFirm = true });
        async Task<string> Subscribe(Person by) =>
            (await service.Post(by, "calendar-subscription")).Expect(HttpStatusCode.OK)["path"]!.GetValue<string>();
        async Task<Ical.Net.Calendar> Read(string path)
        {
            var answer = await service.Get(null, path);
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Equal("text/calendar", answer.ContentType);
            return Ical.Net.Calendar.Load(answer.Text)!;
        }

        var (own, others, managers) = (await Subscribe(office["F1"]), await Subscribe(office["F3"]), await Subscribe(office.Manager));

        var calendar = await Read(own);
        var task = calendar.Events.Single(e => e.Summary == "interzum 2027: Entry; with, signs\\");
        Assert.Equal(due, task.End!.AsUtc);
        var days = calendar.Events.Single(e => e.Summary == "interzum 2027");
        var opens = DateOnly.Parse((await office.Edition(edition))["opensOn"]!.GetValue<string>(), CultureInfo.InvariantCulture);
        Assert.Equal((opens, opens.AddDays(5)), (days.Start!.Date, days.End!.Date));   // the end is exclusive
        Assert.Empty((await Read(others)).Events);   // it doesn't go
        Assert.Equal(2, (await Read(managers)).Events.Count);

        (await service.Put(office["F1"], $"editions/{edition}/checklist/{office["F1"].Member}/1", new { state = "Done" }, "\"0\""))
            .Expect(HttpStatusCode.OK);
        Assert.Equal("interzum 2027", Assert.Single((await Read(own)).Events).Summary);

        var replaced = await Subscribe(office["F1"]);
        await service.Get(null, own).IsNotFound();
        await Read(replaced);
        await service.Get(null, "/api/tradefairs/public/calendars/x").IsNotFound();
        await service.Deliver(new MemberStandingChanged(
            office.Id, office["F1"].Member!.Value, "F1", "Firm F1", "Left", 2, service.Clock.Now()));
        await service.Get(null, replaced).IsNotFound();
        (await service.Send(office["F3"], HttpMethod.Delete, "calendar-subscription")).Expect(HttpStatusCode.NoContent);
        await service.Get(null, others).IsNotFound();
        await service.Send(office["F3"], HttpMethod.Delete, "calendar-subscription").IsNotFound();

        // Whoever once saw an address doesn't read on for ever.
        var ends = (await service.Get(office.Manager, "calendar-subscription")).Ok["endsAt"]!.GetValue<DateTime>();
        service.Clock.MoveOn(ends - service.Clock.Now());
        await service.Get(null, managers).IsNotFound();
    }

    [Theory, EachShape]
    public async Task The_organisers_calendar_becomes_deadlines_in_the_fairs_zone(Shape shape)
    {
        var service = await services.Fresh(shape);
        var office = await Office.OpenAsync(service);
        var edition = await office.Propose(deadlines: new { number = 7, title = "Own", dueAt = service.Clock.Now().AddDays(300), ofEachFirm = true });
        const string Entries = """
            BEGIN:VEVENT
            UID:entry@organiser.example
            DTSTART;VALUE=DATE:20270115
            SUMMARY:Catalogue entry\, with picture
            RRULE:FREQ=SECONDLY
            END:VEVENT
            BEGIN:VEVENT
            UID:power@organiser.example
            DTSTART:20270116T120000
            SUMMARY:Order electricity
            END:VEVENT
            BEGIN:VTODO
            UID:badges@organiser.example
            DUE;TZID=America/New_York:20270701T180000
            SUMMARY:Badges
            END:VTODO
            BEGIN:VEVENT
            UID:nothing@organiser.example
            DTSTART;VALUE=DATE:20270115
            END:VEVENT
            """;
        static string File(string entries) => $"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\n{entries}\nEND:VCALENDAR\n".ReplaceLineEndings("\r\n");
        Task<Answer> Import(string text, bool trial = false) => service.Send(
            office.Manager, HttpMethod.Post, $"editions/{edition}/deadlines/file?trial={trial}",
            new StringContent(text, Encoding.UTF8, "text/calendar"));
        static string Counts(Answer answer)
        {
            var json = answer.Expect(HttpStatusCode.OK);
            return $"{json["added"]} {json["changed"]} {json["unchanged"]} {json["skipped"]}";
        }

        Assert.Equal("3 0 0 2", Counts(await Import(File(Entries), trial: true)));
        Assert.Single((await office.Edition(edition))["deadlines"]!.AsArray());
        Assert.Equal("3 0 0 2", Counts(await Import(File(Entries))));
        Assert.Equal("0 0 3 2", Counts(await Import(File(Entries))));
        Assert.Equal("0 1 2 2", Counts(await Import(File(Entries.Replace("20270116T120000", "20270117T120000", StringComparison.Ordinal)))));

        var deadlines = (await office.Edition(edition))["deadlines"]!.AsArray().ToDictionary(
            d => d!["title"]!.GetValue<string>(), d => d!["dueAt"]!.GetValue<DateTime>());
        Assert.Equal(4, deadlines.Count);
        Assert.Equal(new DateTime(2027, 1, 15, 23, 0, 0, DateTimeKind.Utc), deadlines["Catalogue entry, with picture"]);   // the day's end
        Assert.Equal(new DateTime(2027, 1, 17, 11, 0, 0, DateTimeKind.Utc), deadlines["Order electricity"]);
        Assert.Equal(new DateTime(2027, 7, 1, 22, 0, 0, DateTimeKind.Utc), deadlines["Badges"]);

        foreach (var broken in (string[])["", "nothing", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", File("BEGIN:VEVENT\nDTSTART:x\nEND:VEVENT")])
        {
            (await Import(broken)).ExpectProblem(400, "INVALID_INPUT");
        }

        (await Import(File(new string('x', 300_000)))).ExpectProblem(413, "TOO_LARGE");
        var many = string.Join('\n', Enumerable.Range(0, 50).Select(i =>
            $"BEGIN:VEVENT\nUID:{i}\nDTSTART;VALUE=DATE:20270115\nSUMMARY:{i}\nEND:VEVENT"));
        (await Import(File(many))).ExpectProblem(400, "INVALID_INPUT");
    }
}
