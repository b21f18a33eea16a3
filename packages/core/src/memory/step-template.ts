import type { DecidingPolicy, NearMiss } from "../network-policies/policy-answer.ts";
import type { AskedInterface, DecidingRule, Step, StepOutcome } from "../verdict/explanation.ts";
import { anyHoldsMark, filled, type Gapped, gapped, holdsMarkOf, type Side } from "./marks.ts";

/**
 * A step with gaps for names. All are of one shape, parts of which a kind does not use: code that
 * reads objects of many shapes, or copies them, is several times as slow.
 */
export interface StepTemplate {
  readonly kind: "nameless" | "plain" | "check" | "policies" | "other";
  /** The end that it names, where it is plain and names no other one. */
  readonly only: Side | undefined;
  /** The step with its marks; the step itself where it names nobody. */
  readonly step: Step;
  readonly number: number;
  readonly outcome: StepOutcome;
  readonly title: Gapped;
  readonly text: Gapped;
  readonly rules: readonly DecidingRule[];
  readonly holder: Gapped;
  readonly eniId: Gapped | undefined;
  readonly direction: "egress" | "ingress";
  readonly peer: Gapped;
  readonly traffic: string;
  readonly missingRule: Gapped | undefined;
  readonly policies: readonly DecidingPolicy[];
  readonly nearMisses: readonly NearMiss[] | undefined;
  /** What each of them says; undefined where nobody's name is in it. */
  readonly missTexts: readonly Gapped[] | undefined;
}

/** The template of a step whose texts have marks in place of names. */
export function stepTemplate(step: Step): StepTemplate {
  const { title, text, asked, missingRule, nearMisses } = step;
  const isNameless = !anyHoldsMark([title, text, asked, missingRule, nearMisses]);
  const kind = isNameless ? "nameless" : kindOf(step);
  return {
    kind,
    only: kind === "plain" ? onlySide(title + text) : undefined,
    step,
    number: step.number,
    outcome: step.outcome,
    title: gapped(title),
    text: gapped(text),
    rules: step.rules,
    holder: gapped(asked?.holder ?? ""),
    eniId: asked?.eniId === undefined ? undefined : gapped(asked.eniId),
    direction: asked?.direction ?? "egress",
    peer: gapped(asked?.peer ?? ""),
    traffic: asked?.traffic ?? "",
    missingRule: missingRule === undefined ? undefined : gapped(missingRule),
    policies: step.policies ?? [],
    nearMisses,
    missTexts: anyHoldsMark(nearMisses)
      ? nearMisses?.map(({ because }) => gapped(because))
      : undefined,
  };
}

function onlySide(text: string): Side | undefined {
  if (!holdsMarkOf("d", text)) return "s";
  return holdsMarkOf("s", text) ? undefined : "d";
}

function kindOf({ asked, policies, entries }: Step): StepTemplate["kind"] {
  if (entries !== undefined) return "other";
  if (asked !== undefined) return "check";
  return policies === undefined ? "plain" : "policies";
}

/** The step with names in its gaps; the one of the template where there are none. */
export function stepFrom(
  template: StepTemplate,
  source: readonly string[],
  destination: readonly string[],
): Step {
  if (template.kind === "nameless") return template.step;
  const title = filled(template.title, source, destination);
  const text = filled(template.text, source, destination);
  const { number, outcome, rules } = template;
  switch (template.kind) {
    case "plain":
      return { number, title, outcome, text, rules };
    case "check": {
      const asked = askedFrom(template, source, destination);
      if (template.missingRule === undefined) {
        return { number, title, outcome, text, rules, asked };
      }
      const missingRule = filled(template.missingRule, source, destination);
      return { number, title, outcome, text, rules, asked, missingRule };
    }
    case "policies": {
      const { policies } = template;
      const nearMisses = nearMissesFrom(template, source, destination);
      if (nearMisses === undefined) return { number, title, outcome, text, rules, policies };
      return { number, title, outcome, text, rules, policies, nearMisses };
    }
    case "other":
      return { ...template.step, title, text };
  }
}

function askedFrom(
  { holder, eniId, direction, peer, traffic }: StepTemplate,
  source: readonly string[],
  destination: readonly string[],
): AskedInterface {
  const who = filled(holder, source, destination);
  const far = filled(peer, source, destination);
  if (eniId === undefined) return { holder: who, direction, peer: far, traffic };
  const own = filled(eniId, source, destination);
  return { holder: who, eniId: own, direction, peer: far, traffic };
}

function nearMissesFrom(
  { nearMisses, missTexts }: StepTemplate,
  source: readonly string[],
  destination: readonly string[],
): readonly NearMiss[] | undefined {
  if (missTexts === undefined) return nearMisses;
  return nearMisses?.map((miss, at) => {
    return { ...miss, because: filled(missTexts[at], source, destination) };
  });
}
