using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Platform.Storage;

/// <summary>
/// A secret kept outside the database that encrypts data in it (AES-256-GCM), so that a reader of the database can't read that data. It is a setting
/// or, in the embedded shape and without the setting, a file in the data folder, created on first use and readable by its owner only. Each secret has
/// a class of its own, so that none is mistaken for another. The setting of the same name with the suffix <c>Also</c> may hold a decrypt-only secret:
/// with it a secret is replaced while replicas run.
/// </summary>
/// <param name="configuration">The settings.</param>
/// <param name="setting">The setting that holds it, at least 32 random characters.</param>
/// <param name="file">The file's name.</param>
public abstract class StoredSecret(IConfiguration configuration, string setting, string file)
{
    private readonly Lazy<byte[]> _key = KeyOf(configuration, setting, file);
    private readonly byte[]? _also = configuration[$"{setting}Also"] is { } secret ? KeyOf($"{setting}Also", secret) : null;

    /// <summary>Encrypts data of an owner; it can't be decrypted for another owner.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, Guid owner)
    {
        using var aes = new AesGcm(_key.Value, AesGcm.TagByteSizes.MaxSize);
        var nonce = RandomNumberGenerator.GetBytes(AesGcm.NonceByteSizes.MaxSize);
        var (cipher, tag) = (new byte[plain.Length], new byte[AesGcm.TagByteSizes.MaxSize]);
        aes.Encrypt(nonce, plain, cipher, tag, owner.ToByteArray());
        return [.. nonce, .. tag, .. cipher];
    }

    /// <summary>Decrypts what was sealed for this owner.</summary>
    /// <exception cref="WrongSettingException">It was sealed with another secret or for another owner, or was changed since.</exception>
    public byte[] Open(ReadOnlySpan<byte> box, Guid owner) =>
        TryOpen(_key.Value, box, owner) ?? (_also is null ? null : TryOpen(_also, box, owner))
        ?? throw new WrongSettingException(
            $"{setting} (or the file {file}) is not the secret that encrypted this data: set the former one, at least as {setting}Also.");

    /// <summary>A keyed hash of an owner's data: without the secret nobody can find the data by trying.</summary>
    public byte[] Hash(ReadOnlySpan<byte> plain, Guid owner) => Hash(_key.Value, plain, owner);

    /// <summary>True if this is the hash of this owner's data, with the secret or the decrypt-only one.</summary>
    public bool IsHash(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> plain, Guid owner) =>
        CryptographicOperations.FixedTimeEquals(hash, Hash(plain, owner))
        || (_also is not null && CryptographicOperations.FixedTimeEquals(hash, Hash(_also, plain, owner)));

    /// <summary>Keys for a purpose of its own, derived from the secret and, if there is one, from the decrypt-only one after it.</summary>
    protected IEnumerable<byte[]> Derive(int bytes, string purpose) => (_also is null ? [_key.Value] : new[] { _key.Value, _also })
        .Select(key => HKDF.Expand(HashAlgorithmName.SHA256, key, bytes, Encoding.UTF8.GetBytes(purpose)));

    private static byte[] Hash(byte[] key, ReadOnlySpan<byte> plain, Guid owner)
    {
        var hashKey = HKDF.Expand(HashAlgorithmName.SHA256, key, HMACSHA256.HashSizeInBytes, "hash"u8.ToArray());
        return HMACSHA256.HashData(hashKey, (byte[])[.. owner.ToByteArray(), .. plain]);
    }

    private static byte[]? TryOpen(byte[] key, ReadOnlySpan<byte> box, Guid owner)
    {
        using var aes = new AesGcm(key, AesGcm.TagByteSizes.MaxSize);
        var (nonce, tag) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        var plain = new byte[box.Length - nonce - tag];
        try
        {
            aes.Decrypt(box[..nonce], box[(nonce + tag)..], box.Slice(nonce, tag), plain, owner.ToByteArray());
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return plain;
    }

    private static Lazy<byte[]> KeyOf(IConfiguration configuration, string setting, string file) =>
        configuration[setting] is { } secret ? new(KeyOf(setting, secret))
        : configuration.GetConnectionString("rabbitmq") is null ? new(() => ReadOrCreate(Path.Combine(configuration["Data:Folder"] ?? "data", file)))
        : throw new WrongSettingException(
            $"{setting} is missing: set it to at least 32 random characters, the same for all replicas and at every start.");

    private static byte[] KeyOf(string setting, string secret) => secret.Length >= 32 ? SHA256.HashData(Encoding.UTF8.GetBytes(secret))
        : throw new WrongSettingException($"{setting} is too short: set it to at least 32 random characters, the same for all replicas.");

    private static byte[] ReadOrCreate(string file)
    {
        if (!File.Exists(file))
        {
            using var stream = PrivateFile.Create(file);
            stream.Write(RandomNumberGenerator.GetBytes(32));
        }

        return File.ReadAllBytes(file) is { Length: 32 } bytes
            ? bytes
            : throw new WrongSettingException(
                $"{file} is damaged: restore it. Without it the data that it encrypted can't be read; to start anew, remove both.");
    }
}
