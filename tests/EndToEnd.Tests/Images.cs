namespace ExportConsortia.EndToEnd.Tests;

/// <summary>An image is built by the one Dockerfile and runs as in a cluster: read-only, without capabilities and without a shell.</summary>
public sealed class Images
{
    [Fact]
    public async Task An_image_runs_read_only_without_rights_and_answers()
    {
        Required.Thorough();
        string[] programs = ["podman", "runc", "debootstrap"];
        Assert.SkipUnless(
            Environment.IsPrivilegedProcess && programs.All(program => File.Exists($"/usr/bin/{program}") || File.Exists($"/usr/sbin/{program}")),
            "Needs root and Debian's packages podman, runc, netavark, aardvark-dns and debootstrap.");

        var said = await ChildProcess.Run(null, Checkout.Current.Root, Path.Combine(Checkout.Current.Root, "deploy", "images", "try"), []);

        Assert.EndsWith("Works.\n", said, StringComparison.Ordinal);
    }
}
