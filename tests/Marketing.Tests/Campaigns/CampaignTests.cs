using System.Text.Json.Nodes;
using ExportConsortia.Marketing.Campaigns;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Marketing.Tests.Campaigns;

public sealed class CampaignTests(MarketingServices services)
{
    private static readonly object s_letter = new
    {
        name = "Spring letter", subject = "Teak chairs – neu", text = "Dear customer,\nour edition is out.",
    };

    [Theory, EachShape]
    public async Task Only_who_agreed_is_written_to_once_and_can_end_it_with_a_click(Shape shape)
    {
        using var mail = new SmtpStandIn();
        var service = await services.Fresh(
            shape, ("Marketing:Mail:Host", "127.0.0.1"), ("Marketing:Mail:Port", $"{mail.Port}"), ("Marketing:Mail:From", "desk@vtf.example"),
            ("Marketing:Mail:PublicAddress", "https://exports.example"));
        var desk = await Desk.OpenAsync(service);
        var anna = await PersonAsync(service, desk, "Nordhaus", "anna@nordhaus.example", true);
        await PersonAsync(service, desk, "Nordhaus South", "anna@nordhaus.example", true);   // the same address at another buyer
        await PersonAsync(service, desk, "Hansen", "ole@hansen.example", null);
        var withdrawn = await PersonAsync(service, desk, "Dupré", "eve@dupre.example", true);
        (await service.Post(desk.Manager, $"{withdrawn}/consents", new { purpose = "Campaigns", textVersion = "1", given = false }))
            .Expect(HttpStatusCode.OK);
        await PersonAsync(service, desk, "Rossi", "refused@rossi.example", true);
        var other = await Desk.OpenAsync(service);
        await PersonAsync(service, other, "Elsewhere", "zoe@elsewhere.example", true);

        var first = await SendAsync(service, desk);

        var read = await UntilSentAsync(service, desk, first);
        var message = Assert.Single(mail.Messages);
        Assert.Equal("anna@nordhaus.example", message.To);
        Assert.Contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click", message.Text, StringComparison.Ordinal);
        Assert.Contains("From: Furniture <desk@vtf.example>", message.Text, StringComparison.Ordinal);
        Assert.Equal("Failed 1, Sent 1", string.Join(
            ", ", read["deliveries"]!.AsArray().Select(d => $"{d!["state"]} {d["count"]}").Order(StringComparer.Ordinal)));
        var token = TokenIn(message.Text);
        await service.Post(desk.Manager, $"campaigns/{first}/stop").IsRefused("ALREADY_DECIDED");

        // A mail program looks at the link, which changes nothing, and then sends what RFC 8058 says.
        Assert.False((await service.Get(null, $"public/unsubscriptions/{token}")).Ok["unsubscribed"]!.GetValue<bool>());
        await service.Get(null, "public/unsubscriptions/of-nobody").IsNotFound();
        foreach (var _ in (int[])[1, 2])
        {
            using var form = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
            var answer = await service.Client.PostAsync($"/api/marketing/public/unsubscriptions/{token}", form);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var consents = (await service.Get(desk.Manager, anna.Split("/contacts")[0])).Ok["buyer"]!["contacts"]![0]!["consents"]!.AsArray();
        Assert.Equal((2, false), (consents.Count, consents[1]!["given"]!.GetValue<bool>()));
        await PersonAsync(service, desk, "Vogel", "eva@vogel.example", true);
        await UntilSentAsync(service, desk, await SendAsync(service, desk));
        Assert.Equal(["anna@nordhaus.example", "eva@vogel.example"], mail.Messages.Select(m => m.To));
    }

    [Theory, EachShape]
    public async Task What_the_server_says_to_one_person_is_about_that_person_only(Shape shape)
    {
        using var mail = new SmtpStandIn { RefusesSender = true };
        var service = await services.Fresh(
            shape, ("Marketing:Mail:Host", "127.0.0.1"), ("Marketing:Mail:Port", $"{mail.Port}"), ("Marketing:Mail:From", "desk@vtf.example"),
            ("Marketing:Mail:PublicAddress", "https://exports.example"));
        var desk = await Desk.OpenAsync(service);
        string[] people = ["refused", "a", "later", "b", "content", "c", "closing", "d"];
        foreach (var person in people)
        {
            await PersonAsync(service, desk, $"Buyer {person}", $"{person}@{person}.example", true);
        }

        var id = await SendAsync(service, desk);
        await Eventually.Holds("one was tried and put off", async () =>
            (await RecipientsAsync()).Exists(r => r.Attempts > 0 && r.State != DeliveryState.Sending));
        Assert.Equal([.. Enumerable.Repeat(DeliveryState.Queued, people.Length)], (await RecipientsAsync()).Select(r => r.State));
        mail.RefusesSender = false;
        service.Clock.MoveOn(TimeSpan.FromMinutes(11));

        await Eventually.Holds("the others have it", () => Task.FromResult(mail.Messages.Count == 4));
        await Eventually.Holds("all were tried", async () => await RecipientsAsync() is var sent
            && sent.Count(r => r.State == DeliveryState.Queued) == 2 && !sent.Exists(r => r.State == DeliveryState.Sending));
        Assert.Equal(["a@a.example", "b@b.example", "c@c.example", "d@d.example"], mail.Messages.Select(m => m.To).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await RecipientsAsync()).Count(r => r is { State: DeliveryState.Failed, Failure: DeliveryFailure.Refused }));

        async Task<List<CampaignRecipient>> RecipientsAsync()
        {
            await using var db = service.Data.Open<MarketingDb>();
            return await db.CampaignRecipients.AsNoTracking().Where(r => r.CampaignId == id).ToListAsync();
        }
    }

