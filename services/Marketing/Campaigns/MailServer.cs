using System.Globalization;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Configuration;
using MimeKit;

namespace ExportConsortia.Marketing.Campaigns;

/// <summary>
/// The mail server that campaigns go out by: settings <c>Marketing:Mail:Host</c>, <c>Port</c>, <c>User</c>, <c>Password</c> and <c>From</c>, and for
/// the links in messages <c>Marketing:Mail:PublicAddress</c>, which is <c>Auth:Issuer</c> where it is not set. Without a host nothing can be sent.
/// </summary>
internal sealed class MailServer
{
    private const string Section = "Marketing:Mail";
    private const int TimeoutMilliseconds = 30_000;

    private readonly string? _host;
    private readonly int _port;
    private readonly string? _user;
    private readonly string? _password;
    private readonly string _from = "";
    private readonly string _address = "";

    public MailServer(IConfiguration configuration)
    {
        var settings = configuration.GetSection(Section);
        if (settings["Host"] is not { Length: > 0 } host)
        {
            return;
        }

        (_host, _user, _password) = (host, settings["User"], settings["Password"]);
        _port = settings["Port"] is not { } port ? (_user is null ? 25 : 587)
            : int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535 ? number
            : throw new WrongSettingException($"{Section}:Port must be 1 to 65535; '{port}' is not.");
        _from = settings["From"] is { } from && MailboxAddress.TryParse(from, out var box) ? box.Address
            : throw new WrongSettingException($"{Section}:From must be the sender's e-mail address; set it beside {Section}:Host.");
        _address = (settings["PublicAddress"] ?? configuration["Auth:Issuer"])?.TrimEnd('/') is { } address
            && Uri.TryCreate(address, UriKind.Absolute, out var known) && known.Scheme is "http" or "https" ? address
            : throw new WrongSettingException($"{Section}:PublicAddress must be the platform's address, such as https://exports.example.");
    }

    /// <summary>True if campaigns can be sent.</summary>
    public bool IsSet => _host is not null;

    /// <summary>A connection. A password is never sent in the clear, except within the same machine.</summary>
    public async Task<SmtpClient> ConnectAsync(CancellationToken ct)
    {
        var client = new SmtpClient { Timeout = TimeoutMilliseconds };
        try
        {
            var security = _port == 465 ? SecureSocketOptions.SslOnConnect
                : _user is null || _host is "localhost" or "127.0.0.1" or "::1" ? SecureSocketOptions.StartTlsWhenAvailable
                : SecureSocketOptions.StartTls;
            await client.ConnectAsync(_host!, _port, security, ct);
            if (_user is not null)
            {
                await client.AuthenticateAsync(_user, _password ?? "", ct);
            }

            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The message to one person, with the link by which mail programs unsubscribe at a click (RFC 8058) and the page where people do.
    /// </summary>
    public MimeMessage Write(Campaign campaign, Consortium consortium, string name, string email, string token)
    {
        var message = new MimeMessage();
        message.From.Add(new MailboxAddress(consortium.Name, _from));
        message.To.Add(new MailboxAddress(name, email));
        message.Subject = campaign.Subject;
        message.Headers.Add("List-Unsubscribe", $"<{_address}/api/marketing/public/unsubscriptions/{token}>");
        message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        var page = $"{_address}/c/{Uri.EscapeDataString(consortium.Code)}/unsubscribe/{token}";
        message.Body = new TextPart("plain") { Text = $"{campaign.Text}\n\n-- \n{consortium.Name}\n{page}\n" };
        return message;
    }
}
