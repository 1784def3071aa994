using System.Text;

namespace ExportConsortia.Servers;

/// <summary>A person signed in at the public address, or nobody. A story may last longer than a token: then the person signs in again.</summary>
public sealed class Session(Uri address, string? token = null) : IDisposable
{
    // Well before the token expires, which is after a quarter of an hour.
    private static readonly TimeSpan SignInAgainAfter = TimeSpan.FromMinutes(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 200 })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(100),
    };

    private readonly SemaphoreSlim _signIn = new(1);
    private readonly (string Email, string Password)? _person;
    private long _since = TimeProvider.System.GetTimestamp();

    private Session(Uri address, string email, string password) : this(address) => _person = (email, password);

    public string? Token { get; private set; } = token;

    public static async Task<Session> SignInAsync(Uri address, string email, string password)
    {
        var session = new Session(address, email, password);
        await session.SignInAsync();
        return session;
    }

    /// <summary>Sends a body to an address of Membership.</summary>
    public Task<Answer> AskMembershipAsync(string path, object body) => PostAsync($"/api/membership/{path}", body);

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Answer> PostAsync(string path, object body, string? key = null) => SendAsync(HttpMethod.Post, path, body, key);

    public Task<Answer> PostXmlAsync(string path, string xml, string? key = null) =>
        SendAsync(HttpMethod.Post, path, new StringContent(xml, Encoding.UTF8, "application/xml"), key);

    public Task<Answer> PutAsync(string path, object body, string? ifMatch) => SendAsync(HttpMethod.Put, path, body, ifMatch: ifMatch);

    public async Task<Answer> SendAsync(
        HttpMethod method, string path, object? body, string? key = null, string? ifMatch = null, string? traceParent = null) =>
        await _http.AskAsync(
            method, path, await FreshTokenAsync(), body, ("Idempotency-Key", key), ("If-Match", ifMatch), ("traceparent", traceParent));

    /// <summary>A token that is valid for some minutes more; null for nobody.</summary>
    public async Task<string?> FreshTokenAsync()
    {
        if (_person is not null && TimeProvider.System.GetElapsedTime(_since) > SignInAgainAfter)
        {
            await _signIn.WaitAsync();
            try
            {
                if (TimeProvider.System.GetElapsedTime(_since) > SignInAgainAfter)
                {
                    await SignInAsync();
                }
            }
            finally
            {
                _signIn.Release();
            }
        }

        return Token;
    }

    public void Dispose()
    {
        _http.Dispose();
        _signIn.Dispose();
    }

    private async Task SignInAsync()
    {
        var (email, password) = _person!.Value;
        var answer = await _http.AskAsync(HttpMethod.Post, "/api/membership/tokens", null, new { email, password });
        Token = answer.Ok["accessToken"]!.GetValue<string>();
        _since = TimeProvider.System.GetTimestamp();
    }
}
