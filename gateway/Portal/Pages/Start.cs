namespace ExportConsortia.Portal.Pages;

/// <summary>The address of the platform leads everybody to where they belong.</summary>
internal static class Start
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/", (Visit visit) => Reply.SeeOther(Navigation.Home(visit))).For();
}
