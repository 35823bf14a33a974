namespace BigMap.Analysis.Electrochemistry;

/// <summary>What can be done with records, cycles and scans; every call is the step of the same name.</summary>
public static class ElectrochemistryExtensions
{
    /// <summary>Divides records into half-cycles and cycles.</summary>
    /// <param name="records">An <see cref="EcLabFile"/>, or any table with time, voltage, and current or charge in stated units.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The record of cycling.</returns>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    /// <exception cref="DataMismatchException">A column is missing, has no usable unit, or its times go back.</exception>
    /// <example><code>CyclingRecord cycling = file.Cycles(new CycleOptions { ActiveMass = 11.3 });</code></example>
    public static CyclingRecord Cycles(this IResultTable records, CycleOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        ElectrochemistrySteps.Cycles.Run(records, new(options ?? new CycleOptions()), context, cancellationToken);

    /// <summary>Puts the files of one measurement on one time axis and divides them into half-cycles and cycles.</summary>
    /// <param name="sequence">The files, in any order.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The record of cycling; its time 0 is the earliest start.</returns>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    /// <exception cref="DataMismatchException">Files overlap in time, or one lacks a column.</exception>
    /// <example><code>CyclingRecord cycling = (await EcLab.ReadSequenceAsync("cell42/*.mpr")).Cycles();</code></example>
    public static CyclingRecord Cycles(this EcLabSequence sequence, CycleOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        ElectrochemistrySteps.CyclesOfSequence.Run(sequence, new(options ?? new CycleOptions()), context, cancellationToken);

    /// <summary>Sums up capacities, efficiencies, energies and mean voltages.</summary>
    /// <param name="record">The record of cycling.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A table with a row per cycle or half-cycle.</returns>
    /// <remarks>Coulombic efficiency is discharge over charge (or as asked for) of the same cycle; energies are ∫V dQ by trapezoids; mean voltages are energy over capacity. What a cycle does not have is NaN.</remarks>
    /// <exception cref="OptionsException">An option cannot be used.</exception>
    /// <example><code>ResultTable cycles = cycling.Capacity();</code></example>
    public static ResultTable Capacity(this CyclingRecord record, CapacityOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        ElectrochemistrySteps.Capacity.Run(record, new(options ?? new CapacityOptions()), context, cancellationToken);

    /// <summary>Differential capacity dQ/dV of every half-cycle.</summary>
    /// <param name="record">The record of cycling.</param>
    /// <param name="options">Voltage step and smoothing; null for the defaults.</param>
    /// <param name="context">Threads, progress, provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A row per half-cycle over one voltage axis.</returns>
    /// <remarks>
    /// The charge between two records is spread evenly over the voltages between them and collected in steps of equal width: charge is
    /// conserved, whatever the noise of the voltage. Then a Savitzky–Golay filter (doi:10.1021/ac60214a047) over the given width.
    /// </remarks>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    /// <exception cref="DataMismatchException">There is no half-cycle, or the step makes too many points.</exception>
    /// <example><code>DqDvSeries dqdv = cycling.DqDv(new DqDvOptions { Step = 0.002, Smoothing = 0.02 });</code></example>
    public static DqDvSeries DqDv(this CyclingRecord record, DqDvOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        ElectrochemistrySteps.DqDv.Run(record, new(options ?? new DqDvOptions()), context, cancellationToken);

    /// <summary>Adds the content x of the intercalated ion as column <c>x</c>.</summary>
    /// <param name="record">The record of cycling.</param>
    /// <param name="options">Mass, molar mass or capacity, start value; null for what the file says.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The record with x.</returns>
    /// <remarks>x = x₀ ∓ Q/(m·C), Q the charge since x₀ held, positive on charge; C the given specific capacity, or n·F/(3.6·M) in mA·h/g with F = 96485.33212 C/mol and M in g/mol.</remarks>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    /// <exception cref="DataMismatchException">Mass, molar mass or start value is neither given nor in the file.</exception>
    /// <example><code>CyclingRecord withX = cycling.Lithiation(new LithiationOptions { ActiveMass = 11.3, MolarMass = 97.63, StartX = 1 });</code></example>
    public static CyclingRecord Lithiation(this CyclingRecord record, LithiationOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        ElectrochemistrySteps.Lithiation.Run(record, new(options ?? new LithiationOptions()), context, cancellationToken);

    /// <summary>Gives every scan of a series the electrochemical columns of its time.</summary>
    /// <param name="series">The scans, with a column that says when each was taken.</param>
    /// <param name="records">A <see cref="CyclingRecord"/>, an <see cref="EcLabFile"/>, or any table with times.</param>
    /// <param name="options">Tolerance, clock offset, drift; null for the defaults.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The series with the columns, and how well the times fit.</returns>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    /// <exception cref="DataMismatchException">There is no column of times, or the zero of one clock is not known.</exception>
    /// <example><code>
    /// AlignedSeries operando = scans.AlignWith(cycling, new AlignOptions { Tolerance = 30, ClockOffset = -4.2 });
    /// Console.WriteLine(operando.Report);
    /// </code></example>
    public static AlignedSeries AlignWith(this SpectrumSeries series, IResultTable records, AlignOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        ElectrochemistrySteps.Align.Run(new AlignInput(series, records), new(options ?? new AlignOptions()), context, cancellationToken);

    /// <summary>Gives every row of a table the electrochemical columns of its time, e.g. fits of scans voltage and x.</summary>
    /// <param name="table">The table, with a column of times.</param>
    /// <param name="records">A <see cref="CyclingRecord"/>, an <see cref="EcLabFile"/>, or any table with times.</param>
    /// <param name="options">Tolerance, clock offset, drift; null for the defaults.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The table with the columns, and how well the times fit.</returns>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    /// <exception cref="DataMismatchException">There is no column of times, or the zero of one clock is not known.</exception>
    /// <example><code>AlignedTable joined = fits.AlignWith(cycling);</code></example>
    public static AlignedTable AlignWith(this IResultTable table, IResultTable records, AlignOptions? options = null, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        ElectrochemistrySteps.AlignTable.Run(new AlignTableInput(table, records), new(options ?? new AlignOptions()), context, cancellationToken);

    /// <summary>Reads a cycler file and gives every scan of a series the electrochemical columns of its time: one call from file to aligned series.</summary>
    /// <param name="series">The scans, with a column that says when each was taken.</param>
    /// <param name="options">The file and how it is read, divided and aligned.</param>
    /// <param name="context">Provenance; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The series with the columns, and how well the times fit.</returns>
    /// <exception cref="OptionsException">An option is out of range.</exception>
    /// <exception cref="InputFormatException">The file cannot be read.</exception>
    /// <exception cref="DataMismatchException">File and series do not fit together.</exception>
    /// <example><code>AlignedSeries operando = await scans.AlignWithFileAsync(new AlignFileOptions { File = "cell42.mpr", WithX = true });</code></example>
    public static async Task<AlignedSeries> AlignWithFileAsync(this SpectrumSeries series, AlignFileOptions options, AnalysisContext? context = null, CancellationToken cancellationToken = default) =>
        await ElectrochemistrySteps.AlignFile.RunAsync(series, new(options), new StepEnvironment(context ?? AnalysisContext.Default), cancellationToken).ConfigureAwait(false);
}
