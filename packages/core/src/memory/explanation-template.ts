import type { Explanation, Translation } from "../verdict/explanation.ts";
import { type BoundedMap, boundedMap } from "./bounded-map.ts";
import { anyHoldsMark, filled, type Gapped, gapped, markOf, type Side } from "./marks.ts";
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
  /** Undefined where the way names nobody. */
  readonly translations: readonly TranslationTemplate[] | undefined;
}

interface TranslationTemplate {
  readonly translation: Translation;
  readonly by: Gapped;
  readonly from: Gapped;
  readonly to: Gapped;
}

/** Parts of templates, each kept once: many explanations have steps and notes in common. */
export interface TemplateParts {
  readonly frames: BoundedMap<string, Frame>;
  readonly steps: BoundedMap<string, StepTemplate>;
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
 * be left out. It is filled with marks, which must give the explanation again, and with nothing,
 * which must leave no mark.
 */
export function templateOf(
  explanation: Explanation,
  nameCounts: Readonly<Record<Side, number>>,
  parts: TemplateParts,
): ExplanationTemplate | undefined {
  const { steps, notes } = explanation;
  const template = {
    frame: kept(parts.frames, { ...explanation, steps: [], notes: [] }, frameOf),
    steps: steps.map((step) => kept(parts.steps, step, stepTemplate)),
    notes: notes.map((note) => kept(parts.notes, note, gapped)),
  };
  const [source, destination] = [marks("s", nameCounts), marks("d", nameCounts)];
  const again = explanationFrom(template, source, destination);
  const nothing = explanationFrom(template, blanks(nameCounts.s), blanks(nameCounts.d));
  const isWhole = JSON.stringify(again) === JSON.stringify(explanation);
  return isWhole && !anyHoldsMark(nothing) ? template : undefined;
}

function kept<Part, Template>(
  known: BoundedMap<string, Template>,
  part: Part,
  make: (part: Part) => Template,
): Template {
  const key = JSON.stringify(part);
  return known.get(key) ?? known.set(key, make(part));
}

function frameOf(explanation: Explanation): Frame {
  const { translations } = explanation.way;
  if (!anyHoldsMark(translations)) return { explanation, translations: undefined };
  const gaps = translations.map((translation) => ({
    translation,
    by: gapped(translation.by),
    from: gapped(translation.from),
    to: gapped(translation.to),
  }));
  return { explanation, translations: gaps };
}

function marks(side: Side, counts: Readonly<Record<Side, number>>): readonly string[] {
  return Array.from({ length: counts[side] }, (_, at) => markOf(side, at));
}

function blanks(count: number): readonly string[] {
  return Array.from({ length: count }, () => "");
}

type Filling = { -readonly [Key in keyof Explanation]: Explanation[Key] };

/** The explanation of two ends with these names. */
export function explanationFrom(
  template: ExplanationTemplate,
  source: readonly string[],
  destination: readonly string[],
): Explanation {
  const { explanation, translations } = template.frame;
  const { verdict, model, way } = explanation;
  const made: Filling = {
    verdict,
    steps: template.steps.map((step) => stepFrom(step, source, destination)),
    model,
    way,
    notes: template.notes.map((note) => filled(note, source, destination)),
  };
  if (translations !== undefined) {
    made.way = { ...way, translations: translationsFrom(translations, source, destination) };
  }
  const { otherModelVerdict, networkPolicyModel, otherNetworkPolicyVerdict } = explanation;
  if (otherModelVerdict !== undefined) made.otherModelVerdict = otherModelVerdict;
  if (networkPolicyModel !== undefined) made.networkPolicyModel = networkPolicyModel;
  if (otherNetworkPolicyVerdict !== undefined) {
    made.otherNetworkPolicyVerdict = otherNetworkPolicyVerdict;
  }
  return made;
}

function translationsFrom(
  translations: readonly TranslationTemplate[],
  source: readonly string[],
  destination: readonly string[],
): readonly Translation[] {
  return translations.map(({ translation, by, from, to }) => ({
    ...translation,
    by: filled(by, source, destination),
    from: filled(from, source, destination),
    to: filled(to, source, destination),
  }));
}
