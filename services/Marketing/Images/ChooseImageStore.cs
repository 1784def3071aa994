using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Marketing.Images;

/// <summary>Which store of images the settings name.</summary>
internal static class ChooseImageStore
{
    private const string Section = "Marketing:Images";

    /// <summary>
    /// A bucket if <c>Marketing:Images:Endpoint</c> is set, with <c>Bucket</c>, <c>AccessKey</c>, <c>SecretKey</c> and, if the store asks for it,
    /// <c>Region</c>; else the folder <c>Marketing:Images:Folder</c>; else, embedded, a folder beside the database.
    /// </summary>
    public static IImageStore Of(IConfiguration configuration)
    {
        var settings = configuration.GetSection(Section);
        if (settings["Endpoint"] is { } endpoint)
        {
            return Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? new ImagesInBucket(
                    endpoint, Needed(settings, "Bucket"), Needed(settings, "AccessKey"), Needed(settings, "SecretKey"),
                    settings["Region"] ?? "us-east-1")
                : throw new WrongSettingException($"{Section}:Endpoint must be an address such as http://minio:9000; '{endpoint}' is not one.");
        }

        return settings["Folder"] is { } folder ? new ImagesInFolder(folder)
            : configuration.GetConnectionString("rabbitmq") is null
                ? new ImagesInFolder(Path.Combine(configuration["Data:Folder"] ?? "data", "marketing-images"))
                : throw new WrongSettingException(
                    $"{Section}:Endpoint is missing: set it, {Section}:Bucket, {Section}:AccessKey and {Section}:SecretKey to an S3-compatible "
                    + $"store, or {Section}:Folder to a folder that all replicas share.");
    }

    private static string Needed(IConfigurationSection settings, string name) =>
        settings[name] is { Length: > 0 } value
            ? value
            : throw new WrongSettingException($"{Section}:{name} is missing: set it beside {Section}:Endpoint.");
}
