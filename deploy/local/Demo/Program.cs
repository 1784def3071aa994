using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

// Sets up the demonstration's furniture consortium through the public interface, imports a buyer's order, has it split, prints the split, and
// publishes the first edition of the catalogue, and prepares two fairs. A second run uses the same consortium, catalogue and fairs and imports one
// more order.

const string Password = "Teak-and-rattan-12";
var settings = args.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
var address = settings.GetValueOrDefault("--address", "http://localhost:8080");
if (!settings.TryGetValue("--operator", out var operatorFile) || !File.Exists(operatorFile)
    || await File.ReadAllLinesAsync(operatorFile) is not [var operatorEmail, var operatorPassword, var secondEmail, var secondPassword, ..])
{
    Console.Error.WriteLine("""
        Usage: Demo --operator FILE [--address http://localhost:8080]
        FILE has four lines: the e-mail addresses and passwords of two operators.
        """);
    return 2;
}

using var http = new HttpClient { BaseAddress = new Uri(address) };
var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
var end = today.AddDays(7 * 12);

try
{
    var root = await SignInAsync(operatorEmail, operatorPassword) ?? throw new DemoException("The operator's e-mail address or password is wrong.");
    if (await SignInAsync("manager@vtf.example", Password) is null)
    {
        var second = await SignInAsync(secondEmail, secondPassword)
            ?? throw new DemoException("The second operator's e-mail address or password is wrong.");
        await LoadConsortiumAsync(root, second);
    }

    var sales = (await SignInAsync("manager@vtf.example", Password))!;
    var compliance = (await SignInAsync("compliance@vtf.example", Password))!;
    await UntilAsync("Allocation knows the products and capacities", async () =>
        (await GetAsync(sales, "/api/allocation/products")).AsArray().Count > 0
        && (await GetAsync(sales, "/api/allocation/capacity")).AsArray().Count >= 5);

    var order = await ImportAsync(sales);
    var path = $"/api/allocation/orders/{order}";
    await PostAsync(sales, $"{path}/screening-decisions", new { verdict = "Clear", reason = "Buyer checked against today's lists; no match." });
    await PostAsync(compliance, $"{path}/screening-decisions", new { verdict = "Clear", reason = "Second check; no match." });
    await PostAsync(sales, $"{path}/acceptance", new { });
    JsonNode state = null!;
    await UntilAsync("the order is split", async () => (state = await GetAsync(sales, path))["runInProgress"]!.GetValue<bool>() is false
        && state["state"]!.GetValue<string>() is "Allocating" or "Allocated" or "Short");
    await LoadCatalogueAsync(sales);
    await LoadFairsAsync(sales);
    Print(state);
    return 0;
}
catch (Exception e) when (e is DemoException or HttpRequestException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// Two operators, whom nobody invited, found it: so its two managers are two people, and clear an order together; and who invites a firm and who
// gives it its code are two, too.
async Task LoadConsortiumAsync(string root, string second)
{
    Console.WriteLine("Loading the Vientiane Teak Furniture Export Consortium …");
    var founded = await PostAsync(root, "/api/membership/consortia", new
    {
        code = "VTF",
        name = "Vientiane Teak Furniture Export Consortium",
        baseCurrency = "USD",
        timeZone = "Asia/Vientiane",
        manager = new { email = "manager@vtf.example" },
    });
    await FollowAsync(founded["manager"]!, "Bounmy, manager");
    var manager = (await SignInAsync("manager@vtf.example", Password))!;
    var compliance = await PostAsync(second, "/api/membership/invitations", new
    {
        email = "compliance@vtf.example", role = "ConsortiumManager", consortiumId = founded["id"]!.GetValue<Guid>(),
    });
    await PostAsync(manager, $"/api/membership/invitations/{compliance["id"]}/consent", new { });
    await FollowAsync(compliance, "Chanthala, compliance");
    await PostAsync(manager, "/api/membership/rulebook-versions", new
    {
        allocation = new object[]
        {
            new { productFamily = "*" },
            new { productFamily = "chairs", policy = "CapacityProRata", lotSize = 10, minLot = 30 },
        },
    });
    object[] products =
    [
        new { code = "TK-12", name = "Chair TK-12", family = "chairs", unit = "C62", conversions = new[] { new { unit = "DZN", numerator = 12 } } },
        new { code = "TB-03", name = "Table TB-03", family = "tables", unit = "C62" },
        new { code = "RA-07", name = "Rattan armchair", family = "armchairs", unit = "C62" },
        new { code = "BE-05", name = "Garden bench", family = "benches", unit = "C62" },
        new { code = "ST-01", name = "Stool", family = "stools", unit = "C62" },
        new { code = "SH-09", name = "Bookshelf", family = "shelves", unit = "C62" },
    ];
    foreach (var product in products)
    {
        await PostAsync(manager, "/api/membership/products", product);
    }

    (string Code, string Name, string Family, string Product, long Capacity, bool Probation)[] firms =
    [
        ("F1", "Sombath Teak", "chairs", "TK-12", 450, false),
        ("F2", "Khampheng Wood", "chairs", "TK-12", 300, false),
        ("F3", "Luang Prabang Joinery", "chairs", "TK-12", 200, false),
        ("F4", "Mekong Rattan", "tables", "TB-03", 80, false),
        ("F5", "Xieng Khuan Carpentry", "chairs", "TK-12", 150, false),
        ("F6", "Vang Vieng Decor", "chairs", "TK-12", 150, true),
    ];
    foreach (var firm in firms)
    {
        var admitted = await PostAsync(manager, "/api/membership/members", new
        {
            code = firm.Code, name = firm.Name, country = "LA", probation = firm.Probation,
        });
        var member = admitted["id"]!.GetValue<Guid>();
        var email = $"{firm.Code.ToLowerInvariant()}@vtf.example";
        var invited = await PostAsync(manager, "/api/membership/invitations", new { email, role = "MemberUser", memberId = member });
        var code = await PostAsync(second, $"/api/membership/members/{member}/firm-code", new { });
        await FollowAsync(invited, firm.Name, code["code"]!.GetValue<string>());
        var own = (await SignInAsync(email, Password))!;
        await SendAsync(own, HttpMethod.Put, $"/api/membership/members/{member}/capabilities", JsonContent.Create(new
        {
            capabilities = Sheet.All.Where(sheet => sheet.Firm == firm.Code).Select(sheet => sheet.Product).Append(firm.Product).Distinct()
                .Select(product => new { productCode = product }),
        }), ifMatch: "\"0\"");
        await PostAsync(own, "/api/membership/capacity-declarations", new
        {
            productFamily = firm.Family, from = today, to = end, quantity = firm.Capacity, unit = "C62",
        });
    }
}

// Each firm describes its products, the manager approves the sheets and publishes them; nothing happens once there is an edition.
async Task LoadCatalogueAsync(string manager)
{
    const string Api = "/api/marketing";
    if ((await GetAsync(manager, $"{Api}/editions")).AsArray().Count > 0
        || (await GetAsync(manager, "/api/membership/products")).AsArray().All(product => product!["code"]!.GetValue<string>() != "SH-09"))
    {
        return;   // published before, or loaded by an older demonstration
    }

    Console.WriteLine("Publishing the first edition of the catalogue …");
    foreach (var sheet in Sheet.All)
    {
        var own = (await SignInAsync($"{sheet.Firm.ToLowerInvariant()}@vtf.example", Password))!;
        var rows = (await GetAsync(own, $"{Api}/sheets?productCode={sheet.Product}"))["sheets"]!.AsArray();
        var state = rows is [{ } known, ..] ? known["state"]!.GetValue<string>() : null;
        var id = rows is [{ } row, ..] ? row["id"]!.GetValue<Guid>() : Guid.Empty;
        if (state is null)
        {
            await UntilAsync($"Marketing knows what {sheet.Firm} makes", async () =>
            {
                try
                {
                    var picture = await SendAsync(own, HttpMethod.Post, $"{Api}/sheets/images", new ByteArrayContent(sheet.Picture));
                    var content = JsonContent.Create(sheet.Content(picture["id"]!.GetValue<Guid>()));
                    id = (await SendAsync(own, HttpMethod.Put, $"{Api}/sheets/{sheet.Product}", content))["id"]!.GetValue<Guid>();
                    return true;
                }
                catch (DemoException notYet) when (notYet.Status is 403 or 404 or 409)
                {
                    return false;
                }
            });
        }

        if (state is not ("Submitted" or "Approved"))
        {
            await PostAsync(own, $"{Api}/sheets/{id}/submission", new { });
        }

        if (state is not "Approved")
        {
            var version = (await GetAsync(manager, $"{Api}/sheets/{id}"))["version"]!.GetValue<long>();
            await SendAsync(manager, HttpMethod.Post, $"{Api}/sheets/{id}/approval", JsonContent.Create(new { }), ifMatch: $"\"{version}\"");
        }
    }

    var policy = await GetAsync(manager, $"{Api}/catalogue/settings");
    string[] languages = ["en", "fr", "de"];
    if (policy["version"]!.GetValue<long>() == 0)
    {
        await SendAsync(manager, HttpMethod.Put, $"{Api}/catalogue/settings", JsonContent.Create(new
        {
            languages, namesFirms = false, contact = "sales@vtf.example", needsBrandLicence = false,
        }), ifMatch: "\"0\"");
    }

    await PostAsync(manager, $"{Api}/editions", new { });
    await UntilAsync("the public reads the catalogue", async () =>
        (await GetAsync(manager, $"{Api}/public/VTF/items"))["total"]!.GetValue<int>() > 0);
}

// One fair whose stand is divided and drawn, one that calls for interest; nothing happens once there is a fair.
async Task LoadFairsAsync(string manager)
{
    const string Api = "/api/tradefairs";
    if ((await GetAsync(manager, $"{Api}/fairs"))["fairs"]!.AsArray().Count > 0)
    {
        return;
    }

    Console.WriteLine("Preparing two fairs …");
    (string Code, string Name, int AreaDm2, int VolumeLitres)[] firms =
    [
        ("F1", "Sombath Teak", 1800, 5200), ("F2", "Khampheng Wood", 1200, 3100), ("F3", "Luang Prabang Joinery", 900, 2400),
        ("F5", "Xieng Khuan Carpentry", 900, 1900),
    ];
    var people = new Dictionary<string, string>();
    foreach (var firm in firms)
    {
        people[firm.Code] = (await SignInAsync($"{firm.Code.ToLowerInvariant()}@vtf.example", Password))!;
    }

    var opens = today.AddDays(120);
    var dubai = await ProposeAsync("Index", "DMG Events", "Dubai", "AE", "Asia/Dubai", opens.AddDays(60), 3000, 500, []);
    await PostAsync(manager, $"{Api}/editions/{dubai}/call", new { commitUntil = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(30) });
    var cologne = await ProposeAsync("interzum", "Koelnmesse", "Cologne", "DE", "Europe/Berlin", opens, 6000, 1200,
    [
        new { number = 1, title = "Entry in the exhibitors' catalogue", dueOn = today.AddDays(30), ofEachFirm = true },
        new { number = 2, title = "Badges of the staff", dueOn = today.AddDays(90), ofEachFirm = true },
        new { number = 3, title = "Plan of the stand to the organiser", dueOn = today.AddDays(60), ofEachFirm = false },
    ]);
    await PostAsync(manager, $"{Api}/editions/{cologne}/call", new { commitUntil = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(10) });
    var members = new Dictionary<string, Guid>();
    foreach (var firm in firms)
    {
        JsonNode? own = null;
        await UntilAsync($"{firm.Name} commits itself", async () =>
        {
            try
            {
                var wants = new { areaDm2 = firm.AreaDm2, volumeLitres = firm.VolumeLitres, exhibitCount = 12 };
                own = await SendAsync(people[firm.Code], HttpMethod.Put, $"{Api}/editions/{cologne}/commitment", JsonContent.Create(wants));
                return true;
            }
            catch (DemoException notYet) when (notYet.Status is 404)
            {
                return false;
            }
        });
        members[firm.Code] = own!["memberId"]!.GetValue<Guid>();
    }

    await UntilAsync("the call is over", async () => !(await GetAsync(manager, $"{Api}/editions/{cologne}"))["callIsOpen"]!.GetValue<bool>());
    await PostAsync(manager, $"{Api}/editions/{cologne}/allotment", new { });
    await PostAsync(manager, $"{Api}/editions/{cologne}/main-exhibitor", new { memberId = members["F1"] });
    await PostAsync(manager, $"{Api}/editions/{cologne}/plans", new
    {
        replaces = 0, widthCm = 1000, depthCm = 600, note = "Bar at the aisle",
        booths = new object[]
        {
            new { label = "Sombath Teak", xCm = 0, yCm = 0, widthCm = 600, depthCm = 300, memberId = members["F1"] },
            new { label = "Khampheng Wood", xCm = 600, yCm = 0, widthCm = 400, depthCm = 300, memberId = members["F2"] },
            new { label = "Luang Prabang Joinery", xCm = 0, yCm = 300, widthCm = 300, depthCm = 300, memberId = members["F3"] },
            new { label = "Xieng Khuan Carpentry", xCm = 300, yCm = 300, widthCm = 300, depthCm = 300, memberId = members["F5"] },
            new { label = "Bar and meetings", xCm = 600, yCm = 300, widthCm = 400, depthCm = 300 },
        },
    });
    await PlanCostsAsync($"{Api}/editions/{cologne}");

    // What the stand costs, a grant on most of it, and the approval: from then on the deposits are asked for.
    async Task PlanCostsAsync(string at)
    {
        var promotion = new { name = "Trade promotion", state = "LA", capMinor = 1_000_000, grantedOn = today };
        var grant = (await ChangeAsync("grants", promotion))["grants"]![0]!["id"];
        string[] coExhibitors = ["F2", "F3", "F5"];
        var fees = coExhibitors.Select(firm => new { memberId = members[firm], value = 140_000 }).ToArray();
        foreach (var item in new object[]
        {
            new { name = "Space, 60 m²", key = "ByArea", plannedMinor = 1_194_000, grantId = grant },
            new { name = "Construction", key = "ByArea", plannedMinor = 750_000, grantId = grant },
            new { name = "Media", key = "Equal", plannedMinor = 25_000, grantId = grant },
            new { name = "Interpreters", key = "Equal", plannedMinor = 200_000, grantId = grant },
            new { name = "Freight", key = "ByVolume", plannedMinor = 333_333 },
            new { name = "Co-exhibitors", key = "Direct", parts = fees, grantId = grant },
        })
        {
            await ChangeAsync("cost-items", item);
        }

        await ChangeAsync("cost-plan", new { vote = new { body = "Board", reference = "Board, item 4", heldOn = today.AddDays(-7) } });

        async Task<JsonNode> ChangeAsync(string what, object body)
        {
            var version = (await GetAsync(manager, $"{at}/costs"))["version"];
            return await SendAsync(manager, HttpMethod.Post, $"{at}/{what}", JsonContent.Create(body), $"\"{version}\"");
        }
    }

    async Task<Guid> ProposeAsync(
        string name, string organiser, string place, string country, string timeZone, DateOnly opensOn, int standAreaDm2, int commonAreaDm2,
        object[] deadlines)
    {
        var fair = await PostAsync(manager, $"{Api}/fairs", new { name, organiser, place, country, timeZone });
        var edition = await PostAsync(manager, $"{Api}/fairs/{fair["id"]}/editions", new
        {
            name = $"{opensOn.Year}", opensOn, closesOn = opensOn.AddDays(4), currency = "EUR", standAreaDm2, commonAreaDm2, deadlines,
        });
        return edition["id"]!.GetValue<Guid>();
    }
}

async Task<Guid> ImportAsync(string token)
{
    using var file = new StreamReader(typeof(DemoException).Assembly.GetManifestResourceStream("order.xml")!);
    var xml = (await file.ReadToEndAsync()).Replace("{today}", $"{today:yyyy-MM-dd}").Replace("{end}", $"{end:yyyy-MM-dd}");
    Console.WriteLine("Importing the UBL order NH-2041 of Nordhaus Möbel GmbH: 1,000 chairs TK-12 at EUR 48.00 FOB Laem Chabang …");
    var order = await SendAsync(token, HttpMethod.Post, "/api/allocation/orders/ubl", new StringContent(xml, Encoding.UTF8, "application/xml"));
    return order["orderId"]!.GetValue<Guid>();
}

void Print(JsonNode order)
{
    var names = new Dictionary<string, string>
    {
        ["F1"] = "Sombath Teak", ["F2"] = "Khampheng Wood", ["F3"] = "Luang Prabang Joinery", ["F4"] = "Mekong Rattan",
        ["F5"] = "Xieng Khuan Carpentry", ["F6"] = "Vang Vieng Decor",
    };
    var id = order["orderId"]!.GetValue<Guid>();
    foreach (var line in order["lines"]!.AsArray())
    {
        Console.WriteLine();
        Console.WriteLine(
            $"Order {order["buyerReference"]} of {order["buyer"]}, line {line!["lineId"]}: {line["ordered"]:N0} x {line["product"]}, "
            + $"state {order["state"]}");
        Console.WriteLine();
        Console.WriteLine("  firm                          offered   answer     until (UTC)");
        Console.WriteLine("  ----------------------------  --------  ---------  ----------------");
        foreach (var offer in line["offers"]!.AsArray().OrderBy(o => o!["memberCode"]!.GetValue<string>(), StringComparer.Ordinal))
        {
            var code = offer!["memberCode"]!.GetValue<string>();
            Console.WriteLine(
                $"  {code + " " + names.GetValueOrDefault(code, ""),-28}  {offer["quantity"]!.GetValue<long>(),8:N0}  {offer["state"],-9}  "
                + $"{offer["expiresAt"]!.GetValue<DateTime>():yyyy-MM-dd HH:mm}");
        }

        Console.WriteLine("  ----------------------------  --------");
        Console.WriteLine($"  {"open",-28}  {line["unallocated"]!.GetValue<long>(),8:N0}");
    }

    const string Json = "-H 'Content-Type: application/json'";
    const string Token = """-H "Authorization: Bearer $TOKEN" """;
    var credentials = $$"""{"email":"f1@vtf.example","password":"{{Password}}"}""";
    Console.WriteLine($"""

        Open {address} and sign in (password of every demonstration account: {Password})
          as the manager                 manager@vtf.example
          as a firm, on a phone          f1@vtf.example
        What a buyer sees, without an account
          the catalogue                  {address}/c/VTF/catalogue

        Next steps for programs
          read and try the interface     {address}/docs
          sign in as a firm              curl -s {address}/api/membership/tokens {Json} -d '{credentials}'
          see its offer and the reasons  curl -s {address}/api/allocation/offers {Token}
          accept it                      curl -s -X POST {address}/api/allocation/offers/OFFER/acceptance {Token}{Json} -d '{"{}"}'
          the manager's view             curl -s {address}/api/allocation/orders/{id} {Token}  (manager@vtf.example)
        """);
}

async Task<string?> SignInAsync(string email, string password)
{
    using var response = await http.PostAsJsonAsync("/api/membership/tokens", new { email, password });
    return response.IsSuccessStatusCode
        ? (await response.Content.ReadFromJsonAsync<JsonNode>())!["accessToken"]!.GetValue<string>()
        : null;
}

// The person follows the link and sets the password.
async Task FollowAsync(JsonNode invited, string name, string? firmCode = null)
{
    using var response = await http.PostAsJsonAsync("/api/membership/invitations/acceptance", new
    {
        secret = invited["secret"]!.GetValue<string>(), password = Password, name, firmCode,
    });
    if (!response.IsSuccessStatusCode)
    {
        throw new DemoException($"An invitation could not be followed: {await response.Content.ReadAsStringAsync()}");
    }
}

Task<JsonNode> GetAsync(string token, string path) => SendAsync(token, HttpMethod.Get, path, null);

Task<JsonNode> PostAsync(string token, string path, object body) => SendAsync(token, HttpMethod.Post, path, JsonContent.Create(body));

async Task<JsonNode> SendAsync(string token, HttpMethod method, string path, HttpContent? content, string? ifMatch = null)
{
    using var request = new HttpRequestMessage(method, path) { Content = content };
    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    if (ifMatch is not null)
    {
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
    }

    using var response = await http.SendAsync(request);
    var body = await response.Content.ReadAsStringAsync();
    return response.IsSuccessStatusCode
        ? JsonNode.Parse(body.Length == 0 ? "{}" : body)!
        : throw new DemoException($"{method} {path} returned {(int)response.StatusCode}: {body}") { Status = (int)response.StatusCode };
}

async Task UntilAsync(string description, Func<Task<bool>> holds)
{
    for (var attempt = 0; !await holds(); attempt++)
    {
        if (attempt == 150)
        {
            throw new DemoException($"Gave up after 30 seconds; still not true: {description}.");
        }

        await Task.Delay(TimeSpan.FromMilliseconds(200));
    }
}

internal sealed class DemoException(string sentence) : Exception(sentence)
{
    /// <summary>Status of the answer that says so; 0 without one.</summary>
    public int Status { get; init; }
}
