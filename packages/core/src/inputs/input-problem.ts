import type { FieldProblem } from "../errors/trunkline-error.ts";
import { type Field, type InputPath, pathOf, pathText, type Report } from "./field.ts";

/** One thing wrong with one object of an input, at its place. */
export interface ObjectProblem extends FieldProblem {
  /** "SecurityGroupPolicy shop/api", "SecurityGroup sg-1"; empty when no object is meant. */
  readonly subject: string;
  /** `field` as keys and indexes, for those who know where each was written. */
  readonly path: InputPath;
}

/** The same among several documents. */
export interface InputProblem extends ObjectProblem {
  /** Position among the documents that were given, from 0. */
  readonly document: number;
}

/** Problems that one object may have; whoever wrote more has to begin anew anyway. */
const PROBLEMS_PER_OBJECT_MAX = 100;

/** Gathers what is wrong with one object: each thing once, however many readers notice it. */
export function problemList(subject: string): {
  readonly problems: readonly ObjectProblem[];
  readonly report: Report;
} {
  const problems: ObjectProblem[] = [];
  const known = new Set<string>();
  const report = (field: Field, description: string) => {
    if (known.size >= PROBLEMS_PER_OBJECT_MAX) return;
    const path = pathOf(field);
    const problem = { subject, field: pathText(path), description, path };
    const key = JSON.stringify([problem.field, description]);
    if (!known.has(key)) problems.push(problem);
    known.add(key);
  };
  return { problems, report };
}

/** Renders a problem: "Pod shop/api: spec.nodeName: must be text, found 7". */
export function problemText({ subject, field, description }: Omit<ObjectProblem, "path">): string {
  return [subject, field, description].filter((part) => part !== "").join(": ");
}
