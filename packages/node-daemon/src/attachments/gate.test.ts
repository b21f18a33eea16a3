import { describe, expect, it } from "vitest";
import { gate } from "./gate.ts";
import { keyedLock } from "./keyed-lock.ts";

function latch() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("a gate", () => {
  it("runs so many at once, lets so many wait in order, and refuses the rest", async () => {
    const { run } = gate({ name: "ADD", runningMax: 1, waitingMax: 1 });
    const { opened, open } = latch();
    const order: string[] = [];
    const first = run(() => opened).then(() => order.push("first"));
    const second = run(async () => void order.push("second"));
    await expect(run(async () => {})).rejects.toMatchObject({ code: "THROTTLED" });
    expect(order).toEqual([]);
    open();
    await Promise.all([first, second]);
    expect(order.sort()).toEqual(["first", "second"]);
    await run(async () => {});
  });

  it("gives the place back when the work fails", async () => {
    const { run } = gate({ name: "ADD", runningMax: 1, waitingMax: 0 });
    await expect(run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await run(async () => {});
  });
});

describe("a keyed lock", () => {
  it("runs work about one key in order, also after a failure, and other keys at once", async () => {
    const { run } = keyedLock();
    const { opened, open } = latch();
    const order: string[] = [];
    const failing = run("a", () => opened.then(() => Promise.reject(new Error("no"))));
    const next = run("a", async () => void order.push("a"));
    await run("b", async () => void order.push("b"));
    await settled();
    expect(order).toEqual(["b"]);
    open();
    await expect(failing).rejects.toThrow("no");
    await next;
    expect(order).toEqual(["b", "a"]);
  });
});
