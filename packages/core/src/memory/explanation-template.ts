import type { NearMiss } from "../network-policies/policy-answer.ts";
import type {
  AskedInterface,
  Explanation,
  Step,
  Translation,
  Way,
} from "../verdict/explanation.ts";
import { anyHoldsMark, filled, type Gapped, gapped, type Names } from "./marks.ts";

/** An explanation with gaps for the names of both ends. */
export interface ExplanationTemplate {
  /** What all that are made of it share. */
  readonly whole: Explanation;
  readonly steps: readonly StepTemplate[];
  /** Undefined where nobody's name is in it. */
  readonly translations: readonly TranslationTemplate[] | undefined;
  readonly notes: readonly Gapped[];
}

interface StepTemplate {
  readonly step: Step;
  /** True where nobody's name is in it, so that all share the step itself. */
  readonly isNameless: boolean;
  readonly title: Gapped;
  readonly text: Gapped;
  readonly missingRule: Gapped | undefined;
  readonly asked: AskedTemplate | undefined;
  /** Undefined where nobody's name is in them. */
  readonly nearMisses: readonly NearMissTemplate[] | undefined;
}

interface AskedTemplate {
  readonly asked: AskedInterface;
  readonly holder: Gapped;
  readonly eniId: Gapped | undefined;
  readonly peer: Gapped;
}

interface NearMissTemplate {
  readonly miss: NearMiss;
  readonly because: Gapped;
}

interface TranslationTemplate {
  readonly translation: Translation;
  readonly by: Gapped;
  readonly from: Gapped;
  readonly to: Gapped;
}

/**
 * Makes a template of an explanation of two ends whose names are marks; undefined for one that has a
 * mark where no gap is foreseen, and for a flow to a Service, whose ways have ends of their own.
 */
export function templateOf(explanation: Explanation): ExplanationTemplate | undefined {
  const { steps, way, notes, service, ...rest } = explanation;
  if (service !== undefined) return undefined;
  const { translations, ...restOfWay } = way;
  if (anyHoldsMark([rest, restOfWay, steps.map(withoutGaps)])) return undefined;
  return {
    whole: explanation,
    steps: steps.map(stepTemplate),
    translations: anyHoldsMark(translations) ? translations.map(translationTemplate) : undefined,
    notes: notes.map(gapped),
  };
}

// Rules, entries and policies are those of the world.
function withoutGaps({ title, text, missingRule, asked, nearMisses, ...rest }: Step): unknown {
  const { rules, entries, policies, ...others } = rest;
  const inAsked = asked && { ...asked, holder: "", eniId: "", peer: "" };
  return [others, inAsked, nearMisses?.map((miss) => ({ ...miss, because: "" }))];
}

function stepTemplate(step: Step): StepTemplate {
  const { title, text, missingRule, asked, nearMisses } = step;
  return {
    step,
    isNameless: !anyHoldsMark([title, text, missingRule, asked, nearMisses]),
    title: gapped(title),
    text: gapped(text),
    missingRule: missingRule === undefined ? undefined : gapped(missingRule),
    asked: asked && askedTemplate(asked),
    nearMisses: anyHoldsMark(nearMisses) ? nearMisses?.map(nearMissTemplate) : undefined,
  };
}

function askedTemplate(asked: AskedInterface): AskedTemplate {
  const { holder, eniId, peer } = asked;
  return {
    asked,
    holder: gapped(holder),
    eniId: eniId === undefined ? undefined : gapped(eniId),
    peer: gapped(peer),
  };
}

function nearMissTemplate(miss: NearMiss): NearMissTemplate {
  return { miss, because: gapped(miss.because) };
}

function translationTemplate(translation: Translation): TranslationTemplate {
  const { by, from, to } = translation;
  return { translation, by: gapped(by), from: gapped(from), to: gapped(to) };
}

/** The explanation of two ends with these names. */
export function explanationFrom(template: ExplanationTemplate, names: Names): Explanation {
  const { whole, steps, translations, notes } = template;
  return {
    ...whole,
    steps: steps.map((step) => stepFrom(step, names)),
    way: translations === undefined ? whole.way : wayFrom(whole.way, translations, names),
    notes: notes.map((note) => filled(note, names)),
  };
}

// One place a shape: what copies objects of few shapes is several times as fast.
function stepFrom(template: StepTemplate, names: Names): Step {
  const { step, isNameless, asked } = template;
  if (isNameless) return step;
  if (asked !== undefined) return checkFrom(template, asked, names);
  const title = filled(template.title, names);
  const text = filled(template.text, names);
  if (step.policies === undefined) return { ...step, title, text };
  const { nearMisses } = template;
  if (nearMisses === undefined) return { ...step, title, text };
  const misses = nearMisses.map(({ miss, because }) => {
    return { ...miss, because: filled(because, names) };
  });
  return { ...step, title, text, nearMisses: misses };
}

function checkFrom(
  { step, title, text, missingRule }: StepTemplate,
  { asked, holder, eniId, peer }: AskedTemplate,
  names: Names,
): Step {
  const filledAsked: AskedInterface =
    eniId === undefined
      ? { ...asked, holder: filled(holder, names), peer: filled(peer, names) }
      : {
          ...asked,
          holder: filled(holder, names),
          eniId: filled(eniId, names),
          peer: filled(peer, names),
        };
  const common = { title: filled(title, names), text: filled(text, names), asked: filledAsked };
  if (missingRule === undefined) return { ...step, ...common };
  return { ...step, ...common, missingRule: filled(missingRule, names) };
}

function wayFrom(way: Way, translations: readonly TranslationTemplate[], names: Names): Way {
  const replaced = translations.map(({ translation, by, from, to }) => ({
    ...translation,
    by: filled(by, names),
    from: filled(from, names),
    to: filled(to, names),
  }));
  return { ...way, translations: replaced };
}
