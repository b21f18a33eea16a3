import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { emulatorAt } from "./emulator-client.ts";

/** A server that gives everybody the same answer. */
async function answering(status: number, text: string, headers = {}) {
  const server = createServer((_request, response) => {
    response.writeHead(status, headers).end(text);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    client: emulatorAt(`http://127.0.0.1:${port}`),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe("a client of the emulator", () => {
  it("passes the emulator's words on in one line", async () => {
    const message = "the fault is wrong:\n  minMs: not a number\n  maxMs: missing";
    await using server = await answering(
      400,
      JSON.stringify({ code: "INVALID_ARGUMENT", message }),
    );
    await expect(server.client.addFault({})).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "the fault is wrong: minMs: not a number; maxMs: missing",
    });
  });

  it.each<[number, string]>([
    [200, "<html>hello</html>"],
    [200, '{"faults":"many"}'],
    [500, '{"code":"WHAT","message":"no"}'],
    [404, ""],
  ])("says so when %i %j answers, which no emulator does", async (status, text) => {
    await using server = await answering(status, text);
    await expect(server.client.faults()).rejects.toMatchObject({
      code: "NOT_READY",
      message: expect.stringContaining(`does not answer as Trunkline's emulator: ${status}`),
    });
  });

  it("does not follow whoever sends it elsewhere", async () => {
    await using elsewhere = await answering(200, '{"faults":[]}');
    expect(await elsewhere.client.faults()).toEqual([]);
    await using server = await answering(307, "", { location: "http://127.0.0.1:1/" });
    await expect(server.client.faults()).rejects.toThrow("emulator: 307");
  });

  it("says why nobody answers", async () => {
    await expect(emulatorAt("http://127.0.0.1:1").faults()).rejects.toMatchObject({
      code: "NOT_READY",
      message: expect.stringMatching(/^the emulator at http:\/\/127.0.0.1:1 cannot be reached: \S/),
    });
  });
});
