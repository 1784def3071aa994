using System.Runtime.Versioning;
using ExportConsortia.Platform;

namespace ExportConsortia.Membership.Tests;

public sealed class SigningKeysTests(Stores stores)
{
    [Theory, EachStore]
    public async Task A_token_is_good_after_a_restart(Store store)
    {
        await using var installation = await stores.Fresh(store);
        var vtf = await installation.Found();

        await installation.Stop();
        await installation.StartAgain();

        (await new Person(installation.Http, Tokens(vtf.Manager)).Get("members")).Expect(HttpStatusCode.OK);
        Assert.Equal(vtf.Manager.KeyId, installation.Operator.KeyId);
    }

    [Fact]
    public async Task Two_replicas_sign_with_one_key()
    {
        var postgres = await stores.Database(Store.PostgreSql);
        await using var one = await Installation.Start(postgres);

        // The second replica has the first one's secret, as a distributed installation has by configuration.
        var folder = Directory.CreateTempSubdirectory("exportconsortia-membership-").FullName;
        File.Copy(Path.Combine(one.Folder, "membership.key"), Path.Combine(folder, "membership.key"));
        await using var two = await Installation.Start(postgres, folder);

        Assert.Equal(one.Operator.KeyId, two.Operator.KeyId);
        (await new Person(two.Http, Tokens(one.Operator)).Get("consortia")).Expect(HttpStatusCode.OK);
    }

    [Theory, EachStore]
    public async Task Keys_change_every_thirty_days_and_nobody_notices(Store store)
    {
        await using var installation = await stores.Fresh(store);
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

    [Theory, EachStore]
    public async Task A_leaked_key_is_withdrawn_at_once(Store store)
    {
        await using var installation = await stores.Fresh(store);
        var vtf = await installation.Found();
        (await vtf.Manager.Post("signing-keys", new { leaked = true })).ExpectProblem(403, "NOT_ALLOWED");

        var key = (await installation.Operator.Post("signing-keys", new { leaked = true })).Expect(HttpStatusCode.Created);

        (await vtf.Manager.Get("members")).ExpectProblem(401, "NOT_SIGNED_IN");
        var refreshed = (await installation.Anybody.Post("tokens/refresh", new { refreshToken = vtf.Manager.RefreshToken })).Expect(HttpStatusCode.OK);
        (await new Person(installation.Http, refreshed).Get("members")).Expect(HttpStatusCode.OK);
        Assert.Equal([key["keyId"]!.GetValue<string>()], await Published(installation));
    }

    [Theory, EachStore]
    public async Task An_operator_changes_the_key_with_a_days_notice(Store store)
    {
        await using var installation = await stores.Fresh(store);
        var key = (await installation.Operator.Post("signing-keys", new { })).Expect(HttpStatusCode.Created)["keyId"]!.GetValue<string>();

        Assert.Contains(key, await Published(installation));
        Assert.NotEqual(key, (await installation.SignIn(installation.Operator.Email)).KeyId);
        (await installation.Operator.Post("signing-keys", new { })).ExpectProblem(409, "ROTATION_PENDING");
        installation.Clock.MoveOn(TimeSpan.FromDays(1));
        Assert.Equal(key, (await installation.SignIn(installation.Operator.Email)).KeyId);
    }

    [Fact]
    public async Task The_world_reads_how_to_check_our_tokens_at_our_public_address_whatever_it_was_asked_at()
    {
        await using var installation = await Installation.Start(null, null, "--Auth:Issuer=https://consortium.example/export/");
        var configuration = (await installation.Anybody.Send(
            HttpMethod.Get, "/.well-known/openid-configuration", null, ("Host", "other.example"))).Expect(HttpStatusCode.OK);

        Assert.Equal("https://consortium.example/export/", configuration["issuer"]!.GetValue<string>());
        Assert.Equal("https://consortium.example/export/.well-known/jwks.json", configuration["jwks_uri"]!.GetValue<string>());
        Assert.Equal("https://consortium.example/export/api/membership/tokens", configuration["token_endpoint"]!.GetValue<string>());
        var key = (await installation.Anybody.Get("/.well-known/jwks.json")).Body["keys"]![0]!;
        Assert.Equal(("EC", "P-256", "ES256", "sig"), (Of("kty"), Of("crv"), Of("alg"), Of("use")));
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));

        string Of(string name) => key[name]!.GetValue<string>();
    }

    [Fact]
    public async Task The_secret_of_the_keys_must_stay_the_same()
    {
        await using var installation = await stores.Fresh(Store.Sqlite);
        await installation.Stop();

        var wrong = await Assert.ThrowsAsync<WrongSettingException>(() => installation.StartAgain("--Membership:KeySecret=another secret of enough characters"));
        Assert.StartsWith("Membership:KeySecret", wrong.Message, StringComparison.Ordinal);
        await installation.StartAgain();
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task All_that_lies_in_the_data_folder_is_its_owners_only_even_if_it_was_not_before()
    {
        const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var above = Directory.CreateTempSubdirectory("exportconsortia-membership-").FullName;
        var folder = Path.Combine(above, "data");
        await using var installation = await Installation.Start(null, above, $"--Data:Folder={folder}");
        Assert.Equal(Owners | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        AllAreOwners();

        await installation.Stop();
        File.SetUnixFileMode(Path.Combine(folder, "membership.db"), Owners | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await installation.StartAgain($"--Data:Folder={folder}");
        AllAreOwners();

        void AllAreOwners()
        {
            var files = Directory.GetFiles(folder);
            Assert.Superset(new HashSet<string?> { "membership.key", "membership.db", "membership.db-wal", "membership.db-shm" }, files.Select(Path.GetFileName).ToHashSet());
            Assert.All(files, file => Assert.Equal(Owners, File.GetUnixFileMode(file)));
        }
    }

    [Theory]
    [InlineData("Membership:Operator:Password", "--Membership:Operator:Password=short")]
    [InlineData("Membership:Operator:Email", "--Membership:Operator:Email=nobody")]
    [InlineData("Membership:KeySecret", "--Membership:KeySecret=short")]
    [InlineData("Auth:Issuer", "--Auth:Issuer=consortium.example")]
    [InlineData("Membership:KeySecret", "--ConnectionStrings:rabbitmq=amqp://127.0.0.1:1/", "--ConnectionStrings:membership=Host=127.0.0.1;Port=1")]
    public async Task A_wrong_setting_stops_the_start_with_a_sentence(string setting, params string[] settings)
    {
        var wrong = await Assert.ThrowsAsync<WrongSettingException>(() => Installation.Start(null, null, settings));

        Assert.Contains(setting, wrong.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static System.Text.Json.Nodes.JsonObject Tokens(Person person) => new System.Text.Json.Nodes.JsonObject { ["accessToken"] = person.AccessToken };

    private static async Task<List<string>> Published(Installation installation) =>
        [.. (await installation.Anybody.Get("/.well-known/jwks.json")).Body["keys"]!.AsArray().Select(k => k!["kid"]!.GetValue<string>())];
}
