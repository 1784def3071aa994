namespace ExportConsortia.Platform;

/// <summary>A setting is missing or wrong: the process stops with this sentence.</summary>
public sealed class WrongSettingException(string sentence) : Exception(sentence);
