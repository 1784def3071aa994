using System.Net;
using System.Net.Sockets;

namespace ExportConsortia.Servers;

/// <summary>Ports of this machine for servers that tests start.</summary>
public static class Loopback
{
    private static readonly HashSet<int> Given = [];

    /// <summary>
    /// A port that nobody listens on and that this process gives only once. It lies below the range that the system hands to
    /// outgoing connections: a client that retries against a stopped server's port there would in time connect to itself,
    /// and the server couldn't come back.
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
