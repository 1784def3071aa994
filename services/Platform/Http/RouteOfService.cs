namespace ExportConsortia.Platform.Http;

/// <summary>Route metadata: the service that the route belongs to. Its database is registered under the same name.</summary>
internal sealed record RouteOfService(string Service);
