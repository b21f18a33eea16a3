import { type FieldProblem, invalid } from "../errors/trunkline-error.ts";

/** The first packet of a connection, as far as protocols and ports go. */
export interface PortQuestion {
  /** Protocol number, 0..255. */
  readonly protocol: number;
  /** Destination port of tcp, udp and sctp, 0..65535; 0 otherwise. */
  readonly port: number;
  /** ICMP type and code, 0..255; absent when they are not asked for. */
  readonly icmpType?: number;
  readonly icmpCode?: number;
}

/** Questions of one compile: their answers are the bits of one word. */
export const MAX_QUESTIONS = 32;

/** Throws INVALID_ARGUMENT with everything that is wrong with the questions. */
export function checkQuestions(questions: readonly PortQuestion[]): void {
  const problems: FieldProblem[] = questions.flatMap(problemsOf);
  if (questions.length === 0 || questions.length > MAX_QUESTIONS) {
    const description = `${questions.length} questions are not 1 to ${MAX_QUESTIONS}`;
    problems.push({ field: "questions", description });
  }
  if (problems.length > 0) throw invalid("reachability cannot be compiled", problems);
}

function problemsOf(question: PortQuestion, at: number): readonly FieldProblem[] {
  const { protocol, port, icmpType = 0, icmpCode = 0 } = question;
  const ranges = [
    ["protocol", protocol, 255],
    ["port", port, 65_535],
    ["icmpType", icmpType, 255],
    ["icmpCode", icmpCode, 255],
  ] as const;
  return ranges
    .filter(([, value, max]) => !Number.isInteger(value) || value < 0 || value > max)
    .map(([name, value, max]) => {
      return { field: `questions[${at}].${name}`, description: `${value} is not in 0..${max}` };
    });
}

/**
 * Answers to all questions, a bit each: `yes` for certain, `maybe` where a "no" is not certain.
 * Every bit of `yes` is in `maybe`; what is in `maybe` alone is unknown.
 */
export interface Words {
  readonly yes: number;
  readonly maybe: number;
}

/** Yes to everything. */
export const ALL_WORDS: Words = { yes: -1, maybe: -1 };
/** No to everything. */
export const NO_WORDS: Words = { yes: 0, maybe: 0 };
