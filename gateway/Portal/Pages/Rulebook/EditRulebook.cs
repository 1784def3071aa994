using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Rulebook;

/// <summary>
/// The manager edits a copy of the rulebook, sees what would be otherwise and what it does to open orders, and puts it into effect. Nothing counts
/// before that; a copy that was changed after it was looked at is shown again first.
/// </summary>
internal static class EditRulebook
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var edit = pages.MapGroup("/rulebook/edit").For(Role.ConsortiumManager);
        edit.MapGet("", BeginAsync);
        edit.MapPost("", WorkAsync);
    }

    private static async Task<IResult> BeginAsync(int? from, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var known = await KnownAsync(api, words, ct);
        return known is null ? Reply.Error(http, StatusCodes.Status503ServiceUnavailable)
            : known.Versions.Find(version => version.Version == (from ?? known.Current.Version)) is { } copied
                ? known.Page(
                    new FormState("rulebook"),
                    [.. copied.Allocation.OrderBy(rule => rule.ProductFamily == RuleSentences.Everything).Select(RuleDraft.Of)])
                : Reply.Error(http, StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> WorkAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var sent = await http.Request.ReadFormAsync(ct);
        if (await KnownAsync(api, words, ct) is not { } known)
        {
            return Reply.Error(http, StatusCodes.Status503ServiceUnavailable);
        }

        var (form, drafts) = (new FormState("rulebook"), RuleDraft.ReadAll(sent));
        if (sent["do"] == "add")
        {
            var family = sent["newFamily"].ToString().Trim();
            if (family.Length == 0 || drafts.Exists(draft => draft["productFamily"] == family))
            {
                return known.Page(form.Wrong("newFamily", words["rulebook.add.needed"]), drafts);
            }

            var pattern = drafts.Find(draft => draft["productFamily"] == RuleSentences.Everything) ?? RuleDraft.Of(known.Current.Allocation[0]);
            // The rule for all other families stays the last.
            drafts.Insert(drafts.FindLastIndex(draft => draft["productFamily"] != RuleSentences.Everything) + 1, pattern.For(family));
            return known.Page(form, drafts, opened: family);
        }

        if (sent["do"].ToString() is ['r', .. var place] && int.TryParse(place, out var removed) && removed >= 0 && removed < drafts.Count)
        {
            drafts.RemoveAt(removed);
            return known.Page(form, drafts);
        }

        var rules = drafts.Select((draft, i) => draft.Read(i, form, words)).ToList();
        if (!form.Ok)
        {
            return known.Page(form, drafts);
        }

        var print = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(rules)));
        var overtaken = sent["base"] != known.Base;
        if (sent["do"] == "activate" && sent["print"] == print && !overtaken)
        {
            var answer = await api.PostAsync<ListRulebookResponse>(ReadRulebook.Versions, new { allocation = rules }, ct, sent["key"]);
            return await Reply.AfterAsync(http, answer, "/rulebook?done=true", problem =>
                Task.FromResult<IResult>(known.Page(form.Refused(problem, words, "", FieldsOf(problem)), drafts)));
        }

        var effect = await RulebookEffect.TryAsync(known.Current.Allocation, rules, api, ct);
        return known.Page(form, drafts, new(
            known.Sentences.Differences(known.Current.Allocation, rules), effect, print, overtaken, sent["do"] == "activate" && !overtaken));
    }

    // The interface's field allocation[2].quotas[0].sharePpm is the form's r2.quotas.
    internal static (string Theirs, string Ours)[] FieldsOf(Problem problem) => [.. (problem.Errors ?? []).Keys.Select(theirs =>
    {
        const string list = "allocation[";
        if (!theirs.StartsWith(list, StringComparison.Ordinal) || theirs.Split(']', 2) is not [var begin, ['.', .. var field]])
        {
            return (theirs, "");
        }

        var ours = field switch
        {
            "priceMatchRound.seconds" => "matchSeconds",
            "priceMatchRound.ceilingPercent" => "ceilingPercent",
            "priceMatchRound" => "match",
            _ => field.Split('[', 2)[0],
        };
        return (theirs, RuleDraft.Name(int.Parse(begin[list.Length..], CultureInfo.InvariantCulture), ours));
    })];

    private static async Task<Known?> KnownAsync(ApiClient api, Words words, CancellationToken ct)
    {
        var (versions, members) = (api.GetAsync<List<ListRulebookResponse>>(ReadRulebook.Versions, ct),
            api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct));
        var products = api.GetAsync<List<ListProductsResponse>>("/api/membership/products", ct);
        if ((await versions).Value is not { Count: > 0 } all || (await members).Value is not { } firms || (await products).Value is not { } list)
        {
            return null;
        }

        var units = ReadRulebook.UnitsOf(list);
        return new(
            all, [.. firms.Where(firm => firm.Standing != "Left")], [.. units.Keys.Order(StringComparer.Ordinal)],
            new(words, units, firms.ToDictionary(firm => firm.Id, firm => firm.Name)));
    }

    private sealed record Known(
        List<ListRulebookResponse> Versions, IReadOnlyList<ListMembersResponse> Firms, IReadOnlyList<string> Families, RuleSentences Sentences)
    {
        public ListRulebookResponse Current => Versions[0];

        /// <summary>The version that the copy would replace, as the form keeps it.</summary>
        public string Base => Current.Version.ToString(CultureInfo.InvariantCulture);

        public IResult Page(
            FormState form, IReadOnlyList<RuleDraft> drafts, RulebookReview? review = null, string? opened = null) => Reply.Page<EditRulebookPage>(
            new { Form = form, Drafts = drafts, Firms, Families, Sentences, Base, Review = review, Opened = opened },
            form.Ok ? review is { Overtaken: true } ? StatusCodes.Status409Conflict : StatusCodes.Status200OK
                : StatusCodes.Status422UnprocessableEntity);
    }
}
