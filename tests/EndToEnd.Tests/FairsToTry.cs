using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>Fairs, calls that are open, and stands that are divided, each in a state in which the request that is tried could succeed.</summary>
internal sealed class FairsToTry(FurnitureConsortium vtf)
{
    private const string Api = "/api/tradefairs";

    private string? _stand;
    private string? _fair;
    private string? _last;

    /// <summary>Puts what the request needs into the target.</summary>
    public async Task FillAsync(Dictionary<string, string> target, MutatedRequests operation)
    {
        var what = operation.Path.Split('/');
        (target["memberId"], target["number"]) = ($"{vtf.Firms["F1"]}", "1");
        switch (what[3])
        {
            case "calendar-subscription":
                await SubscribeAsync(vtf["F1"]);
                break;
            case "public":
                target["token"] = (await SubscribeAsync(vtf["F2"])).Split('/')[^1];   // who tries has others
                break;
            case "fairs" when what.Length > 4:
                _fair = what[^1] == "editions" && _fair is not null ? _fair : await FairAsync();
                (target["id"], target["If-Match"]) = (_fair, "\"1\"");
                break;
            case "de-minimis" when operation.Path.EndsWith("/{id}", StringComparison.Ordinal):
                target["id"] = await FairCostsToTry.AidAsync(vtf.Manager, vtf.Firms["F1"]);
                break;
            case "exceptions":
                var stand = await StandAsync(isNew: true);
                target["id"] = Id((await vtf["F2"].PostAsync($"{Api}/editions/{stand}/exceptions", new { reason = "Try." })).Ok);
                break;
            case "exhibits" or "staff":
                (target["id"], target["If-Match"]) = (await AtTheFairToTry.AddAsync(vtf, await StandAsync(isNew: false), what[3]), "\"1\"");
                break;
            case "editions" when what.Length > 4:
                await EditionAsync(target, operation, what[^1]);
                break;
        }
    }

    /// <summary>The address below which a calendar is read.</summary>
    private static async Task<string> SubscribeAsync(Session by) =>
        (await by.PostAsync($"{Api}/calendar-subscription", new { })).Ok["path"]!.GetValue<string>();

    /// <summary>An edition whose call is open, or nobody has been asked. The one before is cancelled: a consortium can't have any number.</summary>
    public async Task<string> ProposeAsync(DateTime? callUntil, long standAreaDm2 = 6000)
    {
        var opens = MarketingToTry.Day(100);
        _ = _last is null ? null : await vtf.Manager.PostAsync($"{Api}/editions/{_last}/state", new { state = "Cancelled" });
        _fair ??= await FairAsync();
        var edition = Id((await vtf.Manager.PostAsync($"{Api}/fairs/{_fair}/editions", new
        {
            name = "Try", opensOn = opens, closesOn = opens.AddDays(4), currency = "EUR", standAreaDm2, commonAreaDm2 = 1200,
            deadlines = new[] { new { number = 1, title = "Try", dueOn = opens, ofEachFirm = true } },
        })).Ok);
        _last = edition;
        if (callUntil is { } commitUntil)
        {
            _ = (await vtf.Manager.PostAsync($"{Api}/editions/{edition}/call", new { commitUntil })).Ok;
        }

        return edition;
    }

    /// <summary>An edition whose stand is divided: F1 is there.</summary>
    public async Task<string> StandAsync(bool isNew)
    {
        if (_stand is null || isNew)
        {
            var edition = await OverAsync();
            _ = (await vtf.Manager.PostAsync($"{Api}/editions/{edition}/allotment", new { })).Ok;
            _stand = edition;
        }

        return _stand;
    }

    // The call is over, and F1 has committed itself in time.
    private async Task<string> OverAsync()
    {
        for (var seconds = 1; ; seconds *= 2)
        {
            var edition = await ProposeAsync(null);
            var commitUntil = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(seconds);
            _ = await vtf.Manager.PostAsync($"{Api}/editions/{edition}/call", new { commitUntil });
            var committed = await vtf["F1"].PutAsync($"{Api}/editions/{edition}/commitment", new { areaDm2 = 900, volumeLitres = 1 }, null);
            if (committed.Status == HttpStatusCode.OK)
            {
                await Eventually.Holds("the call is over", async () =>
                    !(await vtf.Manager.GetAsync($"{Api}/editions/{edition}")).Ok["callIsOpen"]!.GetValue<bool>());
                return edition;
            }
        }
    }

