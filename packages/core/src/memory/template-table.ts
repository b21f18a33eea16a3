/** What is kept by three numbers, each 0 or more and below 2^31. */
export interface TemplateTable<Value> {
  readonly get: (a: number, b: number, c: number) => Value | undefined;
  readonly set: (key: Key, value: Value) => Value;
}

type Key = readonly [a: number, b: number, c: number];

/** Numbers of a row: a key, and the position of its value, from 1; 0 in a row that is free. */
const ROW = 4;
const ROWS_MIN = 1 << 10;

/**
 * An empty table that begins anew when it is full, as `boundedMap` does. A look-up goes to two
 * places in memory, where a map with keys of 53 bits goes to four or more.
 */
export function templateTable<Value>(entriesMax: number): TemplateTable<Value> {
  let rows = new Int32Array(ROWS_MIN * ROW);
  let values: Value[] = [];

  const place = (a: number, b: number, c: number): number => {
    const mask = rows.length - 1;
    let at = (hashOf(a, b, c) * ROW) & mask;
    while (rows[at + 3] !== 0 && (rows[at] !== a || rows[at + 1] !== b || rows[at + 2] !== c)) {
      at = (at + ROW) & mask;
    }
    return at;
  };
  const write = ([a, b, c]: Key, position: number): void => {
    rows.set([a, b, c, position], place(a, b, c));
  };
  const grow = (): void => {
    const before = rows;
    rows = new Int32Array(before.length * 2);
    for (let at = 0; at < before.length; at += ROW) {
      if (before[at + 3] !== 0) write([before[at], before[at + 1], before[at + 2]], before[at + 3]);
    }
  };
  return {
    get: (a, b, c) => {
      const position = rows[place(a, b, c) + 3];
      return position === 0 ? undefined : values[position - 1];
    },
    set: (key, value) => {
      if (values.length >= entriesMax) {
        rows = new Int32Array(ROWS_MIN * ROW);
        values = [];
      }
      // At most half of the rows are taken, so that a search ends soon.
      if (values.length * 2 * ROW >= rows.length) grow();
      values.push(value);
      write(key, values.length);
      return value;
    },
  };
}

function hashOf(a: number, b: number, c: number): number {
  const mixed = Math.imul(Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ c, 0xc2b2ae35);
  return mixed ^ (mixed >>> 15);
}
