namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>The instance can't be planned; <see cref="Path"/> names the place in the file.</summary>
internal sealed class InstanceException(string path, string sentence) : Exception($"{path}: {sentence}")
{
    /// <summary>JSON path, for example <c>$.lines[3].product</c>.</summary>
    public string Path { get; } = path;
}
