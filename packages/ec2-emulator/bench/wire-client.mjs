import { connect } from "node:net";

const SIGNED =
  "AWS4-HMAC-SHA256 Credential=AKID/20260102/us-west-2/ec2/aws4_request, " +
  "SignedHeaders=host, Signature=0";

/**
 * Sends EC2 calls one after the other, over one connection as long as the server keeps it. It reads
 * no XML and no header but two, so that the measured time is the server's.
 */
export class Connection {
  #address;
  #socket;
  #chunks = [];
  #waiting;

  /** Of a server at "http://127.0.0.1:8600". */
  constructor(endpoint) {
    const { hostname, port } = new URL(endpoint);
    this.#address = { host: hostname, port: Number(port), noDelay: true };
  }

  /** Makes one call; resolves with the document, rejects when it is refused. */
  call(action, parameters = {}) {
    const body = new URLSearchParams({ Action: action, Version: "2016-11-15", ...parameters });
    const text = body.toString();
    this.#socket ??= this.#connect();
    this.#socket.write(
      "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\n" +
        "content-type: application/x-www-form-urlencoded; charset=utf-8\r\n" +
        `authorization: ${SIGNED}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    );
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject, action };
    });
  }

  close() {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #connect() {
    const socket = connect(this.#address);
    // A socket that was given up may still speak; nobody waits for it.
    const ifCurrent = (act) => (value) => {
      if (this.#socket === socket) act(value);
    };
    socket.on(
      "data",
      ifCurrent((chunk) => this.#read(chunk)),
    );
    socket.on(
      "error",
      ifCurrent((error) => this.#settle(error)),
    );
    socket.once(
      "close",
      ifCurrent(() => this.#settle(new Error("the server hung up"))),
    );
    return socket;
  }

  #read(chunk) {
    this.#chunks.push(chunk);
    const all = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    this.#chunks = [all];
    const end = all.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = all.subarray(0, end).toString("latin1");
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
    if (Number.isNaN(length)) return this.#settle(new Error(`no length in ${head}`));
    if (all.length < end + 4 + length) return;
    this.#chunks = [];
    if (/connection: close/i.test(head)) this.close();
    const document = all.subarray(end + 4).toString();
    if (/^HTTP\/1\.[01] 200/.test(head)) this.#settle(undefined, document);
    else this.#settle(new Error(`${this.#waiting?.action}: ${document.slice(0, 400)}`));
  }

  #settle(error, document) {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) return;
    if (error === undefined) waiting.resolve(document);
    else waiting.reject(error);
  }
}

/** Text of the first element of this name. */
export function textOf(document, element) {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(document)?.[1] ?? "";
}
