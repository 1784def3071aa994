using ExportConsortia.Platform.Storage;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Platform.Http;

/// <summary>The secret that encrypts kept answers and hashes their requests in the database: both may contain prices.</summary>
internal sealed class AnswerSecret(IConfiguration configuration) : StoredSecret(configuration, "Idempotency:Secret", "idempotency.key");
