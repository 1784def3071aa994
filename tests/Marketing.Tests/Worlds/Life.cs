using ExportConsortia.Contracts;
using ExportConsortia.Marketing.Campaigns;
using ExportConsortia.Marketing.Tests.Missions;
using ExportConsortia.Marketing.Tests.Sheets;
using SkiaSharp;

namespace ExportConsortia.Marketing.Tests.Worlds;

/// <summary>
/// What happens in a small world, moment by moment: papers and the catalogue, leads, quotations, costs, missions. F1 does the same in every world.
/// What the rules tell of a rival is the same in every world too: a lead's buyer, country, products and the first person who asked, that a lead is in
/// the pool or not, what of a sheet is published, that all firms have answered, and when.
/// </summary>
internal static class Life
{
    private static readonly TimeSpan s_aMinute = TimeSpan.FromMinutes(1);

    /// <summary>The moments: what they are called, what is done, and how long after the moment before.</summary>
    public static IEnumerable<(string Moment, Func<World, Task> Lives, TimeSpan Later)> Moments() =>
        Papers().Concat(Leads()).Concat(MonthLater()).Concat(Quotation()).Concat(SecondQuotation()).Concat(Costs()).Concat(Missions());

    private static IEnumerable<(string, Func<World, Task>, TimeSpan)> Papers()
    {
        yield return ("F2 has a certificate and a sheet, F1 a sheet", async w =>
        {
            await w.Make("F2's certificate", w.F2, "certificates", Certificate("FSC", $"FSC-{w.Secret.Number}"));
            _ = (await w.Service.Send(
                w.Manager, HttpMethod.Post, $"certificates/{w["F2's certificate"]}/confirmation", null, ("If-Match", "\"1\""))).Ok;
            foreach (var (name, firm, certificates) in new[]
            {
                ("F1's sheet", w.F1, Array.Empty<Guid>()), ("F2's sheet", w.F2, [w["F2's certificate"]]),
            })
            {
                var (sheet, tag) = await w.Papers.Submitted(firm, "TK-12", Sheet($"Chair, {name}", certificates));
                w.Call(name, sheet);
                (await w.Papers.Decide(sheet, tag)).ExpectOk();
            }
        }, s_aMinute);
        yield return ("an edition is published, and a market named", async w =>
        {
            _ = (await w.Service.Post(w.Manager, "editions", new { })).Expect(HttpStatusCode.Created);
            await Eventually.Holds("the public sees both", async () =>
                (await w.Service.Get(null, $"public/{w.Sale.Code}/items")).Ok["total"]!.GetValue<int>() == 2);
            var wanted = new[] { new { kind = "FSC" }, new { kind = "BSCI" } };
            _ = (await w.Service.Put(w.Manager, "markets/DE", new { wanted }, "\"0\"")).Ok;
        }, s_aMinute);
        yield return ("F2 changes its draft, and has an image and another certificate, which is refused", async w =>
        {
            var tag = (await w.Service.Get(w.F2, $"sheets/{w["F2's sheet"]}")).ETag;
            (await w.Papers.Save(w.F2, "TK-12", Sheet($"Chair {w.Secret.Word}", [w["F2's certificate"]], w.Secret.Number), tag)).ExpectOk();
            var image = await w.Papers.Upload(w.F2, ImageTests.Photo(100 * w.Secret.Times, 80, SKEncodedImageFormat.Png));
            w.Call("F2's image", image.Expect(HttpStatusCode.Created)["id"]);
            await w.Make("F2's other certificate", w.F2, "certificates", Certificate(w.Secret.Word, $"{w.Secret.Number}"));
            var at = $"certificates/{w["F2's other certificate"]}/confirmation";
            _ = (await w.Service.Send(w.Manager, HttpMethod.Post, at, null, ("If-Match", "\"1\""))).Ok;
            await w.Do(w.Manager, $"{at}/withdrawal", new { reason = w.Secret.Word });
        }, s_aMinute);
        yield return ("both have a licence, F2 is warned, and its licence is to be withdrawn", async w =>
        {
            _ = (await w.Service.Post(w.Manager, "brand/regulations", new { text = "§ 1", effectiveOn = w.Today })).Expect(HttpStatusCode.Created);
            await w.Make("F1's licence", w.Manager, "brand/licences", new { memberId = w.F1.Member, from = w.Today, reason = "Inspected." });
            await w.Make("F2's licence", w.Manager, "brand/licences", new
            {
                memberId = w.F2.Member, from = w.Today, until = w.Today.AddDays(100 * w.Secret.Times), reason = w.Secret.Word,
            });
            var step = new { reason = w.Secret.Word, appealUntil = w.Today.AddDays(30), grave = true };
            await w.Do(w.Manager, $"brand/licences/{w["F2's licence"]}/warnings", step);
            await w.Do(w.Manager, $"brand/licences/{w["F2's licence"]}/withdrawal", step);
        }, s_aMinute);
    }

    private static IEnumerable<(string, Func<World, Task>, TimeSpan)> Leads()
    {
        yield return ("F2 meets a buyer at the stand", async w =>
        {
            await Meets(w, w.F2, "Anna", "+49 40 1", w.Secret.Word);   // the first person who asked is told: the same in both worlds
            await Again(w, () => Meets(w, w.F2, w.Secret.Word, $"+49 40 {w.Secret.Number}", $"{w.Secret.Number}"));
            w.Call("the lead of the fair", (await w.Service.Get(w.Manager, "leads")).Ok["leads"]![0]!["id"]);
        }, s_aMinute);
        yield return ("F1 meets the buyer too, and gets the lead", async w =>
        {
            await Meets(w, w.F1, "Eva", null, "Wants 500.");
            await w.Gets("the lead of the fair", w.F1, "It is near.", "Telephoned.");
        }, s_aMinute);
        yield return ("F2 meets the buyer again", w => Again(w, () => Meets(w, w.F2, "Bert", $"+49 40 {w.Secret.Number}", w.Secret.Word)), s_aMinute);
        yield return ("F2 finds a buyer", async w =>
        {
            foreach (var name in new[] { "Carl", "Dora" })
            {
                await w.Make("F2's find", w.F2, "leads", new
                {
                    buyerName = w.Secret.Word, productCodes = new[] { "TK-12" }, message = $"{w.Secret.Number} chairs",
                    contact = new { name = $"{name} of {w.Secret.Word}", email = $"{name}@gmx.de", phone = $"+46 8 {w.Secret.Number}" },
                });
            }
        }, s_aMinute);
        yield return ("F1 finds a buyer, which F2 knows or not, and two people there", async w =>
        {
            foreach (var name in new[] { "Dora", "Carl" })
            {
                var contact = new { name, email = $"{name}@gmx.de" };
                var found = await w.Service.Post(w.F1, "leads", new { buyerName = "Ulvaeus", productCodes = new[] { "TK-12" }, contact });
                w.Call("F1's find", found.Ok["id"]);
                await w.Try(Task.FromResult(found));
            }
        }, s_aMinute);
        yield return ("F1 gets what it found, and the others get leads", async w =>
        {
            await w.Gets("F1's find", w.F1, "It found it.");
            await w.ComesIn("F2's lead", "Importer", w.Secret.Number * 100);
            await w.Gets("F2's lead", w.F2, w.Secret.Word, w.Secret.Word);
            foreach (var (i, firm) in w.Sale.Firms.Index().Skip(2))
            {
                await w.ComesIn($"another's lead {i}", $"Importer {i}", 5000);
                await w.Gets($"another's lead {i}", firm, "In turn.");
            }
        }, s_aMinute);
        yield return ("F2 wins or loses its lead, and F1 gets one in turn", async w =>
        {
            long? won = w.Secret.Times == 1 ? w.Secret.Number * 90 : null;
            await w.Do(w.F2, $"leads/{w["F2's lead"]}/outcome", new
            {
                outcome = won is null ? "Lost" : "Won", valueMinor = won, reason = w.Secret.Word,
            });
            await w.ComesIn("the lead in turn", "Dupré", 10);
            await w.Gets("the lead in turn", w.F1, null);
        }, s_aMinute);
        yield return ("both claim a lead", async w =>
        {
            await w.ComesIn("the claimed lead", "Hansen");
            await w.Make("F2's claim", w.F2, $"leads/{w["the claimed lead"]}/claims", new
            {
                buyerName = w.Secret.Word, invoiceNumber = $"{w.Secret.Number}", invoiceDate = w.Today.AddDays(-w.Secret.Times),
            });
            await w.Try(w.Service.Post(
                w.F1, $"leads/{w["the claimed lead"]}/claims", new { buyerName = "Hansen", invoiceNumber = "7", invoiceDate = w.Today.AddDays(-9) }));
        }, s_aMinute);
        yield return ("the claims are decided, and F1 gets the lead", async w =>
        {
            foreach (var claim in (await w.Service.Get(w.Manager, "lead-claims")).Ok.AsArray())
            {
                var confirmed = claim!["memberId"]!.GetValue<Guid>() == w.F1.Member;
                await w.Do(w.Manager, $"lead-claims/{claim["id"]}/decision", new { confirmed, reason = w.Secret.Word });
            }

            await w.Gets("the claimed lead", w.F1, null);
        }, s_aMinute);
    }

    private static IEnumerable<(string, Func<World, Task>, TimeSpan)> MonthLater()
    {
        yield return ("F2 registers a customer and declares a sale, F1 too", async w =>
        {
            await w.Make("F2's customer", w.F2, "prior-customers", new { name = w.Secret.Word });
            await w.Try(w.Service.Post(w.F1, "prior-customers", new { name = "Ulvaeus" }));
            await w.Make("F2's sale", w.F2, "direct-sales", new
            {
                buyerName = w.Secret.Word, soldOn = w.Today.AddDays(-w.Secret.Times), valueMinor = w.Secret.Number * 1000,
                invoiceNumber = $"{w.Secret.Number}",
            });
            await w.Try(w.Service.Post(
                w.F1, "direct-sales", new { buyerName = "Ulvaeus", soldOn = w.Today.AddDays(-9), valueMinor = 500, invoiceNumber = "4200" }));
        }, s_aMinute);
        yield return ("a month later F2's customer asks", async w =>
        {
            await w.ComesIn("the customer's lead", w.Secret.Word);
            foreach (var claim in (await w.Service.Get(w.Manager, "lead-claims")).Ok.AsArray().Where(c => $"{c!["state"]}" == "Open"))
            {
                var confirmed = claim!["memberId"]!.GetValue<Guid>() == w.F2.Member;
                await w.Do(w.Manager, $"lead-claims/{claim["id"]}/decision", new { confirmed, reason = "It is another's." });
            }
        }, TimeSpan.FromDays(31));
        yield return ("F2 gets its customer's lead", w => w.Gets("the customer's lead", w.F2, null, w.Secret.Word), s_aMinute);
        yield return ("and gives it back", async w => (await w.Service.Post(
            w.Manager, $"leads/{w["the customer's lead"]}/return", new { reason = w.Secret.Word })).Expect(HttpStatusCode.NoContent), s_aMinute);
    }

    private static IEnumerable<(string, Func<World, Task>, TimeSpan)> Quotation()
    {
        yield return ("prices are asked for F1's lead", async w =>
        {
            var lead = (await w.Service.Get(w.Manager, $"leads/{w["the lead in turn"]}")).Ok;
            await w.Sale.Open(leadId: w["the lead in turn"], buyerId: lead["buyerId"]!.GetValue<Guid>());
            w.Call("the quotation", w.Sale.Quotation);
            _ = (await w.Sale.Ask(TimeSpan.FromDays(2))).Ok;
            w.Call("F2's price", (await w.Sale.PriceOf(w.F2))["priceId"]);
        }, s_aMinute);
        yield return ("F2 hands in its price", async w => _ = (await w.Sale.HandIn(w.F2, w.Secret.Number)).Ok, s_aMinute);
        yield return ("F2 withdraws it, or leaves it", RefusesTheSecondTime, s_aMinute);
        yield return ("F2 hands in another", async w => _ = (await w.Sale.HandIn(w.F2, w.Secret.Number + 50)).Ok, s_aMinute);
        yield return ("F1 hands in its price", w => w.Try(w.Sale.HandIn(w.F1, 4100)), s_aMinute);
        yield return ("the others hand in theirs, and F1 tries another", async w =>
        {
            await OthersHandIn(w);
            await w.Try(w.Sale.HandIn(w.F1, 4000));
        }, s_aMinute);
        yield return ("the deadline has come", _ => Task.CompletedTask, TimeSpan.FromDays(2));
        yield return ("the buyer has a version and accepts it: F1's lead is won", async w =>
        {
            var token = $"{(await w.Sale.Issue()).Ok["link"]!["token"]}";
            _ = (await w.Sale.Accept(token, $"{(await w.Sale.Buyers(token)).Ok["contentHash"]}")).Ok;
        }, s_aMinute);
    }

    private static IEnumerable<(string, Func<World, Task>, TimeSpan)> SecondQuotation()
    {
        yield return ("prices of another quotation are asked, and F2 answers or not", async w =>
        {
            await w.Sale.Open();
            _ = (await w.Sale.Ask(TimeSpan.FromDays(1))).Ok;
            if (w.Secret.Times == 2)
            {
                _ = (await w.Sale.HandIn(w.F2, w.Secret.Number)).Ok;
            }
        }, s_aMinute);
        yield return ("the quotation is withdrawn", async w =>
        {
            await w.Do(w.Manager, $"quotations/{w.Sale.Quotation}/withdrawal", new { reason = w.Secret.Word });
            await w.Try(w.Sale.HandIn(w.F1, 4100));
        }, s_aMinute);
        yield return ("prices of a third are asked, F2 hands one in or none, and all have answered", async w =>
        {
            await w.Sale.Open();
            _ = (await w.Sale.Ask(TimeSpan.FromHours(1))).Ok;
            _ = (await w.Sale.HandIn(w.F2, w.Secret.Number)).Ok;
            await RefusesTheSecondTime(w);
            _ = (await w.Sale.HandIn(w.F1, 4100)).Ok;
            await OthersHandIn(w);
        }, s_aMinute);
        yield return ("after the deadline they are asked again", async w =>
        {
            var asked = await w.Sale.Ask(TimeSpan.FromDays(1), w.Secret.Word);
            _ = (await w.Sale.Approve(w.Auditor, $"quotations/{w.Sale.Quotation}/price-rounds/{asked.Ok["proposal"]!["roundId"]}")).Ok;
        }, TimeSpan.FromHours(2));
    }

    private static IEnumerable<(string, Func<World, Task>, TimeSpan)> Costs()
    {
        (CostKey Key, string Lead)[] campaigns =
        [
            (CostKey.Equal, "the lead of the fair"), (CostKey.Turnover, "the lead in turn"), (CostKey.Custom, "F1's find"),
        ];
        yield return ("campaigns have budgets", async w =>
        {
            foreach (var (key, _) in campaigns)
            {
                // F1's share is the same: another budget, another rival's weight, and by equal shares another number of firms.
                await w.Make($"campaign {key}", w.Manager, "campaigns", new { name = $"{key}", subject = "Chairs", text = "Chairs." });
                var bearing = w.Sale.Firms.Take(key == CostKey.Equal && w.Secret.Times == 1 ? 2 : 4).Select((firm, i) => new
                {
                    memberId = firm.Member, weight = key == CostKey.Equal ? 1 : i == 0 ? 3 : i == 1 ? w.Secret.Number : 1,
                }).ToList();
                var budget = new { budgetMinor = 1000 * bearing.Sum(b => b.weight), key = $"{key}", firms = bearing, reason = w.Secret.Word };
                var at = $"campaigns/{w[$"campaign {key}"]}/budget";
                _ = (await w.Service.Put(w.Manager, at, budget, "\"1\"")).Ok;
                _ = (await w.Service.Send(w.Auditor, HttpMethod.Post, $"{at}/approval", null, ("If-Match", "\"2\""))).Ok;
            }
        }, s_aMinute);
        yield return ("they have ended, and leads came of them", async w =>
        {
            foreach (var (key, lead) in campaigns)
            {
                var id = w[$"campaign {key}"];
                await using var db = w.Service.Data.Open<MarketingDb>();
                var campaign = await db.Campaigns.FindAsync(id);
                (campaign!.State, campaign.StartedAt) = (CampaignState.Stopped, w.Service.Clock.Now());
                await db.SaveChangesAsync();
                foreach (var came in w.Secret.Times == 1 ? new[] { lead } : [lead, "F2's lead"])
                {
                    (await w.Service.Put(w.Manager, $"campaigns/{id}/leads/{w[came]}", null)).Expect(HttpStatusCode.NoContent);
                }
            }
        }, s_aMinute);
    }

    private static IEnumerable<(string, Func<World, Task>, TimeSpan)> Missions()
    {
        yield return ("both register for a mission", async w =>
        {
            await w.Make("the mission", w.Manager, "missions", MissionTests.Plan(w.Service, places: 2, slots: 3));
            _ = (await w.Service.Put(w.F2, $"missions/{w["the mission"]}/registration", new { note = w.Secret.Word })).Ok;
            await w.Try(w.Service.Put(w.F1, $"missions/{w["the mission"]}/registration", new { note = "Two people." }));
        }, s_aMinute);
        yield return ("F1 takes part, and F2 or not; they meet buyers", async w =>
        {
            var at = $"missions/{w["the mission"]}";
            await w.Make("F2's buyer", w.Manager, "buyers", new { name = $"{w.Secret.Word} Living" });
            foreach (var buyer in new[] { w.Sale.Buyer, w["F2's buyer"] })
            {
                _ = (await w.Service.Put(w.Manager, $"{at}/buyers/{buyer}", null)).Ok;
            }

            await w.Do(w.Manager, $"{at}/firms/{w.F1.Member}/decision", new { confirmed = true });
            await w.Do(w.Manager, $"{at}/firms/{w.F2.Member}/decision", new { confirmed = w.Secret.Times == 1, reason = w.Secret.Word });
            await w.Do(w.Manager, $"{at}/meetings", new { slot = 3, memberId = w.F1.Member, buyerId = w.Sale.Buyer });
            if (w.Secret.Times == 1)
            {
                await w.Do(w.Manager, $"{at}/meetings", new { slot = 1, memberId = w.F2.Member, buyerId = w["F2's buyer"] });
            }
        }, s_aMinute);
    }

    private static object Certificate(string kind, string number) =>
        new { kind, number, issuer = "SGS", validFrom = "2031-01-01", validUntil = "2040-12-31" };

    private static object Sheet(string name, IReadOnlyList<Guid> certificates, long minimumOrder = 10) =>
        new { texts = new { en = new { name, text = "Made of teak." } }, certificates, minimumOrder };

    private static Task Meets(World w, Person by, string person, string? phone, string note) => w.Service.Deliver(new FairLeadCaptured(
        w.Sale.Consortium, w.Sale.Buyer, Guid.CreateVersion7(), by.Member, by.Id, "Lindqvist", null, "DE",
        new(person, null, $"{person}@lindqvist.example", phone, "de", "2027-01", w.Service.Clock.Now()), ["TK-12"], note, w.Service.Clock.Now(),
        w.Service.Clock.Now()));

    // As often as only the rival and the clean team know.
    private static async Task Again(World w, Func<Task> does)
    {
        for (var time = 0; time < w.Secret.Times; time++)
        {
            await does();
        }
    }

    private static async Task RefusesTheSecondTime(World w)
    {
        if (w.Secret.Times == 2)
        {
            await w.Do(w.F2, $"quotation-prices/{(await w.Sale.PriceOf(w.F2))["priceId"]}/refusal");
        }
    }

    private static async Task OthersHandIn(World w)
    {
        foreach (var (i, firm) in w.Sale.Firms.Index().Skip(2))
        {
            _ = (await w.Sale.HandIn(firm, w.Secret.Number + (i * 100))).Ok;
        }
    }
}