    private async Task EditionAsync(Dictionary<string, string> target, MutatedRequests operation, string step)
    {
        var id = target["id"] = step switch
        {
            "call" => await ProposeAsync(null),
            "interest" or "commitment" => await ProposeAsync(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(1)),
            "allotment" when !operation.IsSafe => await OverAsync(),
            _ => await StandAsync(isNew: step is "state" or "plans" or "cost-plan" or "withdrawals" or "approval" or "settlement"),
        };
        var at = $"{Api}/editions/{id}";
        await FairCostsToTry.FillAsync(vtf.Manager, id, operation, target);
        await AtTheFairToTry.FillAsync(vtf, target, at, step);
        switch (step)
        {
            case "interest":
                foreach (var firm in (Session[])[vtf["F1"], vtf["F4"]])
                {
                    _ = (await firm.PutAsync($"{at}/interest", new { }, null)).Ok;
                }

                break;
            case "plan":
                var plan = new { replaces = 0, widthCm = 100, depthCm = 100, booths = Array.Empty<object>() };
                _ = (await vtf.Manager.PostAsync($"{at}/plans", plan)).Status;   // once
                break;
            case "plan-picture" when operation.IsSafe || operation.Method == HttpMethod.Delete:
                using (var picture = new ByteArrayContent(MarketingToTry.Png))
                {
                    _ = (await vtf.Manager.PostAsync($"{at}/plan-picture", picture)).Ok;
                }

                break;
            case "measured":
                var commitment = (await vtf.Manager.GetAsync(at)).Ok["commitments"]!.AsArray().Single(c => $"{c!["memberId"]}" == target["memberId"]);
                target["If-Match"] = Tag(commitment!);
                break;
            case "{memberId}" or "approval":
                _ = (await vtf.Manager.PutAsync($"{at}/withdrawal-proposals/{vtf.Firms["F1"]}", new { reason = "Try." }, null)).Status;   // once
                break;
            case "declaration" or "registration":
                await DeclareAsync(at, target, operation, step);
                break;
            case "{number}":
                target["If-Match"] = Tag((await vtf["F1"].GetAsync($"{at}/checklist")).Ok["tasks"]![0]!);
                break;
            case "{id}":
                target["If-Match"] = Tag((await vtf.Manager.GetAsync(at)).Ok);
                break;
        }
    }

    private async Task DeclareAsync(string at, Dictionary<string, string> target, MutatedRequests operation, string step)
    {
        var own = (await vtf["F1"].GetAsync($"{at}/checklist")).Ok["declarations"]!.AsArray().SingleOrDefault();
        if (own?["state"]!.GetValue<string>() == "Registered" && operation.Method != HttpMethod.Delete)
        {
            _ = (await vtf.Manager.SendAsync(HttpMethod.Delete, $"{at}/declarations/{target["memberId"]}/registration", null)).Status;
            own = (await vtf["F1"].GetAsync($"{at}/checklist")).Ok["declarations"]![0];
        }

        if (own is null && step == "registration")
        {
            own = (await vtf["F1"].PutAsync($"{at}/declaration", Declaration("Try"), "\"0\"")).Ok;
        }

        target["If-Match"] = own is null ? "\"0\"" : Tag(own);
    }

    /// <summary>What a firm declares for the organiser.</summary>
    public static object Declaration(string name) => new
    {
        legalName = name, address = "Vientiane", country = "LA", contactName = name, contactEmail = "try@exhibitor.example", products = "Chairs",
    };

    private async Task<string> FairAsync() => Id((await vtf.Manager.PostAsync($"{Api}/fairs", new
    {
        name = "Try", organiser = "Try", place = "Cologne", country = "DE", timeZone = "Europe/Berlin",
    })).Ok);

    private static string Id(JsonNode made) => made["id"]!.GetValue<string>();

    private static string Tag(JsonNode made) => $"\"{made["version"]}\"";
}
