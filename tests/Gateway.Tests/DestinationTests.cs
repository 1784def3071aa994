using System.Text.Json.Nodes;

namespace ExportConsortia.Gateway.Tests;

/// <summary>What happens when a service, or one of its replicas, is down.</summary>
public sealed class DestinationTests
{
    [Fact]
    public async Task A_service_that_is_down_is_unavailable_and_the_others_are_not()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.Allocation.DisposeAsync();
        using var answer = await gateway.SendSignedInAsync("/api/allocation/orders");

        await RunningGateway.IsProblemAsync(answer, HttpStatusCode.BadGateway, "UNAVAILABLE");
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        using var other = await gateway.SendSignedInAsync("/api/membership/firms");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task An_operator_sees_every_replica_and_which_are_ready()
    {
        await using var gateway = await RunningGateway.StartAsync(twoAllocations: true);
        gateway.SecondAllocation.IsReady = false;
        await Eventually.Holds("one replica of Allocation is ready and the other is not", async () =>
        {
            using var answer = await gateway.SendAsync("/api/gateway/status", token: gateway.Issuer.Token(role: "Operator"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var status = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.NotEmpty(status["version"]!.GetValue<string>());
            Assert.NotEmpty(status["replica"]!.GetValue<string>());
            var services = status["services"]!.AsArray();
            Assert.Equal(Checkout.Current.Services.Select(s => s.Name).Order(), services.Select(s => s!["name"]!.GetValue<string>()));
            var allocation = services.Single(s => s!["name"]!.GetValue<string>() == "allocation")!;
            var health = allocation["replicas"]!.AsArray().ToDictionary(r => r!["address"]!.GetValue<string>(), r => $"{r!["health"]}");
            return allocation["ready"]!.GetValue<bool>()
                && health[gateway.Allocation.Address] == "Healthy" && health[gateway.SecondAllocation.Address] == "Unhealthy";
        });
        using var manager = await gateway.SendSignedInAsync("/api/gateway/status");
        await RunningGateway.IsProblemAsync(manager, HttpStatusCode.Forbidden, "NOT_ALLOWED");
        using var nobody = await gateway.SendAsync("/api/gateway/status");
        await RunningGateway.IsProblemAsync(nobody, HttpStatusCode.Unauthorized, "NOT_SIGNED_IN");
    }

    [Fact]
    public async Task An_operator_whose_session_has_ended_sees_no_replica()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var token = gateway.Issuer.Token(role: "Operator");
        gateway.Membership.Answer = http =>
        {
            http.Response.StatusCode = http.Request.Headers.Authorization == $"Bearer {token}" ? 401 : 200;
            return Task.CompletedTask;
        };

        await Eventually.Holds("the gateway asks Membership", async () =>
        {
            using var ended = await gateway.SendAsync("/api/gateway/status", token: token);
            return ended.StatusCode == HttpStatusCode.Unauthorized;
        });
        using var answer = await gateway.SendAsync("/api/gateway/status", token: token);
        await RunningGateway.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "TOKEN_ENDED");

        // Without Membership the token is enough: the page says that it is away.
        await gateway.Membership.DisposeAsync();
        using var away = await gateway.SendAsync("/api/gateway/status", token: token);
        Assert.Equal(HttpStatusCode.OK, away.StatusCode);
    }

    [Fact]
    public async Task Replicas_share_the_requests()
    {
        await using var gateway = await RunningGateway.StartAsync(twoAllocations: true);

        await Eventually.Holds("both replicas got requests", async () =>
        {
            using var answer = await gateway.SendSignedInAsync("/api/allocation/orders");
            return gateway.Allocation.Requests.Count > 0 && gateway.SecondAllocation.Requests.Count > 0;
        });
    }

    [Fact]
    public async Task When_one_of_two_replicas_dies_the_other_takes_over()
    {
        await using var gateway = await RunningGateway.StartAsync(twoAllocations: true);
        await IsReadyAsync(gateway);
        await gateway.Allocation.DisposeAsync();

        await Eventually.Holds("20 requests in a row are answered", () => AllAnsweredAsync(gateway));
    }

    [Fact]
    public async Task A_replica_that_is_not_ready_gets_no_requests_while_another_is()
    {
        await using var gateway = await RunningGateway.StartAsync(twoAllocations: true);
        await IsReadyAsync(gateway);
        gateway.Allocation.IsReady = false;

        await Eventually.Holds("20 requests in a row go to the ready one", async () =>
        {
            var before = gateway.Allocation.Requests.Count;
            return await AllAnsweredAsync(gateway) && gateway.Allocation.Requests.Count == before;
        });
        gateway.Allocation.IsReady = true;
        var served = gateway.Allocation.Requests.Count;
        await Eventually.Holds("it gets requests again when it is ready again", async () =>
        {
            await AllAnsweredAsync(gateway);
            return gateway.Allocation.Requests.Count > served;
        });
    }

    [Fact]
    public async Task The_gateway_is_ready_while_each_service_has_a_ready_replica_and_forwards_requests_even_if_not()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await IsReadyAsync(gateway);
        gateway.Allocation.IsReady = false;

        await Eventually.Holds("the gateway is not ready", async () =>
        {
            using var ready = await gateway.SendAsync("/health/ready");
            return ready.StatusCode == HttpStatusCode.ServiceUnavailable
                && (await ready.Content.ReadAsStringAsync()).Contains("Not ready: allocation.", StringComparison.Ordinal);
        });
        using var live = await gateway.SendAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        using var answer = await gateway.SendSignedInAsync("/api/allocation/orders");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task While_the_issuer_s_keys_are_unavailable_a_token_is_not_rejected_as_invalid()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.Membership.DisposeAsync();
        using var answer = await gateway.SendSignedInAsync("/api/allocation/orders");

        await RunningGateway.IsProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "UNAVAILABLE");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Empty(gateway.Allocation.Requests);
    }

    private static Task IsReadyAsync(RunningGateway gateway) => Eventually.Holds("the gateway is ready", async () =>
    {
        using var ready = await gateway.SendAsync("/health/ready");
        return ready.StatusCode == HttpStatusCode.OK;
    });

    private static async Task<bool> AllAnsweredAsync(RunningGateway gateway)
    {
        for (var i = 0; i < 20; i++)
        {
            using var answer = await gateway.SendSignedInAsync("/api/allocation/orders");
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                return false;
            }
        }

        return true;
    }
}
