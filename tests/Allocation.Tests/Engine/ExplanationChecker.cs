using ExportConsortia.Allocation.Engine;
using static ExportConsortia.Allocation.Tests.Engine.PlanChecker;

namespace ExportConsortia.Allocation.Tests.Engine;

/// <summary>
/// Reads the explanations as people do: recalculating the manager's by hand must give the plan; a member's may name only its own numbers,
/// each recalculated from the snapshot.
/// </summary>
internal static class ExplanationChecker
{
    public static void Check(SnapshotLine line, PlannedLine planned, Firm[] firms)
    {
        foreach (var step in planned.ManagerSteps)
        {
            CheckNumbers(step);
        }

        var roundedUp = ReplayByHand(line, planned, firms);
        foreach (var part in planned.Parts)
        {
            var own = firms.Single(firm => firm.Id == part.MemberId);
            CheckOwnNumbers(line, own, part.MemberSteps, name => name switch
            {
                "unitPriceMinor" => line.Prices?.SingleOrDefault(price => price.MemberId == own.Id)?.UnitPriceMinor,
                "leadersPriceMinor" => part.ToMatchMinor ?? line.Prices?.SingleOrDefault(price => price.MemberId == own.Id)?.MatchedMinor,
                _ => null,
            });
            var share = part.MemberSteps.SingleOrDefault(step => step.Rule == "R-607")?.Text ?? "";
            Require(
                share.Contains(", so that", StringComparison.Ordinal) || share.Contains(", a little", StringComparison.Ordinal)
                || share.Contains(" by rounding ", StringComparison.Ordinal) == roundedUp.Contains(own.Member.Code),
                "a member is told of a lot that came by rounding");
        }

        foreach (var member in planned.PassedOver)
        {
            CheckOwnNumbers(line, firms.Single(firm => firm.Id == member.MemberId), [member.Step]);
        }
    }

    /// <summary>Every number of the sentence is among its values, and every value in the sentence.</summary>
    public static void CheckNumbers(ExplanationStep step)
    {
        var told = NumbersIn(step.Text);
        if (!told.SetEquals(step.Values.Select(value => value.Value)))
        {
            Require(false, $"the numbers of a sentence are its values: {step.Text}");
        }
    }

    /// <summary>All numbers but those in quoted names of products and families and in the member's code before the colon.</summary>
    private static HashSet<long> NumbersIn(string text)
    {
        var numbers = new HashSet<long>();
        var quoted = false;
        for (var i = text is ['F', >= '0' and <= '9', ..] ? text.IndexOf(':', StringComparison.Ordinal) : 0; i < text.Length; i++)
        {
            if (text[i] == '\'')
            {
                quoted = !quoted && text[i - 1] == ' ';
            }
            else if (char.IsAsciiDigit(text[i]) && !quoted)
            {
                var end = i + 1;
                while (end < text.Length && char.IsAsciiDigit(text[end]))
                {
                    end++;
                }

                var sign = i > 1 && text[i - 1] == '-' && text[i - 2] == ' ' ? -1 : 1;
                numbers.Add(sign * long.Parse(text.AsSpan(i, end - i), null));
                i = end;
            }
        }

        return numbers;
    }