    [Theory, EachShape]
    public async Task Who_wants_no_more_is_found_wherever_merges_have_moved_the_person(Shape shape)
    {
        using var mail = new SmtpStandIn();
        var service = await services.Fresh(
            shape, ("Marketing:Mail:Host", "127.0.0.1"), ("Marketing:Mail:Port", $"{mail.Port}"), ("Marketing:Mail:From", "desk@vtf.example"),
            ("Marketing:Mail:PublicAddress", "https://exports.example"));
        var desk = await Desk.OpenAsync(service);
        var buyer = (await PersonAsync(service, desk, "Nordhaus South", "anna@nordhaus.example", true)).Split("/contacts")[0];
        var into = (await service.Post(desk.Manager, "buyers", new { name = "Nordhaus" })).Expect(HttpStatusCode.Created)["id"];
        var merge = (await service.Post(desk.Manager, $"buyers/{into}/merges", new { buyerId = buyer.Split('/')[1] })).Expect(HttpStatusCode.Created);
        await UntilSentAsync(service, desk, await SendAsync(service, desk));
        (await service.Send(desk.Manager, HttpMethod.Delete, $"buyer-merges/{merge["id"]}")).Expect(HttpStatusCode.OK);

        (await service.Post(null, $"public/unsubscriptions/{TokenIn(Assert.Single(mail.Messages).Text)}")).Expect(HttpStatusCode.OK);

        var contact = (await service.Get(desk.Manager, buyer)).Ok["buyer"]!["contacts"]![0]!;
        Assert.Equal([true, false], contact["consents"]!.AsArray().Select(c => c!["given"]!.GetValue<bool>()));
    }

    [Theory, EachShape]
    public async Task What_was_being_sent_when_the_process_ended_is_not_sent_again(Shape shape)
    {
        using var mail = new SmtpStandIn();
        var service = await services.Fresh(
            shape, ("Marketing:Mail:Host", "127.0.0.1"), ("Marketing:Mail:Port", $"{mail.Port}"), ("Marketing:Mail:From", "desk@vtf.example"),
            ("Marketing:Mail:PublicAddress", "https://exports.example"));
        var desk = await Desk.OpenAsync(service);
        string[] contacts = [await PersonAsync(service, desk, "A", "a@a.example", true), await PersonAsync(service, desk, "B", "b@b.example", true)];
        var id = (await service.Post(desk.Manager, "campaigns", s_letter)).Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
        var now = service.Clock.Now();
        await using (var db = service.Data.Open<MarketingDb>())
        {
            var campaign = await db.Campaigns.FindAsync(id);
            (campaign!.State, campaign.StartedAt) = (CampaignState.Sending, now);
            foreach (var (contact, state) in contacts.Zip([DeliveryState.Sending, DeliveryState.Queued]))
            {
                db.Add(new CampaignRecipient
                {
                    Id = Guid.CreateVersion7(), ConsortiumId = desk.Id, CampaignId = id, BuyerId = Guid.Parse(contact.Split('/')[1]),
                    ContactId = Guid.Parse(contact.Split('/')[3]), State = state, QueuedAt = now, DueAt = now,
                });
            }

            await db.SaveChangesAsync();
        }

        await UntilSentAsync(service, desk, id);

        Assert.Equal("b@b.example", Assert.Single(mail.Messages).To);
        var recipients = (await service.Get(desk.Manager, $"campaigns/{id}/recipients")).Ok["recipients"]!.AsArray();
        Assert.Equal(["Failed Interrupted", "Sent "], recipients.Select(r => $"{r!["state"]} {r["failure"]}").Order(StringComparer.Ordinal));
    }

