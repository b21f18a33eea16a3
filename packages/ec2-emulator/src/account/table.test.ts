import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Change, Table } from "./table.ts";

interface Colour {
  readonly id: string;
  readonly names: readonly string[];
}

const id = fc.constantFrom("a", "b", "c", "d");
const names = fc.uniqueArray(fc.constantFrom("red", "green", "blue"));
const moves = fc.array(fc.tuple(id, fc.option(names, { nil: undefined })), { maxLength: 40 });

function open() {
  const changes: Change[] = [];
  const table = new Table<Colour>("colours", { name: (row) => row.names }, (one) =>
    changes.push(one),
  );
  return { table, changes };
}

function play(
  table: Table<Colour>,
  list: readonly (readonly [string, readonly string[] | undefined])[],
) {
  for (const [key, value] of list) {
    if (value === undefined) table.delete(key);
    else table.put({ id: key, names: value });
  }
}

function picture(table: Table<Colour>) {
  const rows = [...table.all()].map((row) => [row.id, table.sequenceOf(row.id), row.names]);
  const by = ["red", "green", "blue"].map((name) => {
    const ids = [...table.by("name", name)].map((row) => row.id);
    expect(table.estimate("name", name)).toBe(ids.length);
    return ids;
  });
  return { rows, by };
}

describe("a table", () => {
  it("finds by an index what a scan finds, in the same order", () => {
    fc.assert(
      fc.property(moves, (list) => {
        const { table } = open();
        play(table, list);
        const scan = ["red", "green", "blue"].map((name) =>
          [...table.all()].filter((row) => row.names.includes(name)).map((row) => row.id),
        );
        expect(picture(table).by).toEqual(scan);
        const [second] = [...table.by("name", "red")].slice(1);
        const after = second === undefined ? 0 : table.sequenceOf(second.id);
        const rest = [...table.by("name", "red", after)].map((row) => row.id);
        expect(rest).toEqual(scan[0].slice(second === undefined ? 0 : 2));
      }),
    );
  });

  it("lists the oldest row first, also after a deletion was undone", () => {
    const { table, changes } = open();
    for (const one of ["a", "b", "c", "d"]) table.put({ id: one, names: [] });
    table.delete("b");
    const undone = changes.at(-1);
    if (undone !== undefined) {
      table.restore("b", undone.before as Colour | undefined, undone.sequence);
    }
    table.put({ id: "e", names: [] });
    expect([...table.all()].map((row) => row.id)).toEqual(["a", "b", "c", "d", "e"]);
    expect([...table.all(2)].map((row) => row.id)).toEqual(["c", "d", "e"]);
  });

  it("is as it was when its changes are undone, the last one first", () => {
    fc.assert(
      fc.property(moves, moves, (first, second) => {
        const { table, changes } = open();
        play(table, first);
        const before = picture(table);
        changes.length = 0;
        play(table, second);
        for (const change of changes.reverse()) {
          table.restore(change.id, change.before as Colour | undefined, change.sequence);
        }
        expect(picture(table)).toEqual(before);
      }),
    );
  });
});
