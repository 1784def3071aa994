namespace ExportConsortia.EndToEnd.Tests.Pages;

/// <summary>Somebody opens the platform's address.</summary>
public sealed class SignInLook(Deployments deployments, Chromium chromium)
{
    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task The_address_leads_to_sign_in_and_from_there_to_where_one_belongs_until_one_signs_out(Shape shape)
    {
        var deployment = await deployments.OfAsync(shape);
        using var consortium = await FurnitureConsortium.FoundAsync(deployment);
        await using var firm = await chromium.OpenAsync(deployment.Address, phone: true);

        await firm.Page.GotoAsync("/");
        Assert.EndsWith("/sign-in?to=%2F", firm.Page.Url, StringComparison.Ordinal);
        await firm.LookAsync("sign-in");
        await firm.Page.Locator("main button[type=submit]").ClickAsync();
        await firm.Page.Locator(".errors").WaitForAsync();
        await firm.LookAsync("sign-in-errors");
        await firm.SignInAsync($"f1@{consortium.Domain}", FurnitureConsortium.Password);

        Assert.EndsWith("/offers", firm.Page.Url, StringComparison.Ordinal);
        await firm.LookAsync("offers-empty");

        await firm.PressAsync("details:has(form[action='/sign-out']) > summary");
        await firm.PressAsync("form[action='/sign-out'] button");
        await firm.Page.WaitForURLAsync("**/sign-in");
        await firm.Page.GotoAsync("/offers");
        Assert.EndsWith("/sign-in?to=%2Foffers", firm.Page.Url, StringComparison.Ordinal);
    }
}
