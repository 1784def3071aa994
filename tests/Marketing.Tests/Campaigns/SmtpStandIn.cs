using System.Net.Sockets;

namespace ExportConsortia.Marketing.Tests.Campaigns;

/// <summary>
/// A mail server that takes every message and shows what it got. To some addresses it answers otherwise: those that begin with "refused", "later",
/// "content" (after the whole message) or "closing" (it hangs up).
/// </summary>
internal sealed class SmtpStandIn : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(string To, string Text)> _messages = [];

    public SmtpStandIn()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>True: it takes nothing from anybody.</summary>
    public bool RefusesSender { get; set; }

    /// <summary>What arrived: the address and the whole text with its headers.</summary>
    public IReadOnlyList<(string To, string Text)> Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            _ = SpeakAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
    }

    private async Task SpeakAsync(TcpClient connection)
    {
        using var client = connection;
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        var to = "";
        await writer.WriteLineAsync("220 stand-in");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            if (line.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase))
            {
                to = line.Split('<', '>')[1];
            }

            if (line.Equals("DATA", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("354 go on");
                var text = new StringBuilder();
                while (await reader.ReadLineAsync(_stop.Token) is { } part && part != ".")
                {
                    text.AppendLine(part);
                }

                if (to.StartsWith("content", StringComparison.Ordinal))
                {
                    await writer.WriteLineAsync("554 not wanted");
                    continue;
                }

                lock (_messages)
                {
                    _messages.Add((to, text.ToString()));
                }
            }

            if (line.StartsWith("MAIL", StringComparison.OrdinalIgnoreCase) && RefusesSender)
            {
                await writer.WriteLineAsync("550 you are nobody here");
                continue;
            }

            if (line.StartsWith("RCPT TO:<closing", StringComparison.OrdinalIgnoreCase))
            {
                await writer.WriteLineAsync("421 good bye");
                return;
            }

            await writer.WriteLineAsync(
                line.StartsWith("RCPT TO:<refused", StringComparison.OrdinalIgnoreCase) ? "550 no such box"
                : line.StartsWith("RCPT TO:<later", StringComparison.OrdinalIgnoreCase) ? "451 busy"
                : line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase) ? "221 bye" : "250 ok");
        }
    }
}
