namespace BigMap.Analysis.Provenance;

/// <summary>Terms that crates use: CHAMEO 1.0.3, EMMO 1.0.3, EMMO electrochemistry 0.37.2 and EMMO battery 0.20.1 by IRI, and terms of this project where those have none.</summary>
/// <remarks>
/// CHAMEO, EMMO and its domains: CC BY 4.0, EMMC and contributors (https://github.com/emmo-repo). Terms of this project are subclasses of published
/// ones; a crate that uses one carries its definition. Their namespace is a name, not an address that answers.
/// </remarks>
public static class Ontology
{
    /// <summary>Namespace of the terms of this project.</summary>
    public const string OwnNamespace = "https://w3id.org/bigmap-analysis/terms#";

    private const string Chameo = "https://w3id.org/emmo/domain/characterisation-methodology/chameo#";
    private const string Emmo = "https://w3id.org/emmo#";
    private const string Electrochemistry = "https://w3id.org/emmo/domain/electrochemistry#electrochemistry_";
    private const string Battery = "https://w3id.org/emmo/domain/battery#battery_";

    /// <summary>Data as the instrument gave them.</summary>
    public static OntologyTerm RawData { get; } = InChameo("RawData");

    /// <summary>Data that were prepared for analysis: averaged, corrected, reduced.</summary>
    public static OntologyTerm PrimaryData { get; } = InChameo("PrimaryData");

    /// <summary>Data that came out of an analysis.</summary>
    public static OntologyTerm SecondaryData { get; } = InChameo("SecondaryData");

    /// <summary>CHADA part 1: what is studied, and what for.</summary>
    public static OntologyTerm UseCase { get; } = InChameo("UserCase");

    /// <summary>CHADA part 2: the measurement.</summary>
    public static OntologyTerm Experiment { get; } = InChameo("CharacterisationExperiment");

    /// <summary>CHADA part 4: what was done with the data.</summary>
    public static OntologyTerm DataPostProcessing { get; } = InChameo("DataPostProcessing");

    /// <summary>The sample.</summary>
    public static OntologyTerm Sample { get; } = InChameo("Sample");

    /// <summary>The instrument of the measurement.</summary>
    public static OntologyTerm Instrument { get; } = InChameo("CharacterisationMeasurementInstrument");

    /// <summary>The laboratory.</summary>
    public static OntologyTerm Laboratory { get; } = InChameo("Laboratory");

    /// <summary>The person.</summary>
    public static OntologyTerm Operator { get; } = InChameo("Operator");

    /// <summary>A step of the computation.</summary>
    public static OntologyTerm DataProcessing { get; } = new(Emmo + "EMMO_1c7f2dfe_0db4_4bf6_a0f6_853054a34ead", "DataProcessing");

    /// <summary>A parameter of a step.</summary>
    public static OntologyTerm Parameter { get; } = new(Emmo + "EMMO_d1d436e7_72fc_49cd_863b_7bfb4ba5276a", "Parameter");

    /// <summary>X-ray powder diffraction.</summary>
    public static OntologyTerm XrayPowderDiffraction { get; } = InChameo("XrayPowderDiffraction");

    /// <summary>Neutron powder diffraction; a term of this project.</summary>
    public static OntologyTerm NeutronPowderDiffraction { get; } = Own("NeutronPowderDiffraction", Chameo + "ScatteringAndDiffraction", "Diffraction of neutrons by a polycrystalline sample.");

    /// <summary>X-ray photoelectron spectroscopy; the label of the term is XpsVariableKinetic.</summary>
    public static OntologyTerm XrayPhotoelectronSpectroscopy { get; } = InChameo("XpsVariableKinetic");

    /// <summary>Raman spectroscopy.</summary>
    public static OntologyTerm RamanSpectroscopy { get; } = InChameo("RamanSpectroscopy");

    /// <summary>Fourier-transform infrared spectroscopy.</summary>
    public static OntologyTerm InfraredSpectroscopy { get; } = InChameo("FourierTransformInfraredSpectroscopy");

    /// <summary>X-ray tomography; a term of this project.</summary>
    public static OntologyTerm XrayTomography { get; } = Own("XrayTomography", Chameo + "Tomography", "Tomography with X-rays.");

    /// <summary>Neutron tomography; a term of this project.</summary>
    public static OntologyTerm NeutronTomography { get; } = Own("NeutronTomography", Chameo + "Tomography", "Tomography with neutrons.");

    /// <summary>Cyclic charging and discharging at constant current.</summary>
    public static OntologyTerm GalvanostaticCycling { get; } = new(Electrochemistry + "79a8802e_8296_459a_b65d_6e5c79e1bf37", "GalvanostaticCycling");

    /// <summary>Electrochemical impedance spectroscopy.</summary>
    public static OntologyTerm ImpedanceSpectroscopy { get; } = InChameo("ElectrochemicalImpedanceSpectroscopy");

    /// <summary>Lattice parameter; a term of this project.</summary>
    public static OntologyTerm LatticeParameter { get; } = Own("LatticeParameter", Emmo + "EMMO_cd2cd0de_e0cc_4ef1_b27e_2e88db027bac", "Length of an edge of the unit cell of a crystal.");

    /// <summary>Binding energy; a term of this project.</summary>
    public static OntologyTerm BindingEnergy { get; } = Own("BindingEnergy", Emmo + "EMMO_31ec09ba_1713_42cb_83c7_b38bf6f9ced2", "Energy that frees an electron from its level to the Fermi level.");

