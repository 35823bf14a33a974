"""Prints the triples of a crate as rdflib reads them, sorted. usage: check-crate.py CRATE BASE CONTEXT

CONTEXT is given to rdflib in place of https://w3id.org/ro/crate/1.2/context; nothing is fetched. Exit code 77: rdflib is not installed."""
import json
import sys

try:
    import rdflib
except ImportError:
    sys.exit(77)
crate = json.load(open(sys.argv[1], encoding="utf-8"))
context = json.load(open(sys.argv[3], encoding="utf-8"))["@context"]
crate["@context"] = [context if c == "https://w3id.org/ro/crate/1.2/context" else c for c in crate["@context"]]
graph = rdflib.Graph().parse(data=json.dumps(crate), format="json-ld", base=sys.argv[2])
text = graph.serialize(format="nt")
sys.stdout.write("\n".join(sorted(line for line in (text if isinstance(text, str) else text.decode()).split("\n") if line)))
