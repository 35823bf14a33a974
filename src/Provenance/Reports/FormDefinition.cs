namespace BigMap.Analysis.Provenance;

/// <summary>What a field of a form holds.</summary>
public enum FormFieldKind : byte
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A finite number, as text with a point.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Integer,
}

/// <summary>A field of a form.</summary>
/// <param name="Key">Name, unique in its form.</param>
/// <param name="Label">What people read.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Unit">Unit symbol; empty for none.</param>
public sealed record FormField(string Key, string Label, FormFieldKind Kind = FormFieldKind.Text, string Unit = "")
{
    /// <summary>The values that are allowed; empty for any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

/// <summary>A part of a form.</summary>
/// <param name="Title">Title, unique in its form.</param>
/// <param name="Fields">The fields, in order.</param>
/// <param name="IsRepeated">Whether the part is filled several times, e.g. once for each peak.</param>
public sealed record FormSection(string Title, IReadOnlyList<FormField> Fields, bool IsRepeated = false);

/// <summary>A report form: what a laboratory says about an analysis, always the same fields in the same order.</summary>
/// <param name="Name">Name, e.g. <c>xrd</c>.</param>
/// <param name="Title">Title.</param>
/// <param name="Sections">The parts, in order.</param>
/// <remarks>Immutable, thread-safe. <see cref="Xrd"/> and <see cref="Xps"/> have the fields of the reporting forms of BIG-MAP deliverable D5.4; make your own for other techniques.</remarks>
public sealed record FormDefinition(string Name, string Title, IReadOnlyList<FormSection> Sections)
{
    /// <summary>The form for diffraction: BIG-MAP D5.4, Figure 24.</summary>
    public static FormDefinition Xrd { get; } = new("xrd", "XRD data analysis reporting form",
    [
        new FormSection("Laboratory", [new("laboratory_name", "Laboratory name")]),
        new FormSection("Information",
        [
            new("link_oln", "Link to the notebook entry"),
            new("link_archive", "Link to the archive record"),
            new("sample_description", "Description of the sample"),
            new("operando_or_in_situ", "Operando or in-situ"),
            new("raw_data_format", "Format of the raw data"),
            new("pre_visualization", "Were the data looked at beforehand?"),
            new("pre_treatment", "Were the data treated beforehand? Was anything left out?"),
            new("refinement_software", "Refinement software"),
            new("crystallographic_input", "Source of the crystallographic input"),
        ]),
        new FormSection("Refinement specifications",
        [
            new("background_selection", "Choice of the background"),
            new("background_subtraction", "Subtraction of the background"),
            new("smoothing_function", "Smoothing of the data, if any"),
            new("fitting_function", "Line shape"),
            new("refined_set_1", "First set of refined parameters"),
            new("refined_set_2", "Second set of refined parameters"),
            new("refined_set_3", "Third set of refined parameters"),
            new("refined_set_4", "Fourth set of refined parameters"),
            new("refined_set_5", "Fifth set of refined parameters"),
            new("refined_set_6", "Sixth set of refined parameters"),
            new("convergence_statistics", "Statistics used for convergence"),
            new("output_parameters", "Output parameters to be shared"),
            new("output_format", "Format of the output parameters"),
        ]),
    ]);

    /// <summary>The form for photoelectron spectroscopy: BIG-MAP D5.4, text, Tables 1 and 2.</summary>
    public static FormDefinition Xps { get; } = new("xps", "XPS data analysis reporting form",
    [
        new FormSection("Participant",
        [
            new("knowledge_xps", "Knowledge of XPS (1 low, 2 medium, 3 good)", FormFieldKind.Integer) { Choices = ["1", "2", "3"] },
            new("knowledge_battery_chemistry", "Knowledge of battery chemistry (1 low, 2 medium, 3 good)", FormFieldKind.Integer) { Choices = ["1", "2", "3"] },
            new("field_of_expertise", "Field of expertise"),
        ]),
        new FormSection("Calibration, background and fitting",
        [
            new("energy_calibration.reference_line", "Reference line of the energy calibration"),
            new("energy_calibration.reference_energy", "Energy of the reference line", FormFieldKind.Number, "eV"),
            new("energy_calibration.shift", "Shift of the energy scale", FormFieldKind.Number, "eV"),
            new("scale_factor_adjustment", "Adjustment of the scale factor", FormFieldKind.Number),
            new("background_function", "Background function"),
            new("background_range", "Range of the background", FormFieldKind.Text, "eV"),
            new("fitting_function", "Line shape"),
            new("statistics.rms", "Root mean square of the residuals", FormFieldKind.Number),
            new("statistics.chi2", "Chi-square", FormFieldKind.Number),
            new("statistics.residual_std", "Standard deviation of the residuals", FormFieldKind.Number),
            new("quantification.rsf_library", "Library of sensitivity factors"),
            new("quantification.atomic_percent", "Composition in atomic percent"),
        ]),
        new FormSection("Result per core level and peak",
        [
            new("core_level", "Core level"),
            new("assignment", "Assignment"),
            new("position", "Position", FormFieldKind.Number, "eV"),
            new("fwhm", "FWHM", FormFieldKind.Number, "eV"),
            new("intensity", "Intensity", FormFieldKind.Number, "counts/s"),
            new("area", "Area", FormFieldKind.Number, "counts eV/s"),
            new("fit_function", "Line shape"),
        ], IsRepeated: true),
    ]);

    /// <summary>The forms of this package.</summary>
    public static IReadOnlyList<FormDefinition> All { get; } = [Xrd, Xps];
}
