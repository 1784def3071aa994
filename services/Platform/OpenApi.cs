using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ExportConsortia.Platform;

/// <summary>What every service's OpenAPI document says alike.</summary>
public static class OpenApi
{
    /// <summary>Options of one service's document: its title, its routes only, bearer tokens, idempotency keys.</summary>
    public static Action<OpenApiOptions> Of(string service, string summary) => options =>
    {
        options.ShouldInclude = api => api.RelativePath?.StartsWith($"api/{service}/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = $"ExportConsortia {service}", Version = "1", Description = summary };
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "Access token of POST /api/membership/tokens.",
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.HttpMethod == HttpMethods.Post)
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = Idempotency.Header,
                    In = ParameterLocation.Header,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 200 },
                    Description = "The same key and body get the same answer and have one effect, for 7 days; another body gets 409 IDEMPOTENCY_CONFLICT.",
                });
            }

            return Task.CompletedTask;
        });
    };

    /// <summary>The error answers that any route can give.</summary>
    internal static TBuilder Describe<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in (int[])[400, 401, 403, 404, 409, 413, 429, 503])
        {
            routes.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), ["application/problem+json"]));
        }

        return routes;
    }
}