    [Theory, EachShape]
    public async Task A_firm_reads_its_own_share_and_leads_and_shares_add_up(Shape shape)
    {
        var service = await services.In(shape);
        var desk = await Desk.OpenAsync(service);
        var id = (await service.Post(desk.Manager, "campaigns", s_letter)).Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
        var weights = new[] { ("F1", 3), ("F2", 3), ("F3", 1) }
            .Select(w => new { memberId = desk[w.Item1].Member, weight = w.Item2 }).ToArray();
        await service.Put(desk.Manager, $"campaigns/{id}/budget", new { budgetMinor = 100, key = "Turnover" }, "\"1\"")
            .IsRefused("INVALID_INPUT", 400);
        var split = (await service.Put(
            desk.Manager, $"campaigns/{id}/budget", new { budgetMinor = 1001, key = "Turnover", firms = weights }, "\"1\"")).Ok;
        Assert.Equal(1001, split["shares"]!.AsArray().Sum(s => s!["amountMinor"]!.GetValue<long>()));
        await service.Put(desk.Manager, $"campaigns/{id}/budget", new { budgetMinor = 5, key = "Equal" }, "\"1\"").IsRefused("STALE_VERSION", 412);
        await service.Send(desk.Manager, HttpMethod.Post, $"campaigns/{id}/start", null, ("If-Match", "\"2\"")).IsRefused("MAIL_NOT_SET");
        var lead = await desk.Capture("Nordhaus");
        var firm = desk.FirmOf(await desk.Assign(lead));
        Assert.Empty((await service.Get(firm, "campaign-costs")).Ok.AsArray());   // a draft is nobody's cost yet
        await using (var db = service.Data.Open<MarketingDb>())
        {
            var campaign = await db.Campaigns.FindAsync(id);
            (campaign!.State, campaign.StartedAt) = (CampaignState.Stopped, service.Clock.Now());
            await db.SaveChangesAsync();
        }

        (await service.Put(desk.Manager, $"campaigns/{id}/leads/{lead}", null)).Expect(HttpStatusCode.NoContent);
        (await service.Post(firm, $"leads/{lead}/contact", new { })).Expect(HttpStatusCode.OK);

        var own = Assert.Single((await service.Get(firm, "campaign-costs")).Ok.AsArray())!;
        Assert.Equal(firm.Member, own["memberId"]!.GetValue<Guid>());
        Assert.Equal(
            (own["shareMinor"]!.GetValue<long>(), 1, 1),
            (own["costPerQualifiedLeadMinor"]!.GetValue<long>(), own["leads"]!.GetValue<int>(), own["qualifiedLeads"]!.GetValue<int>()));
        Assert.DoesNotContain("1001", own.ToJsonString(), StringComparison.Ordinal);
        var elsewhere = Assert.Single((await service.Get(desk[firm == desk["F2"] ? "F3" : "F2"], "campaign-costs")).Ok.AsArray())!;
        Assert.Equal((0, null), (elsewhere["leads"]!.GetValue<int>(), elsewhere["costPerLeadMinor"]));
        Assert.Equal(3, (await service.Get(desk.Manager, "campaign-costs")).Ok.AsArray().Count);
        Assert.Empty((await service.Get(desk["F4"], "campaign-costs")).Ok.AsArray());
        await service.Get(firm, $"campaigns/{id}").IsNotFound();
        var other = await Desk.OpenAsync(service);
        await service.Get(other.Manager, $"campaigns/{id}").IsNotFound();
        await service.Put(other.Manager, $"campaigns/{id}/leads/{lead}", null).IsNotFound();
    }

    private static async Task<string> PersonAsync(RunningService service, Desk desk, string buyer, string email, bool? agreed)
    {
        var id = (await service.Post(desk.Manager, "buyers", new { name = buyer })).Read<JsonNode>()["id"]!;
        var contacts = (await service.Post(desk.Manager, $"buyers/{id}/contacts", new
        {
            name = "Anna Braun", email, consent = new { purpose = agreed is null ? "Inquiry" : "Campaigns", textVersion = "1" },
        })).Ok["contacts"]!.AsArray();
        return $"buyers/{id}/contacts/{contacts[^1]!["id"]}";
    }

    private static string TokenIn(string message)
    {
        var unfolded = message.ReplaceLineEndings("").Replace("\t", " ", StringComparison.Ordinal);
        const string Address = "<https://exports.example/api/marketing/public/unsubscriptions/";
        var at = unfolded.IndexOf(Address, StringComparison.Ordinal) + Address.Length;
        return unfolded[at..unfolded.IndexOf('>', at)];
    }

    private static async Task<Guid> SendAsync(RunningService service, Desk desk)
    {
        var id = (await service.Post(desk.Manager, "campaigns", s_letter)).Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>();
        (await service.Send(desk.Manager, HttpMethod.Post, $"campaigns/{id}/start", null, ("If-Match", "\"1\""))).Expect(HttpStatusCode.OK);
        return id;
    }

    private static async Task<JsonNode> UntilSentAsync(RunningService service, Desk desk, Guid id)
    {
        await Eventually.Holds("the campaign is sent", async () =>
            (await service.Get(desk.Manager, $"campaigns/{id}")).Ok["state"]!.GetValue<string>() == "Sent");
        return (await service.Get(desk.Manager, $"campaigns/{id}")).Ok;
    }
}
