using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>New sheets, certificates, images, licences, buyers and leads, each in a state in which the request that is tried could succeed.</summary>
internal sealed class MarketingToTry(FurnitureConsortium vtf)
{
    private const string Api = "/api/marketing";

    // F1 has one sheet and one licence for each product: operations that are tried at the same time have a product each.
    private static readonly string[] Sheets = ["PUT-productCode", "POST-submission", "DELETE-submission", "POST-approval", "POST-return"];
    private static readonly string[] Licences = 
    [
        "PUT-id", "GET-id", "POST-warnings", "POST-suspension", "POST-withdrawal", "POST-restoration", "POST-refusal",
    ];

    /// <summary>The smallest picture.</summary>
    public static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGCAIAAABxZ0isAAAAEUlEQVR42mPoitLGihgGUgIA9igy0c84XjcAAAAASUVORK5CYII=");

    /// <summary>What all requests need, once for a consortium: F1's products, an edition with its chair, and regulations of the brand.</summary>
    public async Task PrepareAsync()
    {
        foreach (var code in Sheets.Concat(Licences))
        {
            await vtf.ListAsync(code, "chairs");
        }

        var at = $"/api/membership/members/{vtf.Firms["F1"]}/capabilities";
        var capabilities = Sheets.Append("TK-12").Select(productCode => new { productCode });
        _ = (await vtf["F1"].PutAsync(at, new { capabilities }, (await vtf["F1"].GetAsync(at)).ETag)).Ok;
        JsonNode chair = null!;
        await Eventually.Holds("Marketing knows what the firm makes", async () =>
        {
            foreach (var code in Sheets.Append("TK-12"))
            {
                chair = await DraftAsync(code);
            }
        });
        var submitted = await SubmitAsync(chair);
        _ = (await vtf.Manager.SendAsync(HttpMethod.Post, $"{Api}/sheets/{Id(submitted)}/approval", null, ifMatch: Tag(submitted))).Ok;
        _ = (await vtf.Manager.PostAsync($"{Api}/editions", new { })).Ok;
        _ = (await vtf.Manager.PostAsync($"{Api}/brand/regulations", new { text = "§ 1", effectiveOn = Day(0) })).Ok;
        await Eventually.Holds("the public reads the edition", async () =>
            (await vtf.Manager.GetAsync($"{Api}/public/{vtf.Code}/items/{Id(chair)}")).Status == HttpStatusCode.OK);
    }

    /// <summary>Puts the ids of something new into the target.</summary>
    public async Task FillAsync(Dictionary<string, string> target, MutatedRequests operation)
    {
        var what = operation.Path.Split('/');
        (target["consortium"], target["number"]) = (vtf.Code, "1");
        switch (what[3])
        {
            case "sheets" when what[4] == "images":
            case "images":
                target["id"] = await ImageAsync();
                break;
            case "sheets":
                await SheetAsync(target, operation, what[^1]);
                break;
            case "product-names":
                target["productCode"] = "TK-12";
                break;
            case "public":
                (target["token"], target["item"]) = ("of-nobody", what[^1] == "{item}" ? await ChairAsync() : "");
                break;
            case "certificates":
                await CertificateAsync(target, isConfirmed: what[^1] == "withdrawal");
                break;
            case "brand":
                await LicenceAsync(target, ProductOf(operation), what[^1]);
                break;
            case "buyers":
                await BuyerAsync(target);
                break;
            case "buyer-links":
                target["id"] = Id((await LinkAsync())["link"]!);
                break;
            case "buyer-merges":
                var (into, buyerId) = (await QuotationToTry.BuyerAsync(vtf), await QuotationToTry.BuyerAsync(vtf));
                target["id"] = Id((await vtf.Manager.PostAsync($"{Api}/buyers/{into}/merges", new { buyerId })).Ok);
                break;
            case "leads":
                target["id"] = await LeadAsync(isAssigned: what[^1] is not ("assignment" or "claims"));
                target["If-Match"] = Tag((await vtf.Manager.GetAsync($"{Api}/leads/{target["id"]}")).Ok);
                break;
            case "lead-claims":
                var claim = new { buyerName = "Try", invoiceNumber = "1", invoiceDate = Day(-30) };
                target["id"] = Id((await vtf["F1"].PostAsync($"{Api}/leads/{await LeadAsync(isAssigned: false)}/claims", claim)).Ok);
                break;
        }
    }

    /// <summary>The sheet of F1's chair, which is in the edition.</summary>
    public async Task<string> ChairAsync() => Id((await vtf["F1"].GetAsync($"{Api}/sheets?productCode=TK-12")).Ok["sheets"]![0]!);

    /// <summary>A new link of a new buyer, with its token.</summary>
    public async Task<JsonNode> LinkAsync() =>
        (await vtf.Manager.PostAsync($"{Api}/buyers/{await QuotationToTry.BuyerAsync(vtf)}/links", new { label = "Try", days = 1 })).Ok;

    /// <summary>A new lead of a new buyer: in the pool, or with F1.</summary>
    public async Task<string> LeadAsync(bool isAssigned)
    {
        var lead = Id((await vtf.Manager.PostAsync($"{Api}/leads", new { buyerName = $"{Guid.CreateVersion7():N}" })).Ok);
        if (isAssigned)
        {
            _ = (await vtf.Manager.PostAsync($"{Api}/leads/{lead}/assignment", new { memberId = vtf.Firms["F1"], reason = "Try." })).Ok;
        }

        return lead;
    }

