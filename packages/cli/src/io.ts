import { styleText } from "node:util";

/** Words for emphasis; what they look like is decided where the output goes. */
export type Emphasis = "good" | "bad" | "weak" | "strong";

/** Adds emphasis to a text, or returns it as it is where colour does not belong. */
export type Paint = (emphasis: Emphasis, text: string) => string;

/** Where a command writes. */
export interface Io {
  /** Data: what the command was asked for. */
  out(text: string): void;
  /** Progress and messages for the person in front of it. */
  say(text: string): void;
  /** Emphasis for `out`. */
  readonly paint: Paint;
  /** Emphasis for `say`. */
  readonly paintSaid: Paint;
}

/** The part of a standard stream that is used. */
export type OutputStream = Pick<NodeJS.WriteStream, "write" | "isTTY">;

const FORMATS = { good: "green", bad: "red", weak: "dim", strong: "bold" } as const;

/** Leaves every text as it is. */
export const plainPaint: Paint = (_emphasis, text) => text;

/** Writes to two streams; colours only what goes to a terminal, and not if NO_COLOR is set. */
export function createIo(
  stdout: OutputStream,
  stderr: OutputStream,
  env: Readonly<Record<string, string | undefined>>,
): Io {
  const paintFor = (stream: OutputStream): Paint =>
    stream.isTTY && !env["NO_COLOR"]
      ? (emphasis, text) => styleText(FORMATS[emphasis], text, { validateStream: false })
      : plainPaint;
  return {
    out: (text) => void stdout.write(`${text}\n`),
    say: (text) => void stderr.write(`${text}\n`),
    paint: paintFor(stdout),
    paintSaid: paintFor(stderr),
  };
}
