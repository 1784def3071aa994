namespace ExportConsortia.Portal.Pages.Account;

/// <summary>What a browser calls itself, as a person would say it: "Firefox, Android".</summary>
internal static class Device
{
    // The order matters: many call themselves by the names of others too.
    private static readonly (string Sign, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"),
            ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Sign, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux")];

    /// <summary>The browser and the system; of programs the first word; null if it says nothing.</summary>
    public static string? Of(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent))
        {
            return null;
        }

        string?[] known = [Find(Browsers), Find(Systems)];
        var named = string.Join(", ", known.OfType<string>());
        return named.Length > 0 ? named : userAgent.Split(' ')[0];

        string? Find((string Sign, string Name)[] among) =>
            among.FirstOrDefault(one => userAgent.Contains(one.Sign, StringComparison.Ordinal)).Name;
    }
}
