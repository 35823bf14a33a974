namespace BigMap.Analysis.Provenance;

/// <summary>A term of an ontology, by IRI.</summary>
/// <param name="Iri">The IRI.</param>
/// <param name="Label">Preferred label.</param>
/// <param name="Parent">For a term of this project: IRI of the term that it is a kind of; empty for others.</param>
/// <param name="Definition">For a term of this project: its definition; empty for others.</param>
public sealed record OntologyTerm(string Iri, string Label, string Parent = "", string Definition = "")
{
    /// <summary>Whether the term is one of this project, because the published ontologies have none for it.</summary>
    public bool IsOwn => Iri.StartsWith(Ontology.OwnNamespace, StringComparison.Ordinal);
}
