using System.Net;
using System.Net.Sockets;

namespace ExportConsortia.Servers;

/// <summary>Local ports for servers that tests start.</summary>
public static class Loopback
{
    private static readonly HashSet<int> Given = [];

    /// <summary>
    /// A free port that this process returns only once. It is below the system's ephemeral range, from which
    /// outgoing connections get theirs: a client that retries against a stopped server's port could connect to itself,
    /// and the server could not restart.
    /// </summary>
    public static int FreePort()
    {
        lock (Given)
        {
            while (true)
            {
                var port = Random.Shared.Next(20_000, 32_000);
                if (!Given.Contains(port) && IsFree(port))
                {
                    Given.Add(port);
                    return port;
                }
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
