using System.Buffers.Binary;
using System.Net.Sockets;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace ExportConsortia.Marketing.Tests.Catalogue;

/// <summary>
/// Speaks as much of MongoDB's protocol as the driver needs to send its commands (handshake, OP_MSG): it stores nothing and answers with what a test
/// gives it. It shows which commands are sent; what a server makes of them only a server shows.
/// </summary>
internal sealed class MongoStandIn : IDisposable
{
    private const int Reply = 1;
    private const int Query = 2004;
    private const int Msg = 2013;
    private const int WireOf44 = 9;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    public MongoStandIn()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"mongodb://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/catalogue";

    /// <summary>What a search finds; nothing unless a test says so.</summary>
    public Func<BsonDocument, BsonDocument[]> Finds { get; set; } = _ => [];

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => AnswerAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var head = new byte[16];
            try
            {
                while (true)
                {
                    await stream.ReadExactlyAsync(head, _stop.Token);
                    var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(head) - 16];
                    await stream.ReadExactlyAsync(body, _stop.Token);
                    var request = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4));
                    var operation = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(12));
                    await stream.WriteAsync(operation == Query ? Wrap(request, Reply, [.. new byte[16], 1, 0, 0, 0], Hello())
                        : Wrap(request, Msg, new byte[5], AnswerTo(CommandOf(body))), _stop.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }

    private BsonDocument AnswerTo(BsonDocument command) => command.GetElement(0).Name switch
    {
        "hello" or "isMaster" or "ismaster" => Hello(),
        "find" or "aggregate" => new BsonDocument
        {
            ["cursor"] = new BsonDocument
            {
                ["id"] = 0L, ["ns"] = "catalogue.items",
                ["firstBatch"] = new BsonArray(Finds(command)),
            },
            ["ok"] = 1,
        },
        _ => new BsonDocument { ["ok"] = 1, ["n"] = 1, ["nModified"] = 1 },
    };

    private static BsonDocument Hello() => new()
    {
        ["ismaster"] = true, ["isWritablePrimary"] = true, ["helloOk"] = true, ["maxBsonObjectSize"] = 16_777_216,
        ["maxMessageSizeBytes"] = 48_000_000,
        ["maxWriteBatchSize"] = 100_000, ["connectionId"] = 1, ["minWireVersion"] = 0, ["maxWireVersion"] = WireOf44, ["readOnly"] = false,
        ["ok"] = 1,
    };

    private static BsonDocument CommandOf(byte[] body) => BsonSerializer.Deserialize<BsonDocument>(new MemoryStream(body, 5, body.Length - 5));

    private static byte[] Wrap(int request, int operation, byte[] before, BsonDocument document)
    {
        var bson = document.ToBson();
        var message = new byte[16 + before.Length + bson.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(8), request);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), operation);
        before.CopyTo(message, 16);
        bson.CopyTo(message, 16 + before.Length);
        return message;
    }
}
