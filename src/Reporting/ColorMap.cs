namespace BigMap.Analysis.Reporting;

/// <summary>Colours that stand for values; the lightness of each runs one way, so that it survives printing in grey.</summary>
public enum ColorMap
{
    /// <summary>Perceptually uniform, dark blue to yellow; readable with every common kind of colour blindness. The default.</summary>
    Viridis,

    /// <summary>White to black, for print.</summary>
    Gray,
}