    /// <summary>Scattering angle 2θ; a term of this project (EMMO has the Bragg angle θ).</summary>
    public static OntologyTerm ScatteringAngle { get; } = Own("ScatteringAngle", Emmo + "EMMO_f3dd74c0_f480_49e8_9764_33b78638c235", "Angle between the incident and the scattered ray, twice the Bragg angle.");

    /// <summary>LiNiO2; a term of this project.</summary>
    public static OntologyTerm LithiumNickelOxide { get; } = Own("LithiumNickelOxide", Electrochemistry + "79d1b273_58cd_4be6_a250_434817f7c261", "LiNiO2, a layered oxide, as active material.");

    /// <summary>Graphite; a term of this project.</summary>
    public static OntologyTerm Graphite { get; } = Own("Graphite", Electrochemistry + "79d1b273_58cd_4be6_a250_434817f7c261", "Graphite as active material.");

    /// <summary>A battery cell.</summary>
    public static OntologyTerm BatteryCell { get; } = new(Battery + "68ed592a_7924_45d0_a108_94d6275d57f0", "BatteryCell");

    /// <summary>Cell voltage.</summary>
    public static OntologyTerm CellVoltage { get; } = new(Electrochemistry + "4ebe2ef1_eea8_4b10_822d_7a68215bd24d", "CellVoltage");

    /// <summary>State of charge.</summary>
    public static OntologyTerm StateOfCharge { get; } = new(Electrochemistry + "8b2aaa50_bbe1_45da_8778_8898326246a2", "StateOfCharge");

    /// <summary>Thermodynamic temperature.</summary>
    public static OntologyTerm Temperature { get; } = new(Emmo + "EMMO_affe07e4_e9bc_4852_86c6_69e26182a17f", "ThermodynamicTemperature");

    /// <summary>Wavelength.</summary>
    public static OntologyTerm Wavelength { get; } = new(Emmo + "EMMO_573c7572_e7c7_4909_93a4_2bfe102e389d", "Wavelength");

    /// <summary>Wavenumber.</summary>
    public static OntologyTerm Wavenumber { get; } = new(Emmo + "EMMO_e0aaed83_9224_4bd8_a960_a813c4569412", "Wavenumber");

    /// <summary>A decision of a person about one row; a term of this project.</summary>
    public static OntologyTerm RowOverride { get; } = Own("RowOverride", Chameo + "CharacterisationTask", "Decision of a person that one row is analysed with other parameters than the rest, or left out.");

    /// <summary>A change of metadata by a person; a term of this project.</summary>
    public static OntologyTerm MetadataEdit { get; } = Own("MetadataEdit", Chameo + "CharacterisationTask", "Change of an entry of the metadata by a person.");

    private static IReadOnlyList<(string Symbol, OntologyTerm Term)> Units { get; } =
    [
        ("deg", InEmmo("Degree")), ("eV", InEmmo("ElectronVolt")), ("V", InEmmo("Volt")), ("A", InEmmo("Ampere")), ("mA", InEmmo("MilliAmpere")),
        ("A h", InEmmo("AmpereHour")), ("mA h", InEmmo("MilliAmpereHour")), ("mA h/g", InEmmo("MilliAmpereHourPerGram")), ("K", InEmmo("Kelvin")),
        ("s", InEmmo("Second")), ("m", InEmmo("Metre")), ("kg", InEmmo("Kilogram")), ("degC", InEmmo("DegreeCelsius")),
    ];

    /// <summary>Every term here, units included.</summary>
    public static IReadOnlyList<OntologyTerm> All { get; } =
    [
        RawData, PrimaryData, SecondaryData, UseCase, Experiment, DataPostProcessing, Sample, Instrument, Laboratory, Operator, DataProcessing, Parameter,
        XrayPowderDiffraction, NeutronPowderDiffraction, XrayPhotoelectronSpectroscopy, RamanSpectroscopy, InfraredSpectroscopy, XrayTomography,
        NeutronTomography, GalvanostaticCycling, ImpedanceSpectroscopy, LatticeParameter, BindingEnergy, ScatteringAngle, LithiumNickelOxide, Graphite,
        BatteryCell, CellVoltage, StateOfCharge, Temperature, Wavelength, Wavenumber, RowOverride, MetadataEdit,
        .. Units.Select(u => u.Term),
    ];

    /// <summary>The term of a unit symbol.</summary>
    /// <param name="symbol">Symbol: <c>deg</c>, <c>eV</c>, <c>V</c>, <c>A</c>, <c>mA</c>, <c>A h</c>, <c>mA h</c>, <c>mA h/g</c>, <c>K</c>, <c>s</c>, <c>m</c>, <c>kg</c>, <c>degC</c>.</param>
    /// <returns>The term; null where EMMO's selection has none, e.g. for cm⁻¹.</returns>
    public static OntologyTerm? Unit(string symbol) => Units.FirstOrDefault(u => u.Symbol == symbol).Term;

    private static OntologyTerm InChameo(string name) => new(Chameo + name, name);

    private static OntologyTerm InEmmo(string name) => new(Emmo + name, name);

    private static OntologyTerm Own(string name, string parent, string definition) => new(OwnNamespace + name, name, parent, definition);
}
