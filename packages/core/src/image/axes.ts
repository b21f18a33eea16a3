import type { GroupSets } from "./group-sets.ts";
import { PORT_SHIFT, ROW_SHIFT, UNIT_WORDS } from "./layout.ts";
import type { PortClasses } from "./port-classes.ts";
import { type NodePlaces, nodePlaces, type PrefixNodes } from "./prefix-nodes.ts";
import type { RuleTables } from "./rule-tables.ts";

/**
 * What the x of `dir` means, the same for every unit. Prefixes and classes of ports that were there
 * when an image was compiled are numbered in their order; later ones come after them, out of it.
 */
export interface Axes {
  /** Number of a prefix by its id; -1 for one that has none yet. */
  readonly numbers: Int32Array;
  readonly nodes: NodePlaces;
  /** Sets that hold group g: setList from groupSets[g] to before groupSets[g + 1]. */
  readonly groupSets: Int32Array;
  readonly setList: Int32Array;
  readonly setCount: number;
  /** By key, as it was when the image was compiled. */
  readonly classOf: Uint16Array;
  /** Classes of ports that came later: their first key. */
  readonly laterClasses: Later;
  /** Prefixes that came later: their key. */
  readonly laterNodes: Later;
  /** First cell of a unit's sets and of its ports in `dir`; those of prefixes follow UNIT_WORDS. */
  readonly setBase: number;
  readonly portBase: number;
  /** Cells of a unit in `dir`. */
  readonly stride: number;
}

/** Things that came after the image was compiled, sorted by a key. */
export class Later {
  readonly keys: number[] = [];
  readonly numbers: number[] = [];

  /** Position of the first whose key is not less. */
  from(key: number): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(key: number, number: number): void {
    const at = this.from(key);
    this.keys.splice(at, 0, key);
    this.numbers.splice(at, 0, number);
  }
}

/** What axes are made from. */
interface AxesParts {
  readonly tables: RuleTables;
  readonly sets: GroupSets;
  readonly nodes: PrefixNodes;
  readonly ports: PortClasses;
}

/** Axes with room for later prefixes and classes. */
export function axesOf(
  { tables, sets: { sets }, nodes, ports }: AxesParts,
  spare: { readonly nodes: number; readonly classes: number },
): Axes {
  const setBase = UNIT_WORDS + pagesFor(nodes.count + spare.nodes, ROW_SHIFT);
  const portBase = setBase + pagesFor(sets.length, ROW_SHIFT);
  const classLimit = ports.count + spare.classes;
  return {
    numbers: nodes.numbers,
    nodes: nodePlaces(nodes, spare.nodes),
    ...setsByGroup(sets, tables.groupNumbers.size),
    setCount: sets.length,
    classOf: ports.classOf,
    laterClasses: new Later(),
    laterNodes: new Later(),
    setBase,
    portBase,
    stride: portBase + pagesFor(classLimit, PORT_SHIFT),
  };
}

function pagesFor(count: number, shift: number): number {
  return ((count - 1) >> shift) + 1;
}

function setsByGroup(sets: readonly (readonly number[])[], groupCount: number) {
  const groupSets = new Int32Array(groupCount + 1);
  for (const groups of sets) for (const group of groups) groupSets[group + 1]++;
  for (let group = 0; group < groupCount; group++) groupSets[group + 1] += groupSets[group];
  const setList = new Int32Array(groupSets[groupCount]);
  const ends = groupSets.slice();
  for (const [set, groups] of sets.entries()) {
    for (const group of groups) setList[ends[group]++] = set;
  }
  return { groupSets, setList };
}
