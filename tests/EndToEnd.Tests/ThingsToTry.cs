using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>Targets for requests: real things of one consortium, in a state in which the operation could succeed.</summary>
internal sealed class ThingsToTry(FurnitureConsortium vtf)
{
    /// <summary>A placeholder that becomes a different text in each request, such as a code that must be unique.</summary>
    public const string Unique = "unique-text";

    private const string Password = FurnitureConsortium.Password;

    private readonly MarketingToTry _marketing = new(vtf);
    private readonly FairsToTry _fairs = new(vtf);
    private Guid _answered;

    /// <summary>Replaces what an example names by things that exist.</summary>
    public async Task<Func<JsonNode, JsonNode>> FillAsync(MutatedRequests operation)
    {
        var together = operation.Path.EndsWith("/allocation-runs", StringComparison.Ordinal);
        Guid[] orders = together ? [await OrderAsync("held"), await OrderAsync("held")] : [];
        var firm = operation.Path.EndsWith("/capacity-declarations", StringComparison.Ordinal) ? await AdmitAsync() : vtf.Firms["F1"];
        var (last, isMarketing) = (operation.Path.Split('/')[^1], operation.Path.StartsWith("/api/marketing/", StringComparison.Ordinal));
        var what = operation.Path.Split('/')[3];
        var buyer = last is "quotations" or "merges" ? await QuotationToTry.BuyerAsync(vtf) : default;
        var sheet = operation.Path.Contains("/product-names/", StringComparison.Ordinal) ? await _marketing.ChairAsync() : null;
        var link = last == "visits" ? await _marketing.LinkAsync() : null;
        var offers = last == "offer-answers" ? await OpenOffersAsync() : [];
        var lead = last == "assignments" ? await _marketing.LeadAsync(isAssigned: false) : null;
        var invitation = last == "acceptance" && what == "invitations" ? await InviteAsync() : null;
        var soon = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(2);
        return example =>
        {
            var firms = new Queue<Guid>([firm, vtf.Firms.GetValueOrDefault("F2", firm)]);
            var (products, open) = (0, new Queue<string>(offers));
            Fill(example);
            return example;

            void Fill(JsonNode? node)
            {
                foreach (var element in (node as JsonArray) ?? [])
                {
                    Fill(element);
                }

                foreach (var (name, value) in (node as JsonObject)?.ToList() ?? [])
                {
                    node![name] = name switch
                    {
                        "offerId" when open.TryDequeue(out var offer) => offer,
                        "memberId" => firms.TryDequeue(out var next) ? next : firm,
                        "members" or "withoutMembers" => new JsonArray(firm),
                        "orderIds" => new JsonArray([.. orders.Select(order => (JsonNode)order)]),
                        "buyerId" when buyer != default => buyer,
                        "closesAt" or "commitUntil" => soon,
                        "day" when operation.Path.StartsWith("/api/tradefairs/", StringComparison.Ordinal) => $"{MarketingToTry.Day(100):O}",
                        "until" when last == "decision" => soon,
                        "validUntil" when last == "versions" => soon,
                        "appealUntil" or "effectiveOn" => $"{MarketingToTry.Day(30):O}",
                        "soldOn" or "invoiceDate" => $"{MarketingToTry.Day(-1):O}",
                        "until" when operation.Path.EndsWith("/licences/{id}", StringComparison.Ordinal) => $"{MarketingToTry.Day(1000):O}",
                        "sheetId" when sheet is not null => sheet,
                        "token" when link is not null => link["token"]!.DeepClone(),
                        "leadIds" when lead is not null => new JsonArray(lead),
                        "reason" when last == "assignment" => "Try.",
                        "company" or "buyerName" or "invoiceNumber" when isMarketing => Unique,
                        "name" when operation.Path.EndsWith("/buyers/{id}", StringComparison.Ordinal) => Unique,
                        "code" => Unique,
                        "productCode" => products++ == 0 ? "TK-12" : "TB-03",
                        "email" when operation.Path.EndsWith("/tokens", StringComparison.Ordinal) => $"manager@{vtf.Domain}",
                        "email" => $"{Unique}@{vtf.Domain}",
                        "password" => Password,
                        "currentPassword" => "not the password",   // the right one would end the session of who tries
                        "secret" when invitation is not null => invitation["secret"]!.DeepClone(),
                        "leaked" => false,   // true would invalidate everybody's tokens
                        _ => value?.DeepClone(),
                    };
                    Fill(node[name]);
                }
            }
        };
    }

