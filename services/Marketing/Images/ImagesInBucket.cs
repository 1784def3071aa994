using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace ExportConsortia.Marketing.Images;

/// <summary>Images in a bucket of a store that speaks S3, addressed by path, which every such store understands.</summary>
internal sealed class ImagesInBucket(string endpoint, string bucket, string accessKey, string secretKey, string region) : IImageStore, IDisposable
{
    private readonly AmazonS3Client _s3 = new(new BasicAWSCredentials(accessKey, secretKey), new AmazonS3Config
    {
        ServiceURL = endpoint,
        ForcePathStyle = true,
        AuthenticationRegion = region,
        // Not every store knows the newer checksums that the client would add by itself.
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        Timeout = TimeSpan.FromSeconds(20),
    });

    public async Task WriteAsync(string key, byte[] bytes, string contentType, CancellationToken ct)
    {
        using var stream = new MemoryStream(bytes);
        await _s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = bucket, Key = key, InputStream = stream, ContentType = contentType, UseChunkEncoding = false, AutoCloseStream = false,
            },
            ct);
    }

    public async Task<byte[]?> ReadAsync(string key, CancellationToken ct)
    {
        try
        {
            using var answer = await _s3.GetObjectAsync(bucket, key, ct);
            using var bytes = new MemoryStream();
            await answer.ResponseStream.CopyToAsync(bytes, ct);
            return bytes.ToArray();
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task RemoveAsync(string key, CancellationToken ct) => _s3.DeleteObjectAsync(bucket, key, ct);

    public void Dispose() => _s3.Dispose();
}
