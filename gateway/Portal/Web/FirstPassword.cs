using System.Security.Cryptography;

namespace ExportConsortia.Portal.Web;

/// <summary>Passwords to suggest to whoever opens an account for somebody else: easy to read out, and new on every page.</summary>
internal static class FirstPassword
{
    private const int Shortest = 10;

    private const string Consonants = "bdfgklmnprstvz";

    private const string Vowels = "aeiou";

    /// <summary>Four groups of four letters, such as <c>tavo-kine-solu-pema</c>: some 49 bits.</summary>
    public static string Suggest() => string.Join('-', Enumerable.Range(0, 4).Select(_ => string.Concat(Enumerable.Range(0, 4).Select(place =>
    {
        var letters = place % 2 == 0 ? Consonants : Vowels;
        return letters[RandomNumberGenerator.GetInt32(letters.Length)];
    }))));

    /// <summary>The password that was typed; says at its field if it is too short.</summary>
    public static string Read(FormState form, Words words)
    {
        var password = form.Raw("password");
        if (password.Length < Shortest)
        {
            form.Wrong("password", words["accounts.password.needed"]);
        }

        return password;
    }
}
