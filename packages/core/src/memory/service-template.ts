import type { BackendAnswer, ServiceAnswer, Translation, Way } from "../verdict/explanation.ts";
import { filled, type Gapped, gapped, holdsMark } from "./marks.ts";
import { type StepTemplate, stepFrom, stepTemplate } from "./step-template.ts";

/** How packets travel, with gaps for names. */
export interface WayTemplate {
  readonly way: Way;
  /** Undefined where the way names nobody. */
  readonly translations: readonly TranslationTemplate[] | undefined;
}

interface TranslationTemplate {
  readonly translation: Translation;
  readonly by: Gapped;
  readonly from: Gapped;
  readonly to: Gapped;
}

/** What becomes of a connection to a Service, with gaps for names of who opens it. */
export interface ServiceTemplate {
  readonly service: ServiceAnswer;
  readonly backends: readonly BackendTemplate[];
}

interface BackendTemplate {
  readonly backend: BackendAnswer;
  readonly steps: readonly StepTemplate[];
  readonly way: WayTemplate;
  readonly notes: readonly Gapped[];
}

/** The template of a way whose texts have marks in place of names. */
export function wayTemplate(way: Way): WayTemplate {
  const hasGaps = holdsMark(JSON.stringify(way.translations));
  const translations = way.translations.map((translation) => {
    const { by, from, to } = translation;
    return { translation, by: gapped(by), from: gapped(from), to: gapped(to) };
  });
  return { way, translations: hasGaps ? translations : undefined };
}

/** The template of what becomes of a connection. */
export function serviceTemplate(service: ServiceAnswer): ServiceTemplate {
  const backends = service.backends.map((backend) => ({
    backend,
    steps: backend.steps.map(stepTemplate),
    way: wayTemplate(backend.way),
    notes: backend.notes.map(gapped),
  }));
  return { service, backends };
}

/** The way with names in its gaps. */
export function wayFrom(
  { way, translations }: WayTemplate,
  source: readonly string[],
  destination: readonly string[],
): Way {
  if (translations === undefined) return way;
  const named = translations.map(({ translation, by, from, to }) => ({
    ...translation,
    by: filled(by, source, destination),
    from: filled(from, source, destination),
    to: filled(to, source, destination),
  }));
  return { ...way, translations: named };
}

/** What becomes of the connection, with names in its gaps. */
export function serviceFrom(
  { service, backends }: ServiceTemplate,
  source: readonly string[],
  destination: readonly string[],
): ServiceAnswer {
  const named = backends.map(({ backend, steps, way, notes }) => ({
    ...backend,
    steps: steps.map((step) => stepFrom(step, source, destination)),
    way: wayFrom(way, source, destination),
    notes: notes.map((note) => filled(note, source, destination)),
  }));
  return { ...service, backends: named };
}
