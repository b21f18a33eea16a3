import { type FieldProblem, invalid, type TrunklineError } from "@trunkline/core";

/** Where something was written. */
export interface Source {
  /** Path of the file below the manifests folder, with "/". */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** One thing wrong with a manifest, or worth a warning. */
export interface Problem extends Source {
  /** "SecurityGroupPolicy shop/api"; empty when the file itself is meant. */
  readonly subject: string;
  /** "spec.securityGroups.groupIds[0]"; empty when the whole object is meant. */
  readonly path: string;
  readonly description: string;
}

/** Most problems that one error or log line shows; the rest is counted. */
const PROBLEMS_SHOWN_MAX = 200;

/** Renders a problem without its place: "Pod shop/api: spec.nodeName: must be text, found 7". */
function problemText({ subject, path, description }: Problem): string {
  return [subject, path, description].filter((part) => part !== "").join(": ");
}

/** Renders a problem with its place in front, as compilers do: "pods.yaml:12: …". */
export function problemLine(problem: Problem): string {
  return `${problem.file}:${problem.line}: ${problemText(problem)}`;
}

/** The INVALID_ARGUMENT that lists every problem of a folder, in the order of files and lines. */
export function brokenManifests(folder: string, problems: readonly Problem[]): TrunklineError {
  const fields: FieldProblem[] = inOrder(problems)
    .slice(0, PROBLEMS_SHOWN_MAX)
    .map((problem) => ({
      field: `${problem.file}:${problem.line}`,
      description: problemText(problem),
    }));
  const hidden = problems.length - fields.length;
  if (hidden > 0) fields.push({ field: "", description: `and ${hidden} more problems` });
  return invalid(`manifests in ${folder} are wrong (${problems.length} problems):`, fields);
}

/** Sorts problems by file, then line. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => compareText(a.file, b.file) || a.line - b.line);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