    /// <summary>Every number in the member's sentences is its own; <paramref name="more"/> gives a policy's own numbers.</summary>
    public static void CheckOwnNumbers(SnapshotLine line, Firm own, IReadOnlyList<ExplanationStep> steps, Func<string, long?>? more = null)
    {
        foreach (var step in steps)
        {
            CheckNumbers(step);
            foreach (var value in step.Values)
            {
                if (value.Value != Own(value.Name))
                {
                    Require(false, $"'{value.Name}' is the member's own: {step.Text}");
                }
            }
        }

        long? Own(string name) => name switch
        {
            "freeCapacity" => own.Free,
            "held" => own.Held,
            "strikes" => own.Strikes,
            "takenByEarlierLines" => own.TakenByEarlierLines,
            "ageDays" => own.YoungestStaleDays,
            "leastOffer" => own.LeastLots * line.Rule.LotSize,
            "lots" => own.Quantity / line.Rule.LotSize,
            "lotsPieces" => own.Quantity / line.Rule.LotSize * line.Rule.LotSize,
            "oddRemainder" => own.Quantity % line.Rule.LotSize,
            "quantity" => own.Quantity,
            "concentrationCap" => own.ConcentrationCap,
            "probationCap" => own.ProbationCap,
            "concentrationRoom" => Math.Max(0, own.ConcentrationCap!.Value - own.Held),
            "probationRoom" => Math.Max(0, own.ProbationCap!.Value - own.Held),
            "ordered" => line.Ordered,
            "lotSize" => line.Rule.LotSize,
            "concentrationCapPercent" => line.Rule.ConcentrationCapPercent,
            "probationCapPercent" => line.Rule.ProbationCapPercent,
            "strikeLimit" => line.Rule.StrikeLimit,
            "maxAgeDays" => line.Rule.CapacityMaxAgeDays,
            "quotaPpm" => own.Quota!.SharePpm,
            "received" => own.Received,
            "quality" => own.Score!.Quality,
            "delivery" => own.Score!.Delivery,
            "equity" => own.Score!.Equity,
            _ => more?.Invoke(name),
        };
    }

