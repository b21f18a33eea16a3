import type { Emulator } from "@trunkline/ec2-emulator";

/** A raw answer: status, error code if any, text. */
export interface RawAnswer {
  readonly status: number;
  readonly code: string | undefined;
  readonly text: string;
  readonly bug: unknown;
}

type Node = { value: string | undefined; readonly members: Map<string, Node> };

/** Calls an emulator in this process, past HTTP, with parameters as they stand on the wire. */
export function callRaw(
  emulator: Emulator,
  parameters: Readonly<Record<string, string>>,
): RawAnswer {
  const root: Node = { value: undefined, members: new Map() };
  for (const [name, value] of Object.entries(parameters)) {
    let node = root;
    for (const part of name.split(".")) {
      const next: Node = node.members.get(part) ?? { value: undefined, members: new Map() };
      node.members.set(part, next);
      node = next;
    }
    node.value = value;
  }
  const { status, code, document, bug } = emulator.front.call(root, "AKIDRAW");
  return { status, code, text: String(document), bug };
}

/** Text of the first element of this name. */
export function textOf(answer: RawAnswer, element: string): string {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(answer.text)?.[1] ?? "";
}
