using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Gateway.Tests;

/// <summary>The gateway lets through only callers with a valid token that Membership signed for us.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private RunningGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await RunningGateway.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("GET", "/api/allocation/orders", "*/*")]
    [InlineData("GET", "/api/allocation/orders", "application/xml")]
    [InlineData("POST", "/api/allocation/openapi.json", "*/*")]
    [InlineData("GET", "/api/membership/tokens", "*/*")]
    [InlineData("POST", "/api/membership/tokens/other", "*/*")]
    [InlineData("POST", "/api/membership/accounts", "*/*")]
    [InlineData("POST", "/api/membership/accounts/email-confirmation", "*/*")]
    public async Task Without_a_token_no_request_passes(string method, string path, string accept)
    {
        using var answer = await _gateway.SendAsync(path, new HttpMethod(method), headers: h => h.Add("Accept", accept));

        await RunningGateway.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "NOT_SIGNED_IN");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Empty(_gateway.Allocation.Requests);
        Assert.Empty(_gateway.Membership.Requests);
    }

    [Fact]
    public async Task A_valid_token_passes()
    {
        using var answer = await _gateway.SendAsync("/api/allocation/orders", token: _gateway.Issuer.Token());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public Task An_expired_token_is_refused() => IsRefusedAsync(_gateway.Issuer.Token(expiresInMinutes: -1));

    [Fact]
    public Task A_token_for_another_audience_is_refused() => IsRefusedAsync(_gateway.Issuer.Token(audience: "another"));

    [Fact]
    public Task A_token_of_another_issuer_is_refused() => IsRefusedAsync(_gateway.Issuer.Token(issuer: "http://other.example"));

    [Fact]
    public Task A_token_without_signature_is_refused() => IsRefusedAsync(_gateway.Issuer.UnsignedToken());

    [Fact]
    public async Task A_token_signed_with_another_key_of_the_same_name_is_refused()
    {
        using var forger = new Issuer { KeyId = _gateway.Issuer.KeyId };

        await IsRefusedAsync(forger.Token());
    }

    [Fact]
    public Task A_token_that_uses_the_public_key_as_a_shared_secret_is_refused() => IsRefusedAsync(_gateway.Issuer.Token(
        signing: new SigningCredentials(new SymmetricSecurityKey(_gateway.Issuer.PublicKeyPem) { KeyId = _gateway.Issuer.KeyId }, "HS256")));

    [Fact]
    public async Task A_token_with_changed_content_is_refused()
    {
        var mine = _gateway.Issuer.Token().Split('.');
        var other = _gateway.Issuer.Token().Split('.');

        await IsRefusedAsync($"{mine[0]}.{other[1]}.{mine[2]}");
    }

    [Fact]
    public Task Text_that_is_not_a_token_is_refused() => IsRefusedAsync("x.y.z");

    private async Task IsRefusedAsync(string token)
    {
        // The gateway has the key by then: it refuses because of the token.
        using (var known = await _gateway.SendSignedInAsync("/api/membership/firms"))
        {
            Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        }

        using var answer = await _gateway.SendAsync("/api/allocation/orders", token: token);

        await RunningGateway.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "NOT_SIGNED_IN");
        Assert.Empty(_gateway.Allocation.Requests);
    }
}