    private static HashSet<string> ReplayByHand(SnapshotLine line, PlannedLine planned, Firm[] firms)
    {
        var asked = firms.Where(firm => firm.Refused is null).ToDictionary(firm => firm.Member.Code);
        var lots = asked.Keys.ToDictionary(code => code, _ => 0L);
        var odd = asked.Keys.ToDictionary(code => code, _ => 0L);
        var pool = asked.Where(pair => pair.Value.Weight > 0).Select(pair => pair.Key).ToHashSet();
        var toShare = line.Open / line.Rule.LotSize;
        var capped = new List<string>();
        var roundedUp = new HashSet<string>();
        var awarded = PriceMatchChecker.HasLimit(line, firms)
            ? (line.Match?.Awarded ?? line.Limit!.Awarded).Select(part => (part.Quantity, part.UnitPriceMinor)).ToList() : [];
        foreach (var step in planned.ManagerSteps)
        {
            var code = step.Text.Split(':')[0];
            var value = step.Values.ToDictionary(pair => pair.Name, pair => pair.Value);
            switch (step.Values.Select(pair => pair.Name).ToArray())
            {
                case [("weight" or "turn") and var claim, "freeCapacity", "held", ..]:
                    var firm = asked[code];
                    Require(value[claim] == (claim == "turn" ? firm.Turn : line.Rule.Policy == "Manual" ? 0 : firm.Weight),
                        "weights and turns are the policy's");
                    Require(value["freeCapacity"] == firm.Free && value["held"] == firm.Held, "capacities are the firm's");
                    Require(value["cap"] == firm.Cap && value["capLots"] == firm.CapLots && value["leastLots"] == firm.LeastLots,
                        "limits are the rules'");
                    break;
                case ["lotsToShare", "weight", "weightOfAll", "lots", "leastLots"]:
                    Require(value["lots"] < value["leastLots"]
                        && value["lots"] - (value["lotsToShare"] * value["weight"] / value["weightOfAll"]) is 0 or 1,
                        "a dropped share was too small");
                    Require(pool.Remove(code)
                        && pool.All(other => asked[other].Weight >= asked[code].Weight || asked[other].LeastLots < value["leastLots"]
                            || asked[other].CapLots < toShare), "the smallest leaves");
                    break;
                case ["lotsToShare", "weight", "weightOfAll", "capLots"]:
                    LeaveCapped(value["weightOfAll"]);
                    Require(value["lotsToShare"] == toShare && value["weightOfAll"] == pool.Sum(other => asked[other].Weight),
                        "the capped are measured against all who still share");
                    Require((Int128)value["lotsToShare"] * value["weight"] > (Int128)value["capLots"] * value["weightOfAll"],
                        "a capped share was too large");
                    lots[code] = value["capLots"];
                    capped.Add(code);
                    break;
                case ["lotsToShare", "weight", "weightOfAll", "wholeLots", "remainder", "lots"]:
                    LeaveCapped(value["weightOfAll"]);
                    Require(value["lotsToShare"] == toShare && value["weightOfAll"] == pool.Sum(other => asked[other].Weight),
                        "the others share what the capped leave");
                    Require((Int128)value["lotsToShare"] * value["weight"] == ((Int128)value["wholeLots"] * value["weightOfAll"])
                        + value["remainder"], "the exact share is right");
                    Require(value["remainder"] < value["weightOfAll"] && value["lots"] - value["wholeLots"] is 0 or 1,
                        "a share is rounded up or down");
                    Require(step.Text.Contains(value["lots"] > value["wholeLots"] ? "rounded up" : "rounded down", StringComparison.Ordinal),
                        "the rounding is told as it is");
                    lots[code] = value["lots"];
                    _ = value["lots"] > value["wholeLots"] && roundedUp.Add(code);
                    break;
                case ["restLots", "firms"]:
                    var sharing = asked.Where(pair => pair.Value.WeightForTheRest > 0).ToList();
                    toShare = (line.Open / line.Rule.LotSize) - lots.Values.Sum();
                    Require(value["restLots"] == toShare && toShare > 0 && value["firms"] == sharing.Count && sharing.Count > 0,
                        "what those behind leave is told, and how many share it (R-613)");
                    sharing.ForEach(pair => pair.Value.Weight = pair.Value.WeightForTheRest);
                    pool = [.. sharing.Select(pair => pair.Key)];
                    capped.Clear();
                    break;
                case ["givenLots", "lots"]:
                    lots[code] -= value["givenLots"];
                    Require(lots[code] == value["lots"], "a giver keeps what it is said to keep");
                    break;
                case ["restLots", "givenLots", "lots", "leastLots"]:
                    lots[code] = Math.Min(value["restLots"] + value["givenLots"], asked[code].CapLots);
                    Require(lots[code] == value["lots"], "the rest goes where it is said to go");
                    break;
                case ["turn", "restLots", "lots", "capLots"]:
                    Require(value["turn"] == asked[code].Turn && value["capLots"] == asked[code].CapLots
                        && value["restLots"] == (line.Open / line.Rule.LotSize) - lots.Values.Sum(), "a turn comes with what is left");
                    lots[code] = Math.Min(value["restLots"], value["capLots"]);
                    Require(lots[code] == value["lots"], "in its turn a firm takes all it can");
                    break;
                case ["receivedByAll", "open", "total"]:
                    Require(value["open"] == line.Open && value["total"] == value["receivedByAll"] + line.Open
                        && asked.Values.Sum(other => other.Received) <= value["receivedByAll"], "what is to be had by quota is told");
                    break;
                case ["total", "quotaPpm", "received", "behind"]:
                    Require(value["quotaPpm"] == asked[code].Quota!.SharePpm && value["received"] == asked[code].Received,
                        "quota and receipts are the firm's");
                    Require(value["behind"] == Math.Max(0, (value["quotaPpm"] * value["total"]) - (value["received"] * 1_000_000)),
                        "who is behind is told (R-613)");
                    break;
                case ["qualityWeight", "quality", "deliveryWeight", "delivery", "priceWeight", "price", "equityWeight", "equity", "score"]:
                    Require(value["score"] == asked[code].Weight && value["price"] == asked[code].Score!.Price, "the score is the rule's (R-616)");
                    Require(value["score"] == (value["qualityWeight"] * value["quality"]) + (value["deliveryWeight"] * value["delivery"])
                        + (value["priceWeight"] * value["price"]) + (value["equityWeight"] * value["equity"]), "the score adds up");
                    break;
                case ["unitPriceMinor", .., "rank"]:
                    var offer = line.Prices!.Single(price => price.MemberId == asked[code].Id);
                    Require((offer.UnitPriceMinor, offer.MatchedMinor) == (value["unitPriceMinor"],
                        value.TryGetValue("matchedMinor", out var matched) ? matched : null), "a price is the firm's (R-615)");
                    Require(asked.Values.Count(other => PriceMatchChecker.PriceOf(line, other) is not null
                        && ByPrice(line, other).CompareTo(ByPrice(line, asked[code])) < 0) + 1 == value["rank"], "ranks are by price");
                    break;
                case ["leadersPriceMinor"]:
                    Require(value["leadersPriceMinor"] == PriceMatchChecker.LeadersPrice(line, firms), "the leader's price is told");
                    Require(line.Match!.LeadersPriceMinor is null ? PriceMatchChecker.PriceOf(line, asked[code]) > value["leadersPriceMinor"]
                        : line.Match.Ceiling is null, "whoever is dearer is to match it, and nothing goes above it without a ceiling");
                    break;
                case ["leadersPriceMinor", "ceilingPercent", "buyersMinor", "buyersPieces"]:
                    Require(line.Match!.LeadersPriceMinor == value["leadersPriceMinor"]
                        && line.Match.Ceiling == new PriceCeiling((int)value["ceilingPercent"], value["buyersMinor"], value["buyersPieces"]),
                        "the ceiling is told");
                    break;
                case ["ceilingPercent", "buyersMinor", "buyersPieces"]:
                    Require((line.Limit?.Ceiling ?? line.Match!.Ceiling)
                        == new PriceCeiling((int)value["ceilingPercent"], value["buyersMinor"], value["buyersPieces"]),
                        "the ceiling without a match round is told");
                    break;
                case ["awarded", "unitPriceMinor"]:
                    Require(awarded.Remove((value["awarded"], value["unitPriceMinor"])), "what was awarded is told");
                    break;
                case ["lots", "oddByHand"]:
                    (lots[code], odd[code]) = (value["lots"], value["oddByHand"]);
                    break;
                case ["byHand", "cap", "leastLots", "lotSize"]:
                    Require(value["byHand"] == asked[code].Weight && value["cap"] == asked[code].Cap && value["leastLots"] == asked[code].LeastLots,
                        "what is not permitted by hand is told");
                    break;
                case [] or ["sum", "open"] or ["firms"]:
                    Require(line.Rule.Policy is "QuotaCatchUp" or "Manual", "other policies tell numbers in every step");
                    break;
                case ["oddRemainder"]:
                    odd[code.Contains(' ') ? "nobody" : code] = value["oddRemainder"];
                    break;
                case ["quantity"]:
                    Require((lots[code] * line.Rule.LotSize) + odd[code] == value["quantity"] && asked[code].Quantity == value["quantity"],
                        "the arithmetic ends at the plan");
                    break;
                case ["openAfter"]:
                    Require(value["openAfter"] == planned.OpenAfter, "what stays open is told");
                    break;
                case ["open", "ordered", "lots", "lotSize", "oddRemainder", "minLot"]:
                    break;
                case var names:
                    Assert.Fail($"A step nobody can replay: {string.Join(", ", names)}");
                    break;
            }
        }

        Require(awarded.Count == 0, "all that was awarded is told");
        Require(asked.All(pair => (lots[pair.Key] * line.Rule.LotSize) + odd[pair.Key] == pair.Value.Quantity),
            "nobody gets more or less than the arithmetic says");
        return roundedUp;

        static (long, Guid) ByPrice(SnapshotLine line, Firm firm) => (PriceMatchChecker.PriceOf(line, firm)!.Value, firm.Id);

        void LeaveCapped(long weightOfAll)
        {
            if (capped.Count > 0 && weightOfAll != pool.Sum(other => asked[other].Weight))
            {
                toShare -= capped.Sum(code => lots[code]);
                pool.ExceptWith(capped);
                capped.Clear();
            }
        }
    }
}
