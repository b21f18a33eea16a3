/** Lines kept of a process. */
const LINES_MAX = 20;
/** Characters kept of one line; a longer one is cut. */
const LINE_LENGTH_MAX = 2000;

/** The last lines of an output that arrives in pieces. */
export interface LogTail {
  /** Takes a piece; calls `onLine` for every line that it completes. */
  add(piece: string): void;
  /** Complete lines, oldest first, and what has arrived of the next one. */
  lines(): readonly string[];
}

/** Keeps the last lines, and tells each one once. */
export function createLogTail(onLine: (line: string) => void = () => {}): LogTail {
  const kept: string[] = [];
  let rest = "";
  return {
    add: (piece) => {
      const lines = (rest + piece).split("\n");
      rest = (lines.pop() ?? "").slice(0, LINE_LENGTH_MAX);
      for (const line of lines) {
        kept.push(line.slice(0, LINE_LENGTH_MAX));
        if (kept.length > LINES_MAX) kept.shift();
        onLine(line);
      }
    },
    lines: () => (rest === "" ? [...kept] : [...kept, rest]),
  };
}
