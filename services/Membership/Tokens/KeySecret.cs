using System.Security.Cryptography;
using System.Text;
using ExportConsortia.Platform;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Membership;

/// <summary>
/// The secret under which private signing keys lie in the database (AES-256-GCM): <c>Membership:KeySecret</c>, or, embedded and without it,
/// the file <c>{Data:Folder}/membership.key</c>, made at the first start and readable by its owner only.
/// </summary>
internal sealed class KeySecret(Lazy<byte[]> key)
{
    public static KeySecret From(IConfiguration configuration)
    {
        if (configuration["Membership:KeySecret"] is { } secret)
        {
            return secret.Length >= 32
                ? new KeySecret(new Lazy<byte[]>(SHA256.HashData(Encoding.UTF8.GetBytes(secret))))
                : throw new WrongSettingException("Membership:KeySecret is too short: set it to at least 32 random characters, the same for all replicas.");
        }

        if (configuration.GetConnectionString("rabbitmq") is not null)
        {
            throw new WrongSettingException("Membership:KeySecret is missing: set it to at least 32 random characters, the same for all replicas and at every start.");
        }

        var file = Path.Combine(configuration["Data:Folder"] ?? "data", "membership.key");
        return new KeySecret(new Lazy<byte[]>(() => ReadOrCreate(file)));
    }

    public byte[] Seal(byte[] plain, Guid owner)
    {
        using var aes = new AesGcm(key.Value, AesGcm.TagByteSizes.MaxSize);
        var nonce = RandomNumberGenerator.GetBytes(AesGcm.NonceByteSizes.MaxSize);
        var (cipher, tag) = (new byte[plain.Length], new byte[AesGcm.TagByteSizes.MaxSize]);
        aes.Encrypt(nonce, plain, cipher, tag, owner.ToByteArray());
        return [.. nonce, .. tag, .. cipher];
    }

    public byte[] Open(ReadOnlySpan<byte> box, Guid owner)
    {
        using var aes = new AesGcm(key.Value, AesGcm.TagByteSizes.MaxSize);
        var (nonce, tag) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        var plain = new byte[box.Length - nonce - tag];
        try
        {
            aes.Decrypt(box[..nonce], box[(nonce + tag)..], box.Slice(nonce, tag), plain, owner.ToByteArray());
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new WrongSettingException("Membership:KeySecret (or the file membership.key) is not the one under which the signing keys were stored: set the former one.");
        }

        return plain;
    }

    private static byte[] ReadOrCreate(string file)
    {
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var stream = new FileStream(file, options);
            stream.Write(RandomNumberGenerator.GetBytes(32));
        }

        return File.ReadAllBytes(file) is { Length: 32 } bytes
            ? bytes
            : throw new WrongSettingException($"{file} is damaged: put back the former one, or, without it, remove it and the table SigningKeys.");
    }
}
