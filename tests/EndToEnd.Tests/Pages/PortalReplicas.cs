using System.Text.RegularExpressions;

namespace ExportConsortia.EndToEnd.Tests.Pages;

/// <summary>Three replicas of the web pages behind the gateway, one of which is killed while people work.</summary>
public sealed partial class PortalReplicas
{
    private const int Offered = 24;   // to each of three firms: a part of each line of an order

    private const int Imported = 16;

    [Fact]
    public async Task When_one_is_killed_nobody_is_signed_out_nothing_is_lost_and_nothing_is_done_twice()
    {
        Required.Thorough();
        Required.Servers();
        await using var deployment = await Deployment.StartAsync(Shape.Distributed, observed: false, onSharedServers: true);
        await using var second = deployment.NewPortal();
        await using var third = deployment.NewPortal();
        await Task.WhenAll(second.Start(), third.Start());
        deployment.Gateway.Settings["Services:portal"] = string.Join(',', deployment.Portal.Address, second.Address, third.Address);
        await deployment.Gateway.Restart();
        using var consortium = await FurnitureConsortium.FoundAsync(
            deployment, new Dictionary<string, long> { ["F1"] = Offered * 20, ["F2"] = Offered * 20, ["F3"] = Offered * 20 }, minLot: 10);
        var order = await consortium.PlaceAsync([.. Enumerable.Repeat(60L, Offered)]);
        await consortium.ClearAsync(order);
        await consortium.AcceptAsync(order);
        await consortium.UntilAsync(order, "Allocating");
        await Eventually.Holds("every firm has its offers", async () =>
        {
            var open = await Task.WhenAll(consortium.Firms.Keys.Where(firm => firm != "F4").Select(OpenOffersAsync));
            return open.All(offers => offers == Offered);
        });
        var file = await FurnitureConsortium.OrderFileAsync();
        using var manager = await OpenAsync("sales");
        using var f1 = await OpenAsync("f1");
        using var f2 = await OpenAsync("f2");
        using var f3 = await OpenAsync("f3");
        Person[] people = [manager, f1, f2, f3];

        // Three firms answer their offers and the manager takes in orders; a third of the way through, a replica is gone.
        var work = Task.WhenAll([ImportAsync(), .. new[] { f1, f2, f3 }.Select(AnswerAsync)]);
        await Eventually.Holds("a third is done", () =>
            work.IsCompleted || people.Sum(person => person.Confirmed) >= ((3 * Offered) + Imported) / 3, TimeSpan.FromMinutes(2));
        await second.Kill();
        await work;

        Assert.True(people.Sum(person => person.SentAgain) > 0, "Nobody noticed the kill: the test shows nothing.");
        Assert.Equal([Imported, Offered, Offered, Offered], people.Select(person => person.Confirmed));
        foreach (var firm in new[] { "F1", "F2", "F3" })
        {
            var offers = (await consortium[firm].GetAsync("/api/allocation/offers?limit=200")).Ok["offers"]!.AsArray();
            Assert.Equal(Enumerable.Repeat(("Accepted", 20L), Offered), offers.Select(offer =>
                (offer!["state"]!.GetValue<string>(), offer["accepted"]!.GetValue<long>())));
        }

        var orders = (await consortium.Manager.GetAsync("/api/allocation/orders?limit=200")).Ok["orders"]!.AsArray();
        Assert.Equal(1 + Imported, orders.Count);
        await Invariants.HoldAsync(consortium);

        async Task<int> OpenOffersAsync(string firm) =>
            (await consortium[firm].GetAsync("/api/allocation/offers?state=Proposed&limit=200")).Ok["offers"]!.AsArray().Count;

        async Task<Person> OpenAsync(string name)
        {
            var person = new Person(deployment.Address);
            await person.SendAsync("/sign-in", "/sign-in", ("email", $"{name}@{consortium.Domain}"), ("password", FurnitureConsortium.Password));
            person.Confirmed = 0;
            return person;
        }

        async Task ImportAsync()
        {
            for (var taken = 0; taken < Imported; taken++)
            {
                await manager.SendAsync("/orders/import", "/orders/import", ("files", file));
            }
        }

        static async Task AnswerAsync(Person firm)
        {
            while (AnOffer().Match(await firm.ReadAsync("/offers")) is { Success: true } form)
            {
                await firm.SendAsync("/offers", form.Groups["action"].Value);
            }
        }
    }

    [GeneratedRegex("""action="(?<action>/offers/[^/"]+/acceptance)" """)]
    private static partial Regex AnOffer();

    /// <summary>
    /// Somebody with a browser who sends what is on the screen again, as it is, when nothing answers. Whoever is asked to sign in was signed out,
    /// and the test fails.
    /// </summary>
    private sealed partial class Person(Uri address) : IDisposable
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

        private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = address, DefaultRequestHeaders = { { "Accept", "text/html" } },
        };

        /// <summary>How much the person was told is done.</summary>
        public int Confirmed { get; set; }

        /// <summary>How often nothing answered.</summary>
        public int SentAgain { get; private set; }

        public Task<string> ReadAsync(string page) => AskAsync(() => new HttpRequestMessage(HttpMethod.Get, page), HttpStatusCode.OK);

        /// <summary>Opens a page, fills in the form with this action, and sends it until it is confirmed. A field "files" is a file.</summary>
        public async Task SendAsync(string page, string action, params (string Name, string Value)[] fields)
        {
            var form = (await ReadAsync(page)).Split($"action=\"{action}\"")[1].Split("</form>")[0];
            var hidden = Hidden().Matches(form).Select(field => (field.Groups["name"].Value, WebUtility.HtmlDecode(field.Groups["value"].Value)));
            (string Name, string Value)[] all = [.. hidden, .. fields];
            _ = await AskAsync(() => new HttpRequestMessage(HttpMethod.Post, action) { Content = Fill(all) },
                HttpStatusCode.OK, HttpStatusCode.SeeOther);
            Confirmed++;
        }

        public void Dispose() => _http.Dispose();

        private async Task<string> AskAsync(Func<HttpRequestMessage> request, params HttpStatusCode[] expected)
        {
            var answer = "";
            await Eventually.Holds("the page answers", async () =>
            {
                try
                {
                    using var sent = request();
                    using var response = await _http.SendAsync(sent);
                    answer = await response.Content.ReadAsStringAsync();
                    if (response.StatusCode < HttpStatusCode.InternalServerError)
                    {
                        return expected.Contains(response.StatusCode)
                            ? true
                            : throw new GaveUpException($"{sent.RequestUri}: {response.StatusCode} {response.Headers.Location} {answer}");
                    }
                }
                catch (HttpRequestException)
                {
                    // The connection broke off: like a page that says that nothing answers.
                }

                SentAgain++;
                await Task.Delay(Pause);
                return false;
            });
            return answer;
        }

        private static MultipartFormDataContent Fill(IEnumerable<(string Name, string Value)> fields)
        {
            var content = new MultipartFormDataContent();
            foreach (var (name, value) in fields)
            {
                if (name == "files")
                {
                    content.Add(new StringContent(value), name, "order.xml");
                }
                else
                {
                    content.Add(new StringContent(value), name);
                }
            }

            return content;
        }

        [GeneratedRegex("""<input (?=[^>]*type="hidden")(?=[^>]*name="(?<name>[^"]*)")(?=[^>]*value="(?<value>[^"]*)")""")]
        private static partial Regex Hidden();
    }
}
