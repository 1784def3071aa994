using Microsoft.Playwright;

namespace ExportConsortia.EndToEnd.Tests.Pages;

/// <summary>
/// An order from the buyer's file to the answer, by people with browsers: a manager imports it, two people screen the buyer, it is split, four firms
/// answer on their phones (one takes a part, one declines), what is left is offered again, and the manager sends the answer.
/// </summary>
public sealed class OrderInPages(Deployments deployments, Chromium chromium)
{
    /// <summary>How the people use their browsers.</summary>
    public enum Way
    {
        Usual,
        WithoutScript,
        ByKeyboard,
        InVietnamese,
    }

    [Theory]
    [InlineData(Shape.Embedded, Way.Usual)]
    [InlineData(Shape.Distributed, Way.Usual)]
    [InlineData(Shape.Embedded, Way.WithoutScript)]
    [InlineData(Shape.Embedded, Way.ByKeyboard)]
    [InlineData(Shape.Embedded, Way.InVietnamese)]
    public async Task From_the_buyer_s_file_to_the_answer(Shape shape, Way way)
    {
        if (way != Way.Usual)
        {
            Required.Thorough();
        }

        Required.TurnOf((int)shape + 1);

        var deployment = await deployments.OfAsync(shape);
        using var consortium = await FurnitureConsortium.FoundAsync(
            deployment, new Dictionary<string, long> { ["F1"] = 800, ["F2"] = 600, ["F3"] = 400, ["F5"] = 600 });
        await using var manager = await OpenAsync("sales", phone: false);
        await using var second = await OpenAsync("compliance", phone: false);

        // The manager imports the buyer's file and clears the buyer; so does a second person, who accepts the order.
        await manager.Page.GotoAsync("/orders/import");
        await manager.Page.Locator("input[name=files]").SetInputFilesAsync(new FilePayload
        {
            Name = "order.xml", MimeType = "application/xml", Buffer = Encoding.UTF8.GetBytes(await FurnitureConsortium.OrderFileAsync()),
        });
        await manager.PressAsync("form[action='/orders/import'] button[type=submit]");
        await manager.Page.Locator(".notice-good a").WaitForAsync();
        await SeeAsync(manager, "import");
        await manager.PressAsync(".notice-good a");
        await ClearAsync(manager);
        var order = new Uri(manager.Page.Url).AbsolutePath;
        await SeeAsync(manager, "order-screened-once");
        await second.Page.GotoAsync(order);
        await ClearAsync(second);
        await second.PressAsync($"form[action='{order}/acceptance'] button[type=submit]");
        await second.Page.WaitForURLAsync("**?done=accepted");
        await second.UntilAsync(".badge-info");

        // Four firms answer.
        await AnswerAsync("F1", 330, async firm =>
        {
            await firm.PressAsync("details[id$=-all] summary");
            await SeeAsync(firm, "offer-accept");
            await firm.PressAsync("details[id$=-all] button[type=submit]");
        });
        await AnswerAsync("F2", 250, async firm =>
        {
            await firm.PressAsync("details[id$=-part] summary");
            await firm.TypeAsync("input[name=quantity]", "155");
            await firm.PressAsync("details[id$=-part] button[type=submit]");
            await firm.Page.Locator(".errors").WaitForAsync();
            await SeeAsync(firm, "offer-wrong-lot");
            await firm.TypeAsync("input[name=quantity]", "150");
            await firm.PressAsync("details[id$=-part] button[type=submit]");
        });
        await AnswerAsync("F3", 170, async firm =>
        {
            await firm.PressAsync("details[id$=-no] summary");
            await firm.PressAsync("input[name=reason]");
            await SeeAsync(firm, "offer-decline");
            await firm.PressAsync("details[id$=-no] button[type=submit]");
        });
        await AnswerAsync("F5", 250, TakeAsync);

        // What is left is offered again, to those that can still make more, and taken.
        await AnswerAsync("F1", 150, TakeAsync);
        await AnswerAsync("F5", 120, TakeAsync);

        // The manager sees every piece placed, and has the answer to the buyer.
        await manager.Page.ReloadAsync();
        await manager.Page.Locator("a[download]").First.WaitForAsync();
        await SeeAsync(manager, "order-allocated");
        var sent = await manager.Page.RunAndWaitForDownloadAsync(() => manager.PressAsync($"a[href='{order}/answer/file']"));
        var answer = await File.ReadAllTextAsync((await sent.PathAsync())!);
        Assert.Contains("<cbc:OrderResponseCode", answer, StringComparison.Ordinal);
        Assert.Contains("NH-2041", answer, StringComparison.Ordinal);

        async Task<Visitor> OpenAsync(string person, bool phone)
        {
            var visitor = await chromium.OpenAsync(
                deployment.Address, phone, way == Way.InVietnamese ? "vi-VN" : "en-GB", way != Way.WithoutScript, way == Way.ByKeyboard);
            await visitor.SignInAsync($"{person}@{consortium.Domain}", FurnitureConsortium.Password);
            return visitor;
        }

        async Task AnswerAsync(string firm, long offered, Func<Visitor, Task> answer)
        {
            await using var phone = await OpenAsync(firm.ToLowerInvariant(), phone: true);
            await phone.UntilAsync("article.offer .answers");
            Assert.StartsWith(
                $"{offered}", await phone.Page.Locator("article.offer:has(.answers) .figure").First.InnerTextAsync(),
                StringComparison.Ordinal);
            await answer(phone);
            await phone.Page.Locator("article.offer .notice-good").WaitForAsync();
            await SeeAsync(phone, $"offer-answered-{firm}-{offered}");
        }

        // Pictures and rules of every step.
        Task SeeAsync(Visitor visitor, string name) => (shape, way) is (Shape.Embedded, Way.Usual) ? visitor.LookAsync(name) : Task.CompletedTask;
    }

    private static async Task TakeAsync(Visitor firm)
    {
        await firm.PressAsync("details[id$=-all] summary");
        await firm.PressAsync("details[id$=-all] button[type=submit]");
    }

    private static async Task ClearAsync(Visitor person)
    {
        await person.PressAsync("input[name=verdict][value=Clear]");
        await person.TypeAsync("textarea[name=reason]", "EU and UN lists of today: no match.");
        await person.PressAsync("form[action$='/screening'] button[type=submit]");
        await person.Page.WaitForURLAsync("**?done=screened");
    }
}
