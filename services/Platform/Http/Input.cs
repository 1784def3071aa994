using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ExportConsortia.Platform.Http;

/// <summary>
/// What any input must be: text that both stores and XML can hold, days within reach of the calendar, enum values by name, and no missing values.
/// Every request is checked before its use case, which need not repeat it.
/// </summary>
public static class Input
{
    /// <summary>The first valid year.</summary>
    public const int FirstYear = 1900;

    /// <summary>The last valid year.</summary>
    public const int LastYear = 2999;

    private const string NotText = "Contains a character that is not text, such as NUL.";
    private static readonly string NotADay = $"Must be a day of the years {FirstYear} to {LastYear}.";

    /// <summary>False for control characters other than tabs and line ends, half surrogate pairs, and code points that are no character.</summary>
    public static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
            {
                continue;
            }

            if (!char.IsSurrogatePair(text, i))
            {
                return false;
            }

            i++;
        }

        return true;
    }

    /// <summary>True for a day in the valid years: away from the ends of the calendar, where there is no next day.</summary>
    public static bool IsDay(DateOnly day) => IsYear(day.Year);

    /// <summary>True for a valid year.</summary>
    public static bool IsYear(int year) => year is >= FirstYear and <= LastYear;

    /// <summary>The enum value of this name. A number is not a name, nor are several names.</summary>
    /// <exception cref="FormatException">There is no value of this name.</exception>
    public static T Named<T>(string name)
        where T : struct, Enum =>
        IsName(typeof(T), name) ? Enum.Parse<T>(name, ignoreCase: true) : throw new FormatException($"'{name}' is not a {typeof(T).Name}.");

    /// <summary>Refuses a request with invalid fields in its path, query or body, and names each.</summary>
    internal static EndpointFilterDelegate Check(EndpointFilterFactoryContext route, EndpointFilterDelegate next)
    {
        var json = route.ApplicationServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var lists = route.MethodInfo.GetParameters().Select(p => (p.Name, Type: Nullable.GetUnderlyingType(p.ParameterType) ?? p.ParameterType))
            .Where(p => p.Type.IsEnum).ToDictionary(p => p.Name!, p => p.Type, StringComparer.OrdinalIgnoreCase);
        return context =>
        {
            var http = context.HttpContext;
            var errors = new Dictionary<string, string[]>();
            foreach (var (name, value) in http.Request.RouteValues)
            {
                CheckPart(value, name, errors, json);
            }

            foreach (var (name, values) in http.Request.Query)
            {
                foreach (var value in values.OfType<string>())
                {
                    CheckPart(value, name, errors, json);
                    if (value.Length > 0 && lists.TryGetValue(name, out var list) && !IsName(list, value))
                    {
                        errors[name] = [OneOf(list)];
                    }
                }
            }

            if (http.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } body)
            {
                CheckPart(context.Arguments.FirstOrDefault(a => a?.GetType() == body), "", errors, json);
            }

            return errors.Count > 0 ? ValueTask.FromResult<object?>(Refusal.Invalid(errors)) : next(context);
        };
    }

    // Fields are named as the sender names them, such as lines[2].delivery.requestedPeriod.endDate.
    private static void CheckPart(object? value, string field, Dictionary<string, string[]> errors, JsonSerializerOptions json)
    {
        switch (value)
        {
            case null:
                break;
            case string text when !IsText(text):
                errors[field] = [NotText];
                break;
            case DateOnly day when !IsDay(day):
                errors[field] = [NotADay];
                break;
            case string or DateOnly or Guid or Enum or decimal:
                break;
            case IDictionary named:
                foreach (DictionaryEntry one in named)
                {
                    CheckPart(one.Key, field, errors, json);
                    CheckElement(one.Value, $"{field}.{one.Key}", errors, json);
                }

                break;
            case IEnumerable many:
                foreach (var (i, one) in many.Cast<object?>().Index())
                {
                    CheckElement(one, $"{field}[{i}]", errors, json);
                }

                break;
            case var part when json.GetTypeInfo(part.GetType()) is { Kind: JsonTypeInfoKind.Object } known:
                foreach (var property in known.Properties.Where(p => p.Get is not null && !p.PropertyType.IsPrimitive))
                {
                    var (name, inside) = (field.Length == 0 ? property.Name : $"{field}.{property.Name}", property.Get!(part));
                    if (inside is null && !property.IsGetNullable)
                    {
                        errors[name] = ["Is missing."];
                    }

                    CheckPart(inside, name, errors, json);
                }

                break;
        }
    }

    // No request has a list or dictionary in which something may be missing.
    private static void CheckElement(object? value, string field, Dictionary<string, string[]> errors, JsonSerializerOptions json)
    {
        if (value is null)
        {
            errors[field] = ["Is missing."];
        }

        CheckPart(value, field, errors, json);
    }

    private static bool IsName(Type list, string text) => Enum.GetNames(list).Contains(text, StringComparer.OrdinalIgnoreCase);

    private static string OneOf(Type list) => $"Must be one of {string.Join(", ", Enum.GetNames(list))}.";

    /// <summary>Enum values by name. The serializer's own converter also accepts several names at once, combined into a number.</summary>
    internal sealed class NameConverters : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(NameConverter<>).MakeGenericType(typeToConvert))!;
    }

    private sealed class NameConverter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && reader.GetString() is { } text && IsName(typeof(T), text)
                ? Named<T>(text)
                : throw new JsonException(OneOf(typeof(T)));

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
