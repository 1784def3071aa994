namespace ExportConsortia.Marketing.Buyers;

/// <summary>A firm's domain, by which it is found again; those of mail providers are nobody's.</summary>
internal static class EmailDomain
{
    /// <summary>Of a name in the domain system.</summary>
    public const int Longest = 253;

    private static readonly HashSet<string> Providers = new(StringComparer.Ordinal)
    {
        "gmail.com", "googlemail.com", "outlook.com", "outlook.fr", "outlook.de", "hotmail.com", "hotmail.fr", "hotmail.de", "hotmail.it",
        "hotmail.co.uk", "live.com", "live.fr", "live.de", "msn.com", "yahoo.com", "yahoo.fr", "yahoo.de", "yahoo.co.uk", "yahoo.co.jp",
            "yahoo.com.vn",
        "yahoo.it", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "web.de",
        "t-online.de", "freenet.de", "arcor.de", "posteo.de", "mailbox.org", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr",
        "bluewin.ch", "libero.it", "virgilio.it", "tiscali.it", "alice.it", "telenet.be", "skynet.be", "ziggo.nl", "kpnmail.nl", "btinternet.com",
        "sky.com", "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "qq.com", "163.com", "126.com", "sina.com", "foxmail.com", "naver.com",
        "daum.net", "hanmail.net", "docomo.ne.jp", "mail.ru", "bk.ru", "inbox.ru", "list.ru", "yandex.ru", "yandex.com", "ya.ru", "rambler.ru",
        "proton.me", "protonmail.com", "pm.me", "tutanota.com", "zoho.com", "mail.com", "fastmail.com", "hey.com", "seznam.cz", "wp.pl", "o2.pl",
        "onet.pl", "interia.pl", "uol.com.br", "bol.com.br", "terra.com.br", "rediffmail.com", "bigpond.com",
    };

    /// <summary>The domain of a site's or an e-mail address, in lower case; null if there is none or it is a provider's.</summary>
    public static string? Of(string? address)
    {
        var name = (address ?? "").Trim().ToLowerInvariant();
        name = name[(name.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0)..];
        name = name[(name.LastIndexOf('@') + 1)..];
        name = name.Split('/', ':', '?')[0].TrimEnd('.');
        name = name.StartsWith("www.", StringComparison.Ordinal) ? name[4..] : name;
        return IsDomain(name) && !Providers.Contains(name) ? name : null;
    }

    /// <summary>True for an address such as <c>a.braun@nordhaus.example</c>.</summary>
    public static bool IsEmail(string address) =>
        address.Length <= 254 && address.Split('@') is [{ Length: >= 1 and <= 64 } box, var domain] && IsDomain(domain)
        && !box.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || "<>\",;:\\()?#%".Contains(c, StringComparison.Ordinal));

    private static bool IsDomain(string name) =>
        name.Length is >= 3 and <= Longest && name.Contains('.', StringComparison.Ordinal)
        && name.Split('.').All(label => label.Length is >= 1 and <= 63 && label.All(c => char.IsLetterOrDigit(c) || c == '-'));
}