    /// <summary>A value for each part of the path in braces, and the version to send; new each time, since the last may be used up.</summary>
    public async Task<IReadOnlyDictionary<string, string>> TargetAsync(MutatedRequests operation)
    {
        var path = operation.Path;
        var target = new Dictionary<string, string> { ["lineId"] = "1", ["version"] = "1" };
        if (path.Contains("/products/{code}", StringComparison.Ordinal))
        {
            target["code"] = operation.IsSafe ? "TK-12" : await ProductAsync(retired: operation.Method == HttpMethod.Delete);
            target["If-Match"] = "\"1\"";
        }

        if (path.EndsWith("/home-market/approval", StringComparison.Ordinal))
        {
            // Whether something is proposed there depends on what others try beside it.
            target["If-Match"] = $"\"{(await vtf.Manager.GetAsync("/api/marketing/home-market")).Ok["version"]}\"";
        }

        if (path.Split('/')[^1] is "home-market" or "working-days" || path.EndsWith("/catalogue/settings", StringComparison.Ordinal))
        {
            target["If-Match"] = $"\"{(await vtf.Manager.GetAsync(path)).Ok["version"]}\"";
        }

        if (path.StartsWith("/api/marketing/", StringComparison.Ordinal) && path.Contains('{'))
        {
            await _marketing.FillAsync(target, operation);
        }

        if (path.StartsWith("/api/tradefairs/", StringComparison.Ordinal))
        {
            await _fairs.FillAsync(target, operation);
        }

        if (path.Contains("/markets/{country}", StringComparison.Ordinal))
        {
            var (country, version) = await CampaignToTry.MarketAsync(operation, vtf);
            (target["country"], target["If-Match"]) = (country, $"\"{version}\"");
        }

        if (path.Contains("/public/quotations/{token}", StringComparison.Ordinal))
        {
            target["token"] = (await QuotationToTry.MakeAsync(vtf, asked: true, issued: true)).Token;
        }

        if (path.Contains("{secret}", StringComparison.Ordinal))
        {
            target["secret"] = (await InviteAsync())["secret"]!.GetValue<string>();
        }

        if (!path.Contains("{id}", StringComparison.Ordinal))
        {
            return target;
        }

        var what = path.Split('/');
        switch (what[3])
        {
            case "orders" when what[^1] == "offer-answers":
                target["id"] = $"{_answered}";   // the same answers again are the same
                break;
            case "orders":
                var order = await OrderAsync(what[^1] switch
                {
                    "product" or "screening-decisions" => "placed",
                    "acceptance" => "cleared",
                    "decision" => "in question",
                    "file" => "imported",
                    _ => "held",
                });
                target["number"] = "1";
                target["id"] = $"{order}";
                target["If-Match"] = "\"1\"";
                if (path.Contains("{splitId}", StringComparison.Ordinal))
                {
                    var parts = new[] { new { memberId = vtf.Firms["F1"], quantity = 40 } };
                    var split = await vtf.Manager.PostAsync($"/api/allocation/orders/{order}/lines/1/splits-by-hand", new { parts, reason = "Try." });
                    target["splitId"] = split.Ok["splitId"]!.GetValue<string>();
                }

                break;
            case "offers":
                target["id"] = $"{(await OffersAsync())["F1"].Id}";
                break;
            case "price-invitations":
                target["id"] = await InvitationAsync();
                break;
            case "open-calls":
                var open = await OrderAsync("held");
                var before = await CallsAsync();
                var call = new { quantity = 10, members = new[] { vtf.Firms["F1"] }, reason = "Try." };
                var called = (await vtf.Manager.PostAsync($"/api/allocation/orders/{open}/lines/1/open-calls", call)).Ok;
                var exception = called["lines"]![0]!["splitsByHand"]![0]!["splitId"]!.GetValue<string>();
                _ = (await vtf.Auditor.PostAsync($"/api/allocation/orders/{open}/exceptions/{exception}/approval", new { })).Ok;
                target["id"] = (await CallsAsync()).Except(before).First();
                break;
            case "quotations":
                var quotation = await QuotationToTry.MakeAsync(vtf, asked: false, issued: what[^1] is not ("price-rounds" or "terms"));
                target["id"] = $"{quotation.Id}";
                if (path.Contains("{roundId}", StringComparison.Ordinal))
                {
                    target["roundId"] = await quotation.ProposeAsync();
                }

                target["If-Match"] = quotation.IfMatch;

                break;
            case "campaigns" or "missions" or "mission-meetings" or "market-studies":
                await CampaignToTry.FillAsync(target, operation, vtf);
                break;
            case "quotation-prices":
                target["id"] = (await QuotationToTry.MakeAsync(vtf, asked: true, issued: false)).PriceId;
                break;
            case "ratings":
                target["id"] = (await vtf.Manager.PostAsync("/api/allocation/ratings", new
                {
                    memberId = vtf.Firms["F1"], productFamily = "chairs", kind = "Quality", score = 90, evidence = "Try.",
                })).Ok["ratingId"]!.GetValue<string>();
                break;
            case "members":
                target["id"] = $"{(operation.IsSafe ? vtf.Firms["F1"] : await AdmitAsync())}";
                target["If-Match"] = "\"0\"";
                if (what[^1] == "approval" || (what[^1] == "departure" && operation.Method == HttpMethod.Delete))
                {
                    _ = (await vtf.Manager.PostAsync($"/api/membership/members/{target["id"]}/departure", new { reason = "Try." })).Ok;
                }

                break;
            case "accounts":
                target["id"] = what[^1] == "password" ? await AccountAsync("sales") : await ColleagueAsync();
                break;
            case "invitations":
                target["id"] = (await vtf.Manager.PostAsync("/api/membership/invitations", new
                {
                    email = $"{Guid.CreateVersion7():N}@{vtf.Domain}", role = "ConsortiumManager",
                })).Ok["id"]!.GetValue<string>();
                break;
            case "account":
                target["id"] = await SessionAsync();
                break;
            case "consortia":
                target["id"] = $"{vtf.Id}";
                break;
        }

        return target;
    }

