namespace BigMap.Analysis.Reporting;

/// <summary>What a pixel shows where several values fall into it. Missing values are left out; the panel states it.</summary>
public enum Binning
{
    /// <summary>Their mean. The default: it keeps the colours of noise and background honest.</summary>
    Mean,

    /// <summary>The largest: keeps narrow peaks visible, and makes noise look brighter.</summary>
    Max,
}
