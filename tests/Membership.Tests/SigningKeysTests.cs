using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using ExportConsortia.Platform;

namespace ExportConsortia.Membership.Tests;

public sealed class SigningKeysTests(Installations installations)
{
    [Theory, EachShape]
    public async Task A_token_is_good_after_a_restart(Shape shape)
    {
        await using var installation = await installations.Fresh(shape);
        var vtf = await installation.Found();

        await installation.Restart();

        (await vtf.Manager.Get("members")).Expect(HttpStatusCode.OK);
        Assert.Equal(vtf.Manager.KeyId, installation.Operator.KeyId);
    }

    [Fact]
    public async Task Two_replicas_sign_with_one_key()
    {
        var data = installations.NewData(Shape.Distributed);
        await using var one = installations.On(data);
        await one.Start();
        await using var two = installations.On(data);
        await two.Start();

        Assert.Equal(one.Operator.KeyId, two.Operator.KeyId);
        (await new User(two, Tokens(one.Operator)).Get("consortia")).Expect(HttpStatusCode.OK);
    }

    [Theory, EachShape]
    public async Task Keys_rotate_every_thirty_days_without_interruption(Shape shape)
    {
        await using var installation = await installations.Fresh(shape);
        var first = installation.Operator.KeyId;

        installation.Clock.MoveOn(TimeSpan.FromDays(29));
        var before = await installation.SignIn(installation.Operator.Email);
        Assert.Equal(first, before.KeyId);
        Assert.Equal(2, (await Published(installation)).Count);

        installation.Clock.MoveOn(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(-5));
        var last = await installation.SignIn(installation.Operator.Email);
        Assert.Equal(first, last.KeyId);
        installation.Clock.MoveOn(TimeSpan.FromMinutes(6));
        var next = await installation.SignIn(installation.Operator.Email);
        Assert.NotEqual(first, next.KeyId);
        (await last.Get("consortia")).Expect(HttpStatusCode.OK);
        (await next.Get("consortia")).Expect(HttpStatusCode.OK);

        installation.Clock.MoveOn(TimeSpan.FromMinutes(25));
        Assert.Equal([next.KeyId], await Published(installation));
    }

    [Theory, EachShape]
    public async Task A_leaked_key_is_withdrawn_at_once(Shape shape)
    {
        await using var installation = await installations.Fresh(shape);
        var vtf = await installation.Found();
        (await vtf.Manager.Post("signing-keys", new { leaked = true })).ExpectProblem(403, "NOT_ALLOWED");

        var key = (await installation.Operator.Post("signing-keys", new { leaked = true })).Expect(HttpStatusCode.Created);

        (await vtf.Manager.Get("members")).ExpectProblem(401, "NOT_SIGNED_IN");
        var refreshed = (await installation.Anybody.Post("tokens/refresh", new { refreshToken = vtf.Manager.RefreshToken }))
            .Expect(HttpStatusCode.OK);
        (await new User(installation, refreshed).Get("members")).Expect(HttpStatusCode.OK);
        Assert.Equal([key["keyId"]!.GetValue<string>()], await Published(installation));
    }

    [Theory, EachShape]
    public async Task An_operator_changes_the_key_with_a_days_notice(Shape shape)
    {
        await using var installation = await installations.Fresh(shape);
        var key = (await installation.Operator.Post("signing-keys", new { })).Expect(HttpStatusCode.Created)["keyId"]!.GetValue<string>();

        Assert.Contains(key, await Published(installation));
        Assert.NotEqual(key, (await installation.SignIn(installation.Operator.Email)).KeyId);
        (await installation.Operator.Post("signing-keys", new { })).ExpectProblem(409, "ROTATION_PENDING");
        installation.Clock.MoveOn(TimeSpan.FromDays(1));
        Assert.Equal(key, (await installation.SignIn(installation.Operator.Email)).KeyId);
    }

    [Fact]
    public async Task The_OpenID_configuration_names_our_public_address_whatever_the_host_header_says()
    {
        await using var installation = await installations.Fresh(
            Shape.Embedded, ("Auth:Issuer", "https://consortium.example/export/"));
        var configuration = (await installation.Anybody.Send(
            HttpMethod.Get, "/.well-known/openid-configuration", null, ("Host", "other.example"))).Expect(HttpStatusCode.OK);

        Assert.Equal("https://consortium.example/export/", configuration["issuer"]!.GetValue<string>());
        Assert.Equal("https://consortium.example/export/.well-known/jwks.json", configuration["jwks_uri"]!.GetValue<string>());
        Assert.Equal("https://consortium.example/export/api/membership/tokens", configuration["token_endpoint"]!.GetValue<string>());
        var key = (await installation.Anybody.Get("/.well-known/jwks.json")).Json["keys"]![0]!;
        Assert.Equal(("EC", "P-256", "ES256", "sig"), (Of("kty"), Of("crv"), Of("alg"), Of("use")));
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));

        string Of(string name) => key[name]!.GetValue<string>();
    }

    [Fact]
    public async Task The_key_secret_must_stay_the_same()
    {
        await using var installation = await installations.Fresh(Shape.Embedded);
        await installation.Stop();

        installation.Settings["Membership:KeySecret"] = "another secret of enough characters";
        var wrong = await Assert.ThrowsAsync<WrongSettingException>(installation.Start);
        Assert.StartsWith("Membership:KeySecret", wrong.Message, StringComparison.Ordinal);
        installation.Settings.Remove("Membership:KeySecret");
        await installation.Start();
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task Only_the_owner_can_read_the_data_folder_even_if_others_could_before()
    {
        const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var installation = installations.On(installations.NewData(Shape.Embedded));
        await installation.Data.Prepare();
        var folder = installation.Settings["Data:Folder"] = Path.Combine(installation.Data.Folder, "data");
        await installation.Start();
        Assert.Equal(Owners | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        AllAreOwners();

        await installation.Stop();
        File.SetUnixFileMode(Path.Combine(folder, "membership.db"), Owners | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await installation.Start();
        AllAreOwners();

        void AllAreOwners()
        {
            var files = Directory.GetFiles(folder);
            Assert.Superset(
                new HashSet<string?> { "membership.key", "membership.db", "membership.db-wal", "membership.db-shm" },
                files.Select(Path.GetFileName).ToHashSet());
            Assert.All(files, file => Assert.Equal(Owners, File.GetUnixFileMode(file)));
        }
    }

    [Theory]
    [InlineData("Membership:Operator:Password", "Membership:Operator:Password=short")]
    [InlineData("Membership:Operator:Email", "Membership:Operator:Email=nobody")]
    [InlineData("Membership:KeySecret", "Membership:KeySecret=short")]
    [InlineData("Auth:Issuer", "Auth:Issuer=consortium.example")]
    [InlineData("Membership:KeySecret", "ConnectionStrings:rabbitmq=amqp://127.0.0.1:1/", "ConnectionStrings:membership=Host=127.0.0.1;Port=1")]
    public async Task A_wrong_setting_stops_the_start_with_an_explanation(string setting, params string[] settings)
    {
        var wrong = await Assert.ThrowsAsync<WrongSettingException>(() => installations.Fresh(
            Shape.Embedded, [.. settings.Select(s => s.Split('=', 2)).Select(s => (s[0], s[1]))]));

        Assert.Contains(setting, wrong.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static JsonObject Tokens(User person) => new() { ["accessToken"] = person.AccessToken };

    private static async Task<List<string>> Published(Installation installation) =>
        [.. (await installation.Anybody.Get("/.well-known/jwks.json")).Json["keys"]!.AsArray().Select(k => k!["kid"]!.GetValue<string>())];
}
