import { type InputPath, pathText } from "../field.ts";
import type { InputProblem } from "../input-problem.ts";
import { isMapping, shown } from "../plain.ts";
import type { CniSettings } from "./cni-settings.ts";
import { type Cluster, cniSettingsOf, gatherCluster } from "./gather-cluster.ts";
import { listObjects, OBJECTS_MAX } from "./list-objects.ts";
import { type NamedObject, readObject } from "./read-object.ts";

/** What manifests say. */
export interface ManifestsReading {
  /** Complete only if there are no problems: an object with one is left out. */
  readonly cluster: Cluster;
  /** Settings of the VPC CNI, where its DaemonSet is among the objects. */
  readonly settings: CniSettings;
  /** Everything that is wrong, in the order of documents. */
  readonly problems: readonly InputProblem[];
  /** Number of objects passed over, by kind. */
  readonly ignoredKinds: ReadonlyMap<string, number>;
}

/**
 * Reads Kubernetes objects, as a parser of YAML or JSON gives them, into the cluster of a world.
 *
 * Takes what `kubectl get -o json` prints as well as manifests: single objects, `List`, `PodList`,
 * and nothing at all (an empty YAML document). Deployments and the other workloads stand for one pod
 * each unless a pod of theirs is there too; as nobody knows its node and address, verdicts which
 * would need them are UNKNOWN. Throws nothing: one bad document is a problem among `problems`.
 * At most 500,000 objects.
 */
export function readManifests(documents: readonly unknown[]): ManifestsReading {
  const objects: NamedObject[] = [];
  const problems: InputProblem[] = [];
  const ignoredKinds = new Map<string, number>();
  const seen = new Map<string, number>();
  for (const [document, value] of documents.entries()) {
    if (value === undefined || value === null) continue;
    if (objects.length + problems.length > OBJECTS_MAX) {
      problems.push(tooMany(document));
      break;
    }
    for (const piece of piecesOf(value, document)) {
      if (piece.kind === "problem") problems.push(piece.problem);
      else if (piece.kind === "ignored") count(ignoredKinds, piece.ignoredKind);
      else if (seen.has(piece.object.subject)) problems.push(duplicate(piece, seen, document));
      else {
        objects.push(piece.object);
        seen.set(piece.object.subject, document);
      }
    }
  }
  const settings = cniSettingsOf(objects);
  return { cluster: gatherCluster(objects), settings, problems, ignoredKinds };
}

type Piece =
  | { readonly kind: "object"; readonly object: NamedObject; readonly path: InputPath }
  | { readonly kind: "ignored"; readonly ignoredKind: string }
  | { readonly kind: "problem"; readonly problem: InputProblem };

function piecesOf(value: unknown, document: number): readonly Piece[] {
  if (!isMapping(value)) {
    const description = `must be a Kubernetes object, found ${shown(value)}`;
    return [{ kind: "problem", problem: problemAt(document, "", [], description) }];
  }
  return listObjects(value).flatMap(({ value: one, path }): readonly Piece[] => {
    const outcome = readObject(one);
    if (outcome.kind === "ignored") return [outcome];
    if (outcome.kind === "object") return [{ ...outcome, path }];
    return outcome.problems.map((problem) => ({
      kind: "problem",
      problem: problemAt(
        document,
        problem.subject,
        [...path, ...problem.path],
        problem.description,
      ),
    }));
  });
}

function duplicate(
  { object: { subject }, path }: Extract<Piece, { kind: "object" }>,
  seen: ReadonlyMap<string, number>,
  document: number,
): InputProblem {
  const description = `is written twice, first in document ${seen.get(subject)}`;
  return problemAt(document, subject, path, description);
}

function tooMany(document: number): InputProblem {
  return problemAt(document, "", [], `more than ${OBJECTS_MAX} objects; the rest is not read`);
}

function problemAt(
  document: number,
  subject: string,
  path: InputPath,
  description: string,
): InputProblem {
  return { document, subject, field: pathText(path), description, path };
}

function count(counts: Map<string, number>, kind: string): void {
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
}
