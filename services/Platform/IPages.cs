using Microsoft.AspNetCore.Builder;

namespace ExportConsortia.Platform;

/// <summary>Web pages in the same process as the services: what they register, and where they stand in the pipeline.</summary>
public interface IPages
{
    /// <summary>Registers what the pages need.</summary>
    void AddServices(WebApplicationBuilder builder);

    /// <summary>Wraps the requests for pages; before routing.</summary>
    void Use(WebApplication app);

    /// <summary>Maps the pages.</summary>
    void Map(WebApplication app);
}
