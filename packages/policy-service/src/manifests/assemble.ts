import {
  type Cluster,
  gatherCluster,
  type NamedObject,
  OBJECTS_MAX,
  type ObjectProblem,
  readObject,
} from "@trunkline/core/inputs";
import { parseDocuments, type RawObject } from "./parse-documents.ts";
import type { Problem, Source } from "./problem.ts";

/** A typed object with the place where it was written. */
interface PlacedObject {
  readonly object: NamedObject;
  /** Where it was written; the first call may have to look it up. */
  readonly place: () => Source;
}

/** What one file says; depends on nothing but its name and text. */
export interface ParsedFile {
  readonly objects: readonly PlacedObject[];
  readonly problems: readonly Problem[];
  /** Kinds that do not matter here, one entry per object. */
  readonly ignoredKinds: readonly string[];
}

/** What a folder says. */
export interface Manifests {
  /** Complete only if there are no problems. */
  readonly cluster: Cluster;
  /** Place of each object by its subject, "SecurityGroupPolicy shop/api". */
  readonly places: ReadonlyMap<string, () => Source>;
  readonly problems: readonly Problem[];
  /** Number of objects passed over, by kind. */
  readonly ignoredKinds: ReadonlyMap<string, number>;
}

/** Parses one file. */
export function parseFile(file: string, text: string): ParsedFile {
  const documents = parseDocuments(file, text);
  const objects: PlacedObject[] = [];
  const problems = [...documents.problems];
  const ignoredKinds: string[] = [];
  for (const raw of documents.objects) {
    const outcome = readObject(raw.value);
    if (outcome.kind === "object") objects.push({ object: outcome.object, place: raw.place });
    else if (outcome.kind === "ignored") ignoredKinds.push(outcome.ignoredKind);
    else problems.push(...outcome.problems.map((problem) => placed(problem, raw)));
  }
  return { objects, problems, ignoredKinds };
}

function placed({ subject, field, description, path }: ObjectProblem, raw: RawObject): Problem {
  return { file: raw.file, line: raw.lineOf(path), subject, path: field, description };
}

/** Puts files together; an object that is written twice is a problem at both places. */
export function assemble(files: readonly ParsedFile[]): Manifests {
  const objects = files.flatMap((file) => file.objects);
  const problems = files.flatMap((file) => file.problems);
  const places = new Map<string, () => Source>();
  for (const { object, place } of objects) {
    const first = places.get(object.subject);
    if (first === undefined) places.set(object.subject, place);
    else problems.push(duplicate(object.subject, place(), first()));
  }
  if (objects.length > OBJECTS_MAX) {
    const description = `${objects.length} objects, at most ${OBJECTS_MAX} are read`;
    problems.push({ file: ".", line: 1, subject: "", path: "", description });
  }
  const ignoredKinds = new Map<string, number>();
  for (const kind of files.flatMap((file) => file.ignoredKinds)) {
    ignoredKinds.set(kind, (ignoredKinds.get(kind) ?? 0) + 1);
  }
  const cluster = gatherCluster(objects.map(({ object }) => object));
  return { cluster, places, problems, ignoredKinds };
}

function duplicate(subject: string, source: Source, first: Source): Problem {
  const description = `is written twice, first in ${first.file}:${first.line}`;
  return { ...source, subject, path: "", description };
}
