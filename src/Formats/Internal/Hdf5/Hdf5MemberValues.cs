namespace BigMap.Analysis.Formats.Internal.Hdf5;

/// <summary>One member of compound values.</summary>
internal sealed class Hdf5MemberValues(Hdf5Values owner, Hdf5Member member)
    : Hdf5Values(owner.Source, $"{owner.Path}.{member.Name}", member.Type, owner.Space)
{
    internal override string? StorageObstacle => owner.StorageObstacle;

    internal override byte[] ReadStored(bool anyType = false)
    {
        if (!anyType && Type.Obstacle is { } obstacle)
            throw Refuse($"{obstacle} cannot be read here", "Read the other members.");
        byte[] raw = owner.ReadStored(anyType: true);
        int step = owner.Type.Size, size = Type.Size;
        var values = new byte[raw.Length / step * size];
        for (int i = 0; i * step < raw.Length; i++)
            raw.AsSpan((i * step) + member.Offset, size).CopyTo(values.AsSpan(i * size));
        return values;
    }

    internal override Hdf5BoxReader OpenBoxes() => new Hdf5MemoryReader(Source.File, ReadStored(), Space.Dimensions, Type.Size);
}
