namespace ExportConsortia.Membership.Tests;

/// <summary>A guesser gets nowhere, and no stranger shuts anybody out.</summary>
public sealed class AttemptTests(Installations installations)
{
    private const string Home = "203.0.113.7";

    [Theory, EachShape]
    public async Task A_strangers_wrong_passwords_slow_down_the_stranger_and_never_the_owner(Shape shape)
    {
        var installation = await installations.Fresh(shape, ("Edge:TrustedProxies", "127.0.0.1"));
        var vtf = await installation.Found();
        installation.Clock.StandAt(installation.Clock.Now().AddSeconds(1));
        (await SignIn(installation, vtf.Manager.Email, Home)).Expect(HttpStatusCode.OK);
        foreach (var email in (string[])[vtf.Manager.Email, "nobody@nowhere.example"])
        {
            for (var i = 0; i < 5; i++)
            {
                (await SignIn(installation, email, "198.51.100.1", "wrong")).ExpectProblem(401, "WRONG_CREDENTIALS");
            }

            var slowed = await SignIn(installation, email, "198.51.100.1", "wrong");
            slowed.ExpectProblem(429, "TOO_MANY_ATTEMPTS");
            Assert.Equal(TimeSpan.FromSeconds(2), slowed.Headers.RetryAfter!.Delta);
        }

        (await SignIn(installation, vtf.Manager.Email, "198.51.100.1")).ExpectProblem(429, "TOO_MANY_ATTEMPTS");   // the right one, too
        (await SignIn(installation, vtf.Manager.Email, Home)).Expect(HttpStatusCode.OK);
        installation.Clock.MoveOn(TimeSpan.FromSeconds(3));
        (await SignIn(installation, vtf.Manager.Email, "198.51.100.1", "wrong")).ExpectProblem(401, "WRONG_CREDENTIALS");
        installation.Clock.MoveOn(TimeSpan.FromSeconds(3));
        (await SignIn(installation, vtf.Manager.Email, "198.51.100.1", "wrong")).ExpectProblem(429, "TOO_MANY_ATTEMPTS");   // 4 seconds now

        // From many networks: those that never signed in wait together, the owner's doesn't.
        for (var i = 0; i < 14; i++)
        {
            (await SignIn(installation, vtf.Manager.Email, $"198.51.100.{i + 2}", "wrong")).ExpectProblem(401, "WRONG_CREDENTIALS");
        }

        (await SignIn(installation, vtf.Manager.Email, "198.51.100.99", "wrong")).ExpectProblem(429, "TOO_MANY_ATTEMPTS");
        (await SignIn(installation, vtf.Manager.Email, Home)).Expect(HttpStatusCode.OK);
        await installation.DisposeAsync();
    }

    [Theory, EachShape]
    public async Task Many_guesses_at_once_are_no_more_than_many_in_a_row(Shape shape)
    {
        var installation = await installations.In(shape);
        var person = await (await installation.Found()).Open("Auditor");

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
            installation.Anybody.Post("tokens", new { email = person.Email, password = $"guess {i}" })));

        Assert.InRange(answers.Count(a => a.Code == "WRONG_CREDENTIALS"), 5, 7);   // a slow machine lets the first waits of 2 and 4 seconds pass
        Assert.All(answers, a => Assert.Contains(a.Code, (string[])["WRONG_CREDENTIALS", "TOO_MANY_ATTEMPTS"]));
    }

    [Theory, EachShape]
    public async Task A_thief_of_an_access_token_can_not_try_passwords_with_it(Shape shape)
    {
        var installation = await installations.In(shape);
        var person = await (await installation.Found()).Open("Auditor");
        var path = $"accounts/{person.Id}/password";
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(["currentPassword"], (await Try($"guess {i}")).WrongFields);
        }

        (await Try(Installation.Password)).ExpectProblem(429, "TOO_MANY_ATTEMPTS");

        Task<Answer> Try(string currentPassword) => person.Put(path, new { currentPassword, newPassword = "another passphrase" });
    }

    private static Task<Answer> SignIn(Installation installation, string email, string from, string password = Installation.Password) =>
        installation.Anybody.Send(HttpMethod.Post, "tokens", new { email, password }, ("X-Forwarded-For", from));
}
