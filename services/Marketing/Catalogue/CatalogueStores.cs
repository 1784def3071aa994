using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MongoDB.Driver;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>Where the published catalogue lies.</summary>
internal static class CatalogueStores
{
    private const string Setting = "catalogue";

    /// <summary>MongoDB if <c>ConnectionStrings:catalogue</c> is set, else the service's own database.</summary>
    public static void AddPublishedCatalogue(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration.GetConnectionString(Setting) is not { } address)
        {
            builder.Services.AddScoped<IPublishedCatalogue, OwnCatalogue>();
            return;
        }

        var url = Read(address);
        builder.Services.AddSingleton<IPublishedCatalogue>(_ => new MongoCatalogue(
            new MongoClient(url).GetDatabase(url.DatabaseName ?? "catalogue")));
    }

    private static MongoUrl Read(string address)
    {
        try
        {
            return new MongoUrl(address);
        }
        catch (MongoConfigurationException)
        {
            throw new WrongSettingException("ConnectionStrings:catalogue must look like mongodb://user:password@host:27017/catalogue.");
        }
    }
}
