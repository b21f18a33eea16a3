/** Addresses of a process by what they are for: "grpc" → "127.0.0.1:34567". */
export type ReadyAddresses = ReadonlyMap<string, string>;

/** Reads "NAME ready KEY=ADDRESS …"; undefined when the line is another one. */
export function parseReadyLine(name: string, line: string): ReadyAddresses | undefined {
  const prefix = `${name} ready `;
  if (!line.startsWith(prefix)) return undefined;
  const entries = line
    .slice(prefix.length)
    .trim()
    .split(/\s+/)
    .map((word): [string, string] => {
      const at = word.indexOf("=");
      return at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
    });
  return new Map(entries);
}
