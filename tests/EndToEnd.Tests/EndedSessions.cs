namespace ExportConsortia.EndToEnd.Tests;

/// <summary>A lock takes effect in every service, not when access tokens expire.</summary>
public sealed class EndedSessions(Deployments deployments)
{
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(1);

    [Theory, InlineData(Shape.Embedded), InlineData(Shape.Distributed)]
    public async Task Who_is_locked_is_out_of_all_services_within_a_minute_and_nobody_else(Shape shape)
    {
        using var vtf = await FurnitureConsortium.FoundAsync(await deployments.OfAsync(shape));
        var invited = (await vtf["F1"].AskMembershipAsync("invitations", new { email = $"spy@{vtf.Domain}", role = "MemberUser" })).Ok;
        var spy = await Invited.FollowAsync(vtf["F1"].AskMembershipAsync, invited, FurnitureConsortium.Password);
        using var session = await vtf.SignInAsync("spy");
        string[] services = [.. Checkout.Current.Services.Select(service => service.Name)];
        foreach (var service in services)
        {
            Assert.Equal(HttpStatusCode.OK, (await session.GetAsync($"/api/{service}/traces")).Status);
        }

        _ = (await vtf.Manager.AskMembershipAsync($"accounts/{spy}/lock", new { reason = "A spy." })).Ok;

        foreach (var service in services)
        {
            await Eventually.Holds(
                $"{service} refuses the token",
                async () =>
                    await session.GetAsync($"/api/{service}/traces") is { Status: HttpStatusCode.Unauthorized, Code: "TOKEN_ENDED" },
                AtMost);
            Assert.Equal(HttpStatusCode.OK, (await vtf["F1"].GetAsync($"/api/{service}/traces")).Status);
            Assert.Equal(HttpStatusCode.OK, (await vtf.Manager.GetAsync($"/api/{service}/traces")).Status);
        }
    }
}
