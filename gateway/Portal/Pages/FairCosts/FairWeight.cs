using ExportConsortia.Portal.Parts;

namespace ExportConsortia.Portal.Pages.FairCosts;

/// <summary>A weight in a cost key, in the unit in which people think of it: 18 m², 5.2 m³, 12 pieces.</summary>
internal static class FairWeight
{
    public static string Of(string key, decimal weight, string currency, Words words) => key switch
    {
        "ByArea" => words["faircosts.weight.area", weight / 100],
        "ByVolume" => words["faircosts.weight.volume", weight / 1000],
        "ByExhibitCount" => words["faircosts.weight.pieces", weight],
        "ByTurnover" or "Direct" => Money.Of((Int128)weight, currency),
        "ByVotes" => words["faircosts.weight.votes", weight],
        _ => words["faircosts.weight", weight],
    };
}
