import type { Explanation, Step } from "../verdict/explanation.ts";
import { type BoundedMap, boundedMap } from "./bounded-map.ts";
import { filled, type Gapped, gapped, holdsMark, markOf, type Side } from "./marks.ts";
import {
  type ServiceTemplate,
  serviceFrom,
  serviceTemplate,
  type WayTemplate,
  wayFrom,
  wayTemplate,
} from "./service-template.ts";
import { type StepTemplate, stepFrom, stepTemplate } from "./step-template.ts";

/** An explanation with gaps for the names of both ends. */
export interface ExplanationTemplate {
  /** What it shares with others: all but steps and notes. */
  readonly frame: Frame;
  readonly steps: readonly StepTemplate[];
  readonly notes: readonly Gapped[];
}

interface Frame {
  readonly explanation: Explanation;
  readonly way: WayTemplate;
  readonly service: ServiceTemplate | undefined;
}

/** Parts of templates, each kept once: many explanations have steps and notes in common. */
export interface TemplateParts {
  readonly frames: BoundedMap<string, Frame | "none">;
  readonly steps: BoundedMap<string, StepTemplate | "none">;
  readonly notes: BoundedMap<string, Gapped>;
}

/** Parts of each kind, of half a kilobyte to one and a half with the text that finds it. */
const PARTS_MAX = 1 << 14;

/** No parts yet. */
export function noParts(): TemplateParts {
  return {
    frames: boundedMap(PARTS_MAX),
    steps: boundedMap(PARTS_MAX),
    notes: boundedMap(PARTS_MAX),
  };
}

/**
 * Makes a template of an explanation of two ends whose names are marks, so many each.
 *
 * Undefined where that would not be exact: a mark stands where there is no gap, or something would
 * be left out. Each part is filled with marks, which must give the part again, and with nothing,
 * which must leave no mark.
 */
export function templateOf(
  explanation: Explanation,
  nameCounts: Readonly<Record<Side, number>>,
  parts: TemplateParts,
): ExplanationTemplate | undefined {
  const bare = { ...explanation, steps: [], notes: [] };
  const frame = kept(parts.frames, bare, (key) =>
    exactly(key, frameOf(bare), frameFrom, nameCounts),
  );
  const steps = explanation.steps.map((step) => {
    return kept(parts.steps, step, (key) => exactly(key, stepTemplate(step), stepFrom, nameCounts));
  });
  const notes = explanation.notes.map((note) => kept(parts.notes, note, () => gapped(note)));
  if (frame === "none" || steps.includes("none")) return undefined;
  // None of them is "none", as was just looked at.
  return { frame, steps: steps as readonly StepTemplate[], notes };
}

function kept<Part, Template>(
  known: BoundedMap<string, Template>,
  part: Part,
  make: (key: string) => Template,
): Template {
  const key = JSON.stringify(part);
  return known.get(key) ?? known.set(key, make(key));
}

type Fill<Template> = (
  template: Template,
  source: readonly string[],
  destination: readonly string[],
) => unknown;

function exactly<Template>(
  text: string,
  template: Template,
  fill: Fill<Template>,
  { s, d }: Readonly<Record<Side, number>>,
): Template | "none" {
  const again = JSON.stringify(fill(template, marksOf("s", s), marksOf("d", d)));
  const nothing = JSON.stringify(fill(template, blanks(s), blanks(d)));
  return again === text && !holdsMark(nothing) ? template : "none";
}

function frameOf(explanation: Explanation): Frame {
  const { way, service } = explanation;
  return { explanation, way: wayTemplate(way), service: service && serviceTemplate(service) };
}

function marksOf(side: Side, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => markOf(side, at));
}

function blanks(count: number): readonly string[] {
  return Array.from({ length: count }, () => "");
}

type Filling = { -readonly [Key in keyof Explanation]: Explanation[Key] };

/** An end whose names go into gaps. */
export interface NamedEnd {
  readonly names: readonly string[];
  /** The step of a template that names only this end. */
  readonly stepOf: (template: StepTemplate) => Step;
}

/** The explanation of two ends. */
export function explanationFrom(
  { frame, steps, notes }: ExplanationTemplate,
  source: NamedEnd,
  destination: NamedEnd,
): Explanation {
  const made = frameFrom(frame, source.names, destination.names);
  made.steps = steps.map((step) => stepOf(step, source, destination));
  made.notes = notes.map((note) => filled(note, source.names, destination.names));
  return made;
}

function stepOf(template: StepTemplate, source: NamedEnd, destination: NamedEnd): Step {
  if (template.only === "s") return source.stepOf(template);
  if (template.only === "d") return destination.stepOf(template);
  return stepFrom(template, source.names, destination.names);
}

// Without steps and notes. Written out, since that is several times as fast as a copy of one of many
// shapes; what is not written here is found missing when a template is made.
function frameFrom(
  frame: Frame,
  source: readonly string[],
  destination: readonly string[],
): Filling {
  const { verdict, steps, model, notes } = frame.explanation;
  const way = wayFrom(frame.way, source, destination);
  const made: Filling =
    frame.service === undefined
      ? { verdict, steps, model, way, notes }
      : {
          verdict,
          steps,
          model,
          way,
          service: serviceFrom(frame.service, source, destination),
          notes,
        };
  const { otherModelVerdict, networkPolicyModel, otherNetworkPolicyVerdict } = frame.explanation;
  if (otherModelVerdict !== undefined) made.otherModelVerdict = otherModelVerdict;
  if (networkPolicyModel !== undefined) made.networkPolicyModel = networkPolicyModel;
  if (otherNetworkPolicyVerdict !== undefined) {
    made.otherNetworkPolicyVerdict = otherNetworkPolicyVerdict;
  }
  return made;
}
