import type { Readable } from "node:stream";
import { type Clock, TrunklineError } from "@trunkline/core";
import { CNI_CODE } from "./versions.ts";

/** Largest configuration that is read, bytes: prevResult of a long chain included. */
const INPUT_BYTES_MAX = 1024 * 1024;

/** Longest wait for the end of the input. */
const INPUT_MS_MAX = 10_000;

/** Reads a stream to its end; throws (CNI 5) when it is larger or slower than any runtime's. */
export async function readInput(stream: Readable, clock: Clock): Promise<string> {
  const ended = new AbortController();
  const limit = clock.sleep(INPUT_MS_MAX, ended.signal).then(
    () => {
      throw inputError(`did not end within ${INPUT_MS_MAX} ms`);
    },
    // Aborted because the input ended first: the race is over.
    () => "",
  );
  try {
    return await Promise.race([readAll(stream), limit]);
  } finally {
    ended.abort();
  }
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > INPUT_BYTES_MAX) throw inputError(`is larger than ${INPUT_BYTES_MAX} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function inputError(description: string): TrunklineError {
  return new TrunklineError("INVALID_ARGUMENT", `standard input ${description}`, {
    facts: { cniCode: String(CNI_CODE.io) },
  });
}
