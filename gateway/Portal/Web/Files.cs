using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace ExportConsortia.Portal.Web;

/// <summary>
/// The files of the pages. They lie in the assembly, so that they are there however the program was started; each has an address that changes with
/// its content, so that browsers keep it for a year; they are compressed once.
/// </summary>
public static class Files
{
    private const string Folder = "assets/";

    private static readonly FrozenDictionary<string, Asset> All = Load();

    /// <summary>Address of a file, such as <c>/assets/3f2a9c01/portal.css</c>.</summary>
    public static string Of(string name) => All[name].Address;

    /// <summary>What stands in a file.</summary>
    public static string Text(string name) => Encoding.UTF8.GetString(All[name].Plain);

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/assets/{hash}/{name}", ["GET", "HEAD"], SendAsync).AllowAnonymous();

    private static async Task SendAsync(string hash, string name, HttpContext http)
    {
        if (!All.TryGetValue(name, out var asset))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        // While replicas of two versions run, a page of the one may ask the other for a file: it gets what there is, and nobody keeps it.
        var headers = http.Response.Headers;
        headers.CacheControl = hash == asset.Hash ? "public, max-age=31536000, immutable" : "no-store";
        headers.Vary = "Accept-Encoding";
        var accepted = http.Request.Headers.AcceptEncoding.ToString();
        var (encoding, bytes) = accepted.Contains("br", StringComparison.Ordinal) ? ("br", asset.Brotli.Value)
            : accepted.Contains("gzip", StringComparison.Ordinal) ? ("gzip", asset.Gzip.Value)
            : (null, asset.Plain);
        if (encoding is not null)
        {
            headers.ContentEncoding = encoding;
        }

        http.Response.ContentType = asset.Type;
        http.Response.ContentLength = bytes.Length;
        if (HttpMethods.IsGet(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            return new Asset(name[Folder.Length..], memory.ToArray());
        }).ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);
    }

    private sealed class Asset
    {
        public Asset(string name, byte[] plain)
        {
            (Name, Plain) = (name, plain);
            Hash = Convert.ToHexStringLower(SHA256.HashData(plain))[..8];
            Brotli = new(() => Compress(plain, to => new BrotliStream(to, CompressionLevel.SmallestSize)));
            Gzip = new(() => Compress(plain, to => new GZipStream(to, CompressionLevel.SmallestSize)));
        }

        public string Name { get; }

        public byte[] Plain { get; }

        public string Hash { get; }

        public string Address => $"/{Folder}{Hash}/{Name}";

        public Lazy<byte[]> Brotli { get; }

        public Lazy<byte[]> Gzip { get; }

        public string Type => Path.GetExtension(Name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            ".woff2" => "font/woff2",
            _ => "application/octet-stream",
        };

        private static byte[] Compress(byte[] plain, Func<Stream, Stream> into)
        {
            using var memory = new MemoryStream();
            using (var stream = into(memory))
            {
                stream.Write(plain);
            }

            return memory.ToArray();
        }
    }
}
