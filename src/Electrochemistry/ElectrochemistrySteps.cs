namespace BigMap.Analysis.Electrochemistry;

/// <summary>The steps of this package, for recipes and panels.</summary>
public static class ElectrochemistrySteps
{
    /// <summary><c>electrochem.read</c>: an EC-Lab <c>.mpr</c> or <c>.mpt</c>; records the file with the SHA-256 of the bytes that were parsed.</summary>
    public static Step<InputPath, EcLabReadOptions, EcLabFile> Read { get; } = new(
        "electrochem.read",
        1,
        EcLabReadOptions.Set,
        (input, request, scope, ct) => EcLab.ReadAsync(input, request.Options, scope, ct))
    {
        Title = "Read EC-Lab file",
        Description = "Reads a .mpr or .mpt of EC-Lab or BT-Lab into a table of records.",
    };

    /// <summary>Every step of this package.</summary>
    public static IReadOnlyList<IStep> All { get; } = [Read];
}
