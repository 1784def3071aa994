using System.Globalization;
using System.Text;
using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages.Catalogue;
using ExportConsortia.Portal.Parts;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Portal.Pages.AtTheFair;

/// <summary>
/// The code on the stand: whoever reads it with a telephone opens the public catalogue, and the fair is the source of what they ask for.
/// </summary>
internal static class StandCode
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var people = pages.MapGroup("/fairs/{edition:guid}/code").For(Role.MemberUser, Role.ConsortiumManager, Role.Auditor);
        people.MapGet("", ShowAsync);
        people.MapGet("/code.svg", DownloadAsync);
    }

    private static async Task<IResult> ShowAsync(
        Guid edition, HttpContext http, ApiClient api, IConfiguration settings, CancellationToken ct)
    {
        var (found, address, status) = await FindAsync(edition, http, api, settings, ct);
        return found is null ? Reply.Error(http, status) : Reply.Page<StandCodePage>(new { Edition = found, Address = address });
    }

    private static async Task<IResult> DownloadAsync(
        Guid edition, HttpContext http, ApiClient api, IConfiguration settings, CancellationToken ct)
    {
        var (found, address, status) = await FindAsync(edition, http, api, settings, ct);
        if (found is null)
        {
            return Reply.Error(http, status);
        }

        var (size, path) = QrCode.Draw(address);
        var svg = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{size}mm" height="{size}mm" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">
            <rect width="100%" height="100%" fill="#fff"/><path d="{path}"/></svg>

            """);
        return Results.File(Encoding.UTF8.GetBytes(svg), "image/svg+xml", "stand-code.svg");
    }

    private static async Task<(EditionView? Edition, string Address, int Status)> FindAsync(
        Guid edition, HttpContext http, ApiClient api, IConfiguration settings, CancellationToken ct)
    {
        var (found, account) = (
            api.GetAsync<EditionView>($"/api/tradefairs/editions/{edition}", ct), api.GetAsync<OwnAccount>("/api/membership/account", ct));
        var code = (await account).Value?.Consortium?.Code;
        return (await found).Value is { } there && code is not null
            ? (there, $"{PublicPlace.OriginOf(http, settings)}{ShowCatalogue.Root}/{code}/catalogue?{PublicPlace.FairQuery}={edition:N}", 200)
            : (null, "", (await found).Ok ? (await account).Status : (await found).Status);
    }
}
