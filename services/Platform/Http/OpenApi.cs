using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ExportConsortia.Platform.Http;

/// <summary>What the OpenAPI documents of all services have in common.</summary>
public static class OpenApi
{
    private static readonly string AcceptedInput = "No field accepts characters that are not text, such as NUL or half a surrogate pair. "
        + $"Values of a list are given by name. Dates are of the years {Input.FirstYear} to {Input.LastYear}.";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Options of one service's document: its title, its routes only, bearer tokens, idempotency keys.</summary>
    public static Action<OpenApiOptions> Of(string service, string summary) => options =>
    {
        options.ShouldInclude = api => api.RelativePath?.StartsWith($"api/{service}/", StringComparison.Ordinal) == true;
        // Requests and responses are nested in their use case: PlaceOrderRequest, not Request2.
        options.CreateSchemaReferenceId = json => OpenApiOptions.CreateDefaultSchemaReferenceId(json) is { } id
            ? json.Type.DeclaringType is { } useCase && !json.Type.IsGenericType ? useCase.Name + id : id
            : null;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = $"ExportConsortia {service}", Version = "1", Description = $"{summary} {AcceptedInput}",
            };
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "The access token that signing in gives.",
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            // A converter of our own reads the names, so the framework doesn't know them.
            var type = context.JsonTypeInfo.Type;
            if ((Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } list)
            {
                schema.Enum = [.. Enum.GetNames(list).Select(name => JsonValue.Create(name)), .. list == type ? [] : (JsonNode[])[null!]];
            }
            else if (context.JsonTypeInfo.ElementType is { IsEnum: true } listed)
            {
                schema.Items ??= new OpenApiSchema { Enum = [.. Enum.GetNames(listed).Select(name => JsonValue.Create(name))] };
            }

            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.HttpMethod == HttpMethods.Post
                && !context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any())
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = Idempotency.Header,
                    In = ParameterLocation.Header,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 200 },
                    Description = "For 7 days the same key with the same body gets the same answer and has one effect; "
                        + "with another body 409 IDEMPOTENCY_CONFLICT.",
                });
            }

            return Task.CompletedTask;
        });
    };

    /// <summary>Shows in the document what a body looks like: a request record, or text of the given type.</summary>
    public static TBuilder WithExample<TBuilder>(this TBuilder endpoint, object body, string contentType = "application/json")
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            if (operation.RequestBody?.Content?.TryGetValue(contentType, out var content) == true)
            {
                content.Example = JsonSerializer.SerializeToNode(body, Json);
            }

            return Task.CompletedTask;
        });

    /// <summary>Says in the document that the route requires <c>If-Match</c> (<see cref="EntityTag"/>).</summary>
    public static TBuilder WithIfMatch<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithErrors(412, 428).AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "If-Match",
                In = ParameterLocation.Header,
                Required = true,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                Description = "The ETag of the version that was read: 428 without it, 412 when it is stale.",
            });
            return Task.CompletedTask;
        });

    /// <summary>The error answers that any route can give.</summary>
    internal static TBuilder Describe<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes.WithErrors(400, 401, 403, 404, 409, 413, 429, 503);

    private static TBuilder WithErrors<TBuilder>(this TBuilder routes, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
        {
            routes.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), ["application/problem+json"]));
        }

        return routes;
    }
}