    private async Task<Guid> OrderAsync(string state)
    {
        if (state == "in question")
        {
            var inQuestion = JsonSerializer.SerializeToNode(FurnitureConsortium.OrderOf(100))!;
            inQuestion["unmapped"] = new JsonArray(new JsonObject { ["path"] = "/Order/OrderLine/Colour", ["value"] = "Green" });
            return (await vtf.Manager.PostAsync("/api/allocation/orders", inQuestion)).Ok["orderId"]!.GetValue<Guid>();
        }

        if (state == "imported")
        {
            using var file = new StringContent(await FurnitureConsortium.OrderFileAsync(), Encoding.UTF8, "application/xml");
            return (await vtf.Manager.PostAsync("/api/allocation/orders/ubl", file)).Ok["orderId"]!.GetValue<Guid>();
        }

        var order = await vtf.PlaceAsync(100);
        if (state is "cleared" or "held")
        {
            await vtf.ClearAsync(order);
        }

        if (state == "held")
        {
            await vtf.AcceptAsync(order, hold: true);
        }

        return order;
    }

    private async Task<Dictionary<string, (Guid Id, long Quantity)>> OffersAsync()
    {
        var order = await OrderAsync("cleared");
        await vtf.AcceptAsync(order);
        return await vtf.OffersAsync(order, 1);
    }

    // A firm's two open offers of an order.
    private async Task<List<string>> OpenOffersAsync()
    {
        _answered = await vtf.PlaceAsync([100, 100]);
        await vtf.ClearAsync(_answered);
        await vtf.AcceptAsync(_answered);
        JsonArray offers = [];
        await Eventually.Holds("the firm has two offers", async () =>
            (offers = (await vtf["F1"].GetAsync($"/api/allocation/offers?orderId={_answered}")).Ok["offers"]!.AsArray()).Count == 2);
        return offers.Select(offer => offer!["offerId"]!.GetValue<string>()).ToList();
    }

    private async Task<string> InvitationAsync()
    {
        var order = (await vtf.Manager.PostAsync("/api/allocation/orders", FurnitureConsortium.OrderOf(1, "TB-03"))).Ok["orderId"]!.GetValue<Guid>();
        await vtf.ClearAsync(order);
        await vtf.AcceptAsync(order);
        JsonArray invitations = [];
        await Eventually.Holds("the firm is asked for a price", async () =>
            (invitations = (await vtf["F4"].GetAsync($"/api/allocation/price-invitations?orderId={order}")).Ok["invitations"]!.AsArray()).Count == 1);
        return invitations[0]!["invitationId"]!.GetValue<string>();
    }

    private async Task<List<string>> CallsAsync() =>
        [.. (await vtf["F1"].GetAsync("/api/allocation/open-calls")).Ok.AsArray().Select(call => call!["callId"]!.GetValue<string>())];

    // The first firm invites a colleague.
    private async Task<JsonNode> InviteAsync() => (await vtf["F1"].PostAsync("/api/membership/invitations", new
    {
        email = $"{Guid.CreateVersion7():N}@{vtf.Domain}", role = "MemberUser",
    })).Ok;

    private async Task<string> ColleagueAsync() =>
        $"{await Invited.FollowAsync(vtf.Manager.AskMembershipAsync, await InviteAsync(), Password)}";

    private async Task<string> AccountAsync(string person) =>
        (await vtf.Manager.GetAsync("/api/membership/accounts")).Ok.AsArray()
        .Single(a => a!["email"]!.GetValue<string>() == $"{person}@{vtf.Domain}")!["id"]!.GetValue<string>();

    // One more session of the second manager, who may end it.
    private async Task<string> SessionAsync()
    {
        using var another = await vtf.SignInAsync("compliance");
        return (await vtf.SecondManager.GetAsync("/api/membership/account/sessions")).Ok.AsArray()
            .First(session => !session!["current"]!.GetValue<bool>())!["id"]!.GetValue<string>();
    }

    private async Task<string> ProductAsync(bool retired)
    {
        var code = $"{Guid.CreateVersion7():N}"[12..];
        await vtf.ListAsync(code, "chairs");
        if (retired)
        {
            _ = (await vtf.Manager.PostAsync($"/api/membership/products/{code}/retirement", new { })).Ok;
        }

        return code;
    }

    private async Task<Guid> AdmitAsync() => (await vtf.Manager.PostAsync("/api/membership/members", new
    {
        code = $"{Guid.CreateVersion7():N}"[12..], name = "One more firm", country = "LA",
    })).Ok["id"]!.GetValue<Guid>();
}
