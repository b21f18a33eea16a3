import { crc32 } from "node:zlib";
import type { Change } from "./change.ts";

// One line of the file is one JSON value, {"crc":"89abcdef","body":{…}}. The checksum is taken of the
// body's text as it stands in the file, so a line is judged before anything in it is believed.
const BODY_START = '{"crc":"00000000","body":'.length;

/** Version of the format; a file of another version is refused. */
export const LEDGER_VERSION = 1;

/** Longest line that is written or read, bytes: some 100 times a usual one. */
export const LINE_BYTES_MAX = 64 * 1024;

/** What a line says. */
export type LedgerLine =
  /** The first line. `recordCount` lines of the snapshot follow, all at `revision`. */
  | {
      readonly kind: "header";
      readonly version: number;
      readonly revision: number;
      readonly recordCount: number;
    }
  /**
   * One change. `syncedRevision` is what was known to be on disk when the line was written: it tells
   * a torn end, which nobody was promised, from damage to what was.
   */
  | {
      readonly kind: "change";
      readonly revision: number;
      readonly syncedRevision: number;
      readonly change: Change;
    };

/** Returns the text of a line, its newline included. */
export function encodeLine(line: LedgerLine): string {
  const body = JSON.stringify(line);
  return `{"crc":"${checksum(body)}","body":${body}}\n`;
}

/** Returns what a line says, or undefined if it is not a line as it was written. */
export function decodeLine(text: string): LedgerLine | undefined {
  const body = text.slice(BODY_START, -1);
  if (text !== `{"crc":"${checksum(body)}","body":${body}}`) return undefined;
  // The checksum holds, so these are the very bytes that encodeLine wrote.
  return JSON.parse(body) as LedgerLine;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
