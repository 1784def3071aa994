using System.Collections.Concurrent;
using ExportConsortia.Marketing.Images;
using ExportConsortia.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Marketing.Tests.Sheets;

/// <summary>
/// What is sent to an S3-compatible store, told by a stand-in: no such server can be installed here. Whether a store of some make understands it,
/// these tests don't show.
/// </summary>
public sealed class BucketTests
{
    [Fact]
    public async Task Images_go_to_a_bucket_by_path_and_come_back()
    {
        var (kept, asked) = (new ConcurrentDictionary<string, byte[]>(), new ConcurrentQueue<string>());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(async http =>
        {
            var path = http.Request.Path.Value!;
            asked.Enqueue($"{http.Request.Method} {path} {http.Request.Headers.Authorization.ToString().Split('/')[0]}");
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            switch (http.Request.Method)
            {
                case "PUT":
                    kept[path] = body.ToArray();
                    http.Response.Headers.ETag = "\"1\"";
                    break;
                case "DELETE":
                    kept.TryRemove(path, out _);
                    http.Response.StatusCode = 204;
                    break;
                case "GET" when kept.TryGetValue(path, out var bytes):
                    http.Response.ContentLength = bytes.Length;
                    await http.Response.Body.WriteAsync(bytes);
                    break;
                default:
                    http.Response.StatusCode = 404;
                    http.Response.ContentType = "application/xml";
                    await http.Response.WriteAsync("<Error><Code>NoSuchKey</Code><Message>No such key.</Message></Error>");
                    break;
            }
        });
        await app.StartAsync();
        using var store = Assert.IsType<ImagesInBucket>(Of(
            ("ConnectionStrings:rabbitmq", "amqp://x"), ("Marketing:Images:Endpoint", app.Urls.Single()), ("Marketing:Images:Bucket", "pictures"),
            ("Marketing:Images:AccessKey", "key"), ("Marketing:Images:SecretKey", "secret")));
        byte[] image = [1, 2, 3, 4];

        Assert.Null(await store.ReadAsync("a/b", CancellationToken.None));
        await store.WriteAsync("a/b", image, "image/jpeg", CancellationToken.None);
        Assert.Equal(image, await store.ReadAsync("a/b", CancellationToken.None));
        Assert.Equal(image, kept["/pictures/a/b"]);   // the bytes themselves, without chunk signatures
        await store.RemoveAsync("a/b", CancellationToken.None);
        Assert.Null(await store.ReadAsync("a/b", CancellationToken.None));
        Assert.Equal(
            ["GET", "PUT", "GET", "DELETE", "GET"], asked.Select(a => a.Split(' ')[0]));
        Assert.All(asked, a => Assert.EndsWith(" /pictures/a/b AWS4-HMAC-SHA256 Credential=key", a, StringComparison.Ordinal));
    }

    [Fact]
    public void Where_images_are_is_said_or_the_service_does_not_start()
    {
        Assert.IsType<ImagesInFolder>(Of());
        Assert.IsType<ImagesInFolder>(Of(("ConnectionStrings:rabbitmq", "amqp://x"), ("Marketing:Images:Folder", "/images")));
        Assert.Contains("Marketing:Images:Endpoint is missing", Refused(("ConnectionStrings:rabbitmq", "amqp://x")), StringComparison.Ordinal);
        Assert.Contains("Marketing:Images:Bucket is missing", Refused(("Marketing:Images:Endpoint", "http://minio:9000")), StringComparison.Ordinal);
        Assert.Contains("'minio'", Refused(("Marketing:Images:Endpoint", "minio")), StringComparison.Ordinal);
        static string Refused(params (string, string)[] settings) => Assert.Throws<WrongSettingException>(() => Of(settings)).Message;
    }

    private static IImageStore Of(params (string Name, string Value)[] settings) => ChooseImageStore.Of(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build());
}
