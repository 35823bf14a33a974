using System.Text;

namespace BigMap.Analysis.Diffraction.Powder;

/// <summary>The steps of this package, for recipes and panels.</summary>
public static class DiffractionPowderSteps
{
    /// <summary><c>powder.read-cif</c>: a structure from a CIF; records the file with the SHA-256 of its bytes.</summary>
    public static Step<InputPath, CifReadOptions, CrystalStructure> ReadCif { get; } = new(
        "powder.read-cif",
        1,
        CifReadOptions.Set,
        async (input, request, scope, cancellationToken) =>
        {
            (byte[] bytes, FileRef file) = await InputFile.ReadAsync(input.Path, "chemical/x-cif", cancellationToken).ConfigureAwait(false);
            scope.Use(file);
            CrystalStructure structure = CrystalStructure.ParseCif(Encoding.UTF8.GetString(bytes), input.Path, request.Options);
            foreach (string warning in structure.Warnings)
                scope.Warn(new StepWarning("cif", warning));
            return structure;
        })
    {
        Title = "Read CIF",
        Description = "Reads cell, space group and atoms from a crystallographic information file.",
    };

    /// <summary>All steps of this package.</summary>
    public static IReadOnlyList<IStep> All { get; } = [ReadCif];
}