    /// <summary>The day that is this many days from today at the consortium's seat.</summary>
    public static DateOnly Day(int fromToday) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Vientiane")).Date)
            .AddDays(fromToday);

    private async Task SheetAsync(Dictionary<string, string> target, MutatedRequests operation, string step)
    {
        if (operation.IsSafe)
        {
            (target["productCode"], target["id"]) = ("TK-12", await ChairAsync());
            return;
        }

        var code = ProductOf(operation);
        var sheet = await DraftAsync(code);
        if (step is "approval" or "return" || operation.Method == HttpMethod.Delete)
        {
            sheet = await SubmitAsync(sheet);
        }

        (target["productCode"], target["id"], target["If-Match"]) = (code, Id(sheet), Tag(sheet));
    }

    // F1's sheet of this product, which says something new.
    private async Task<JsonNode> DraftAsync(string product)
    {
        var firm = vtf["F1"];
        var known = (await firm.GetAsync($"{Api}/sheets?productCode={product}")).Ok["sheets"]!.AsArray().SingleOrDefault();
        if (known?["state"]!.GetValue<string>() == "Submitted")
        {
            known = (await firm.SendAsync(HttpMethod.Delete, $"{Api}/sheets/{Id(known)}/submission", null)).Ok;
        }

        var texts = new { en = new { name = $"Chair {Guid.CreateVersion7():N}", text = "Oiled." } };
        return (await firm.PutAsync($"{Api}/sheets/{product}", new { texts }, known is null ? null : Tag(known))).Ok;
    }

    private async Task<JsonNode> SubmitAsync(JsonNode sheet) =>
        (await vtf["F1"].SendAsync(HttpMethod.Post, $"{Api}/sheets/{Id(sheet)}/submission", null)).Ok;

    // An image is known by its file: what follows its end makes it another.
    private async Task<string> ImageAsync()
    {
        using var file = new ByteArrayContent([.. Png, .. Guid.CreateVersion7().ToByteArray()]);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return Id((await vtf["F1"].PostAsync($"{Api}/sheets/images", file)).Ok);
    }

    private async Task CertificateAsync(Dictionary<string, string> target, bool isConfirmed)
    {
        var content = new { kind = "FSC", number = "Try", issuer = "Try", validFrom = "2026-01-01", validUntil = "2099-12-31" };
        var added = (await vtf["F1"].PostAsync($"{Api}/certificates", content)).Ok;
        if (isConfirmed)
        {
            added = (await vtf.Manager.SendAsync(HttpMethod.Post, $"{Api}/certificates/{Id(added)}/confirmation", null, ifMatch: Tag(added))).Ok;
        }

        (target["id"], target["If-Match"]) = (Id(added), Tag(added));
    }

    // A firm has one licence for a product: the one before is withdrawn.
    private async Task LicenceAsync(Dictionary<string, string> target, string productCode, string step)
    {
        var sanction = new { reason = "Try.", appealUntil = Day(30), grave = true };
        var all = (await vtf.Manager.GetAsync($"{Api}/brand/licences")).Ok.AsArray();
        foreach (var old in all.Where(l => $"{l!["productCode"]}" == productCode && $"{l["state"]}" != "Withdrawn"))
        {
            var proposed = await ImposeAsync(Id(old!), "withdrawal");
            _ = (await vtf.Auditor.SendAsync(
                HttpMethod.Post, $"{Api}/brand/licences/{Id(old!)}/approval", null, ifMatch: Tag(proposed))).Ok;
        }

        var terms = new { memberId = vtf.Firms["F1"], from = Day(0), productCode, until = Day(700), reason = "Try." };
        var granted = (await vtf.Manager.PostAsync($"{Api}/brand/licences", terms)).Ok;
        (target["id"], target["If-Match"]) = (Id(granted), Tag(granted));
        if (step == "suspension")
        {
            await ImposeAsync(Id(granted), "warnings");
        }

        if (step is "withdrawal" or "restoration")
        {
            await ImposeAsync(Id(granted), "warnings");
            var proposed = await ImposeAsync(Id(granted), "suspension");
            _ = (await vtf.Auditor.SendAsync(
                HttpMethod.Post, $"{Api}/brand/licences/{Id(granted)}/approval", null, ifMatch: Tag(proposed))).Ok;
        }

        if (step is "approval" or "refusal")
        {
            target["If-Match"] = Tag(await ImposeAsync(Id(granted), "withdrawal"));
        }

        async Task<JsonNode> ImposeAsync(string licence, string kind) =>
            (await vtf.Manager.PostAsync($"{Api}/brand/licences/{licence}/{kind}", sanction)).Ok;
    }

    private async Task BuyerAsync(Dictionary<string, string> target)
    {
        var id = await QuotationToTry.BuyerAsync(vtf);
        var person = new { name = "Try", email = $"{Guid.CreateVersion7():N}@{vtf.Domain}" };
        var buyer = (await vtf.Manager.PostAsync($"{Api}/buyers/{id}/contacts", person)).Ok;
        (target["id"], target["contactId"], target["If-Match"]) = ($"{id}", Id(buyer["contacts"]![0]!), Tag(buyer));
    }

    private static string ProductOf(MutatedRequests operation) => $"{operation.Method}-{operation.Path.Split('/')[^1].Trim('{', '}')}";

    private static string Id(JsonNode thing) => thing["id"]!.GetValue<string>();

    private static string Tag(JsonNode thing) => $"\"{thing["version"]}\"";
}
