using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>What happens at a stand that is divided: leads, meetings, goods and people of F1.</summary>
internal static class AtTheFairToTry
{
    private const string Api = "/api/tradefairs";

    /// <summary>Puts what a request below an edition needs into the target.</summary>
    public static async Task FillAsync(FurnitureConsortium vtf, Dictionary<string, string> target, string at, string step)
    {
        switch (step)
        {
            case "meeting-schedule" or "meeting-wishes" or "meeting-plan" or "meetings":
                target["If-Match"] = (await MeetAsync(vtf, at)).ETag!;
                break;
            case "motion":
                target["If-Match"] = "\"0\"";
                break;
            case "person":
                var id = Guid.CreateVersion7();
                _ = (await vtf["F1"].PostAsync($"{at}/leads", new { leads = new[] { Lead("Try", "Try", id) } })).Ok;
                target["leadId"] = $"{id}";
                break;
            case "staff":
                foreach (var person in (await vtf.Manager.GetAsync($"{at}/staff")).Ok["staff"]!.AsArray().Skip(20))
                {
                    _ = (await vtf.Manager.SendAsync(HttpMethod.Delete, $"{Api}/staff/{person!["id"]}", null)).Status;   // there is a most
                }

                break;
        }
    }

    /// <summary>Goods or a person of F1; the id.</summary>
    public static async Task<string> AddAsync(FurnitureConsortium vtf, string stand, string what) => (await vtf["F1"].PostAsync(
        $"{Api}/editions/{stand}/{what}", what == "staff" ? Person("Try") : Goods("Try"))).Ok["id"]!.GetValue<string>();

    public static object Goods(string description) => new { description, pieces = 4, weightGrams = 38_000, valueMinor = 19_200, origin = "LA" };

    public static object Person(string name) => new { name };

    public static object Lead(string company, string name, Guid? id = null) => new
    {
        id = id ?? Guid.CreateVersion7(), company, name, consentTextVersion = "1", capturedAt = TimeProvider.System.GetUtcNow().UtcDateTime,
    };

    /// <summary>Buyers come, whom firms can wish to meet.</summary>
    public static async Task<Answer> MeetAsync(FurnitureConsortium vtf, string at)
    {
        var day = JsonValue.Create($"{MarketingToTry.Day(100):O}");
        _ = (await vtf.Manager.PutAsync(
            $"{at}/meeting-schedule",
            new
            {
                slots = new[] { 1, 2 }.Select(n => new { number = n, day, from = $"{8 + n:00}:00:00", until = $"{8 + n:00}:20:00" }),
                buyers = new[] { 1, 4, 7 }.Select(n => new { number = n, name = $"Try {n}" }),
            },
            "\"0\"")).Status;   // once
        return await vtf.Manager.GetAsync($"{at}/meetings");
    }
}
