namespace ExportConsortia.Marketing.Catalogue;

/// <summary>The manager decides how the consortium appears in public.</summary>
internal static class KeepCatalogueSettings
{
    private const int MostLanguages = 20;
    private const int LongestContact = 500;
    private const int LongestReason = 1000;

    /// <summary>The policy for the catalogue from now on.</summary>
    /// <param name="Languages">Codes of the languages in which every sheet should be described, such as <c>en</c>: 1 to 20.</param>
    /// <param name="NamesFirms">True: the public reads which member firm makes a product (F-C7), and the numbers of its certificates.</param>
    /// <param name="Contact">How a buyer reaches the consortium, for the public: at most 500 characters.</param>
    /// <param name="NeedsBrandLicence">True: only products with a valid brand licence of their firm are shown.</param>
    /// <param name="Reason">Needed if firms are to be named or hidden otherwise than before: 1 to 1,000 characters, kept for good.</param>
    public sealed record Request(List<string> Languages, bool NamesFirms, string? Contact, bool NeedsBrandLicence, string? Reason = null);

    /// <summary>The policy for the catalogue.</summary>
    /// <param name="Languages">Codes of the languages in which every sheet should be described.</param>
    /// <param name="NamesFirms">True: the public reads which member firm makes a product.</param>
    /// <param name="Contact">How a buyer reaches the consortium, for the public.</param>
    /// <param name="NeedsBrandLicence">True: only products with a valid brand licence of their firm are shown.</param>
    /// <param name="Version">Grows by one with each change; 0: nobody has decided yet. Same as the <c>ETag</c>.</param>
    /// <param name="DecidedBy">The account of the manager who decided last that firms are named or hidden otherwise.</param>
    /// <param name="DecidedAt">When, UTC.</param>
    /// <param name="DecidedBecause">Why.</param>
    public sealed record Response(
        IReadOnlyList<string> Languages, bool NamesFirms, string? Contact, bool NeedsBrandLicence, long Version, Guid? DecidedBy, DateTime? DecidedAt,
        string? DecidedBecause);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("catalogue/settings", GetAsync)
            .WithName("GetCatalogueSettings")
            .WithSummary("Read the policy for the catalogue")
            .WithDescription("For everybody in the consortium. Send the response's ETag as If-Match when you change it.")
            .For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
        routes.MapPut("catalogue/settings", ChangeAsync)
            .WithName("ChangeCatalogueSettings")
            .WithSummary("Change the policy for the catalogue")
            .WithDescription("For managers; with a reason if firms are named or hidden otherwise than before. Takes effect on the live catalogue "
                + "within moments; published editions stay as they are.")
            .WithExample(new Request(["en", "fr"], NamesFirms: false, "sales@vtf.example, +856 21 000 000", NeedsBrandLicence: false))
            .WithIfMatch()
            .For(Role.ConsortiumManager);
    }

    private static async Task<Ok<Response>> GetAsync(MarketingDb db, Caller caller, HttpResponse response, CancellationToken ct) =>
        Answer(await db.CatalogueSettingsOfAsync(caller.ConsortiumId, ct), response);

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> ChangeAsync(
        Request request, HttpContext http, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var known = await db.CatalogueSettings.SingleOrDefaultAsync(ct);
        if (EntityTag.Check(http.Request, known?.Version ?? 0) is { } problem)
        {
            return problem;
        }

        var errors = new InputErrors();
        var languages = request.Languages.Distinct(StringComparer.Ordinal).ToList();
        errors.Unless(languages.Count is >= 1 and <= MostLanguages, "languages", $"Must be 1 to {MostLanguages} languages.");
        errors.Unless(languages.TrueForAll(IsLanguage), "languages", "Must be language codes of two or three small letters, such as en.");
        var contact = request.Contact?.Trim();
        errors.Unless((contact?.Length ?? 0) <= LongestContact, "contact", $"Must have at most {LongestContact} characters.");
        var touchesFirms = request.NamesFirms != (known?.NamesFirms ?? false) || request.NeedsBrandLicence != (known?.NeedsBrandLicence ?? false);
        var reason = string.IsNullOrWhiteSpace(request.Reason) && !touchesFirms ? null : errors.Text(request.Reason, "reason", LongestReason);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var settings = known ?? db.Add(new CatalogueSettings { ConsortiumId = caller.ConsortiumId }).Entity;
        (settings.Languages, settings.NamesFirms, settings.NeedsBrandLicence) = (languages, request.NamesFirms, request.NeedsBrandLicence);
        settings.Contact = string.IsNullOrEmpty(contact) ? null : contact;
        if (touchesFirms)
        {
            (settings.DecidedBy, settings.DecidedAt, settings.DecidedBecause) = (caller.UserId, clock.GetUtcNow().UtcDateTime, reason);
        }

        settings.Version++;
        db.Record("CATALOGUE_SETTINGS_CHANGED", caller.ConsortiumId, reason);
        await db.SaveChangesAsync(ct);
        return Answer(settings, http.Response);
    }

    private static bool IsLanguage(string code) => code.Length is 2 or 3 && code.All(char.IsAsciiLetterLower);

    private static Ok<Response> Answer(CatalogueSettings settings, HttpResponse response)
    {
        EntityTag.Write(response, settings.Version);
        return TypedResults.Ok(new Response(
            settings.Languages, settings.NamesFirms, settings.Contact, settings.NeedsBrandLicence, settings.Version, settings.DecidedBy,
            settings.DecidedAt, settings.DecidedBecause));
    }
}
