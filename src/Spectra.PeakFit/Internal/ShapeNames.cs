using System.Collections;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>
/// The shapes that a recipe can name, for schemas and panels. It says of every name that it is allowed: a direct call may bring a shape of its own, whose name
/// stands in no list, and a name that a recipe holds and nobody knows is refused by <see cref="PeakDefinition"/>, which sees the shape and not its name alone.
/// </summary>
internal sealed class ShapeNames(IReadOnlyList<string> names) : IReadOnlyList<string>, ICollection<string>
{
    public int Count => names.Count;

    bool ICollection<string>.IsReadOnly => true;

    public string this[int index] => names[index];

    public bool Contains(string item) => true;

    public IEnumerator<string> GetEnumerator() => names.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    void ICollection<string>.CopyTo(string[] array, int arrayIndex)
    {
        for (int i = 0; i < names.Count; i++)
            array[arrayIndex + i] = names[i];
    }

    void ICollection<string>.Add(string item) => throw new NotSupportedException();

    void ICollection<string>.Clear() => throw new NotSupportedException();

    bool ICollection<string>.Remove(string item) => throw new NotSupportedException();
}
