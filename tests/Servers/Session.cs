using System.Text;

namespace ExportConsortia.Servers;

/// <summary>A person signed in at the public address, or nobody.</summary>
public sealed class Session(Uri address, string? token = null) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 200 })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(100),
    };

    public string? Token => token;

    public static async Task<Session> SignInAsync(Uri address, string email, string password)
    {
        using var nobody = new Session(address);
        var answer = await nobody.PostAsync("/api/membership/tokens", new { email, password });
        return new Session(address, answer.Ok["accessToken"]!.GetValue<string>());
    }

    /// <summary>Sends a body to an address of Membership.</summary>
    public Task<Answer> AskMembershipAsync(string path, object body) => PostAsync($"/api/membership/{path}", body);

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Answer> PostAsync(string path, object body, string? key = null) => SendAsync(HttpMethod.Post, path, body, key);

    public Task<Answer> PostXmlAsync(string path, string xml, string? key = null) =>
        SendAsync(HttpMethod.Post, path, new StringContent(xml, Encoding.UTF8, "application/xml"), key);

    public Task<Answer> PutAsync(string path, object body, string? ifMatch) => SendAsync(HttpMethod.Put, path, body, ifMatch: ifMatch);

    public Task<Answer> SendAsync(
        HttpMethod method, string path, object? body, string? key = null, string? ifMatch = null, string? traceParent = null) =>
        _http.AskAsync(method, path, token, body, ("Idempotency-Key", key), ("If-Match", ifMatch), ("traceparent", traceParent));

    public void Dispose() => _http.Dispose();
}
