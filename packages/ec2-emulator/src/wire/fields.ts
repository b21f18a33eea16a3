import type { FormNode } from "./form.ts";
import { missing, Refusal, wrongValue } from "./refusal.ts";

const INTEGER = /^-?[0-9]{1,10}$/;

/**
 * Typed reading of the parameters of one request, or of one structure inside it.
 *
 * Every reader throws EC2's own error when the value is of the wrong kind. An empty list looks
 * like an absent one, because no client sends it.
 */
export class Fields {
  readonly #node: FormNode;
  /** Name of this structure in messages, empty at the top. */
  readonly path: string;

  constructor(node: FormNode, path = "") {
    this.#node = node;
    this.path = path;
  }

  /** Names present at this level. */
  names(): string[] {
    return [...this.#node.members.keys()];
  }

  /** True when the parameter, or any part of it, was sent. */
  has(name: string): boolean {
    return this.#node.members.has(name);
  }

  /** The text as sent, which may be empty. */
  text(name: string): string | undefined {
    return this.#node.members.get(name)?.value;
  }

  /** The text, which must not be empty. Throws MissingParameter. */
  requiredText(name: string): string {
    const text = this.text(name);
    if (text === undefined || text === "") throw missing(this.#pathOf(name));
    return text;
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!INTEGER.test(text) || value > 2147483647 || value < -2147483648) {
      throw wrongValue(this.#pathOf(name), text, "An integer is expected.");
    }
    return value;
  }

  requiredInteger(name: string): number {
    const value = this.integer(name);
    if (value === undefined) throw missing(this.#pathOf(name));
    return value;
  }

  boolean(name: string): boolean | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (text === "true" || text === "1") return true;
    if (text === "false" || text === "0") return false;
    throw wrongValue(this.#pathOf(name), text, "Expecting true or false.");
  }

  /** A count that must not be negative. */
  count(name: string): number | undefined {
    const value = this.integer(name);
    if (value !== undefined && value < 0) {
      throw wrongValue(this.#pathOf(name), String(value), "A count is not negative.");
    }
    return value;
  }

  /** One of the given words. */
  choice<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const word = words.find((known) => known === text);
    if (word === undefined) {
      const path = this.#pathOf(name);
      throw wrongValue(path, text, `Expecting one of: ${words.join(", ")}.`);
    }
    return word;
  }

  /** A flattened list of texts, `Name.1`, `Name.2`, in the order of their numbers. */
  texts(name: string): string[] {
    return this.#numbered(name).map(([path, node]) => {
      if (node.value === undefined) throw missing(path);
      return node.value;
    });
  }

  /** A flattened list of structures. */
  list(name: string): Fields[] {
    return this.#numbered(name).map(([path, node]) => new Fields(node, path));
  }

  /** A nested structure, empty when nothing of it was sent. */
  structure(name: string): Fields {
    const node = this.#node.members.get(name) ?? { value: undefined, members: new Map() };
    return new Fields(node, this.#pathOf(name));
  }

  #numbered(name: string): [string, FormNode][] {
    const node = this.#node.members.get(name);
    if (node === undefined) return [];
    const path = this.#pathOf(name);
    if (node.value !== undefined) {
      throw new Refusal("InvalidParameterValue", `The parameter ${path} is a list: ${path}.1`);
    }
    const entries = [...node.members].map(([key, item]) => ({ number: Number(key), key, item }));
    for (const { number, key } of entries) {
      if (!Number.isInteger(number) || number < 0) {
        throw new Refusal("UnknownParameter", `The parameter ${path}.${key} is not recognized`);
      }
    }
    entries.sort((a, b) => a.number - b.number);
    return entries.map(({ key, item }) => [`${path}.${key}`, item]);
  }

  #pathOf(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }
}
