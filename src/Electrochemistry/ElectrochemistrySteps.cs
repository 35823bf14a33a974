using BigMap.Analysis.Electrochemistry.Internal;

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

    /// <summary><c>electrochem.read-sequence</c>: the <c>.mpr</c> or <c>.mpt</c> files of one measurement; records each with the SHA-256 of its bytes.</summary>
    public static Step<InputPath, EcLabReadOptions, EcLabSequence> ReadSequence { get; } = new(
        "electrochem.read-sequence",
        1,
        EcLabReadOptions.Set,
        (input, request, scope, ct) => EcLab.ReadSequenceAsync(input, request.Options, scope, ct))
    {
        Title = "Read EC-Lab sequence",
        Description = "Reads the files of one measurement, a technique each, from a folder or pattern.",
    };

    /// <summary><c>electrochem.cycles-of-sequence</c>: states, half-cycles, cycles and capacities over the files of one measurement.</summary>
    public static Step<EcLabSequence, CycleOptions, CyclingRecord> CyclesOfSequence { get; } = new(
        "electrochem.cycles-of-sequence",
        1,
        CycleOptions.Set,
        (sequence, request, scope, cancellationToken) => HalfCycleFinder.Find(sequence, request.Options, scope, cancellationToken))
    {
        Title = "Cycles of a sequence",
        Description = "Puts the files of one measurement on one time axis and divides them into half-cycles and cycles.",
    };

    /// <summary><c>electrochem.cycles</c>: states, half-cycles, cycles and capacities of records.</summary>
    public static Step<IResultTable, CycleOptions, CyclingRecord> Cycles { get; } = new(
        "electrochem.cycles",
        1,
        CycleOptions.Set,
        (table, request, scope, cancellationToken) => HalfCycleFinder.Find(table, request.Options, scope, cancellationToken))
    {
        Title = "Cycles",
        Description = "Divides records into half-cycles and cycles, and gives each its state and capacity.",
    };

    /// <summary><c>electrochem.capacity</c>: capacities, efficiencies, energies and mean voltages by cycle or half-cycle.</summary>
    public static Step<CyclingRecord, CapacityOptions, ResultTable> Capacity { get; } = new(
        "electrochem.capacity",
        1,
        CapacityOptions.Set,
        (record, request, _, cancellationToken) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return CapacitySummary.Make(record, request.Options);
        })
    {
        Title = "Capacities",
        Description = "Sums capacity, efficiency, energy and mean voltage up by cycle or half-cycle.",
    };

    /// <summary><c>electrochem.dqdv</c>: dQ/dV of every half-cycle on a uniform voltage axis.</summary>
    public static Step<CyclingRecord, DqDvOptions, DqDvSeries> DqDv { get; } = new("electrochem.dqdv", 1, DqDvOptions.Set, DqDvCode.Run)
    {
        Title = "dQ/dV",
        Description = "Differential capacity of every half-cycle on a uniform voltage axis, smoothed.",
    };

    /// <summary><c>electrochem.lithiation</c>: the content x of the intercalated ion at every record.</summary>
    public static Step<CyclingRecord, LithiationOptions, CyclingRecord> Lithiation { get; } = new(
        "electrochem.lithiation",
        1,
        LithiationOptions.Set,
        (record, request, _, cancellationToken) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return LithiationCode.Add(record, request.Options);
        })
    {
        Title = "Lithiation",
        Description = "Computes the content x from charge, active mass, molar mass and a start value.",
    };

    /// <summary><c>electrochem.align</c>: electrochemical columns for the rows of a series, by time.</summary>
    public static Step<AlignInput, AlignOptions, AlignedSeries> Align { get; } = new(
        "electrochem.align",
        1,
        AlignOptions.Set,
        (input, request, scope, ct) => AlignCode.Run(input, request, scope, ct))
    {
        Title = "Align with scans",
        Description = "Gives every scan voltage, capacity, cycle, state and x of its time.",
    };

    /// <summary><c>electrochem.align-table</c>: electrochemical columns for the rows of a table, by time.</summary>
    public static Step<AlignTableInput, AlignOptions, AlignedTable> AlignTable { get; } = new(
        "electrochem.align-table",
        1,
        AlignOptions.Set,
        (input, request, scope, ct) => AlignCode.Run(input, request, scope, ct))
    {
        Title = "Align with a table",
        Description = "Gives every row of a table voltage, capacity, cycle, state and x of its time.",
    };

    /// <summary><c>electrochem.align-file</c>: reads a cycler file, or those of a sequence, and aligns them with a series; a recipe can use it between its steps.</summary>
    public static Step<SpectrumSeries, AlignFileOptions, AlignedSeries> AlignFile { get; } = new(
        "electrochem.align-file",
        1,
        AlignFileOptions.Set,
        async (series, request, scope, ct) =>
        {
            AlignFileOptions options = request.Options;
            EcLabSequence files = await EcLab.ReadSequenceAsync(new InputPath(options.File), options.Read, scope, ct).ConfigureAwait(false);
            CyclingRecord record = HalfCycleFinder.Find(files, options.Cycles, scope, ct);
            if (options.WithX)
                record = LithiationCode.Add(record, options.Lithiation);
            var align = new StepRequest<AlignOptions>(options.Align, [.. request.Overrides.Select(o => o with { Options = (o.Options as AlignFileOptions)?.Align })]);
            return AlignCode.Run(new AlignInput(series, record), align, scope, ct);
        })
    {
        Title = "Align with a cycler file",
        Description = "Reads a .mpr or .mpt, or several of one measurement, and gives every scan voltage, capacity, cycle, state and x of its time.",
    };

    /// <summary>Every step of this package.</summary>
    public static IReadOnlyList<IStep> All { get; } = [Read, ReadSequence, Cycles, CyclesOfSequence, Capacity, DqDv, Lithiation, Align, AlignTable, AlignFile];
}
