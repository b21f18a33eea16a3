// A webhook that says which groups a pod gets, and refuses a pod whose groups do not exist.
//
//   node serve.mjs --manifests policies.yaml --ec2 groups.json [--port 8443] [--cert c.pem --key k.pem]
//
// POST an AdmissionReview to /admit. Kubernetes asks over TLS only; without --cert it is plain HTTP.
import { readFileSync } from "node:fs";
import { createServer as createPlainServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { parseArgs } from "node:util";
import { problemText, readEc2Describe, readManifests } from "@trunkline/core/inputs";
import { parseAllDocuments } from "yaml";
import { admission } from "./admit.mjs";

/** Largest review that is read, bytes: etcd holds objects of 1.5 MiB, a review may carry two. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;

const { values: flags } = parseArgs({
  options: {
    manifests: { type: "string", multiple: true, default: [] },
    ec2: { type: "string", multiple: true, default: [] },
    port: { type: "string", default: "8443" },
    cert: { type: "string" },
    key: { type: "string" },
  },
});

const documents = (files) =>
  files.flatMap((file) =>
    parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS()),
  );
const { cluster, problems } = readManifests(documents(flags.manifests));
const { cloud, problems: ec2Problems } = readEc2Describe(documents(flags.ec2));
const lines = [...problems, ...ec2Problems].map(problemText);
if (lines.length > 0) {
  process.stderr.write(`${lines.join("\n")}\n`);
  process.exit(65);
}
const admit = admission({ cluster, cloud });

const answer = (request, response) => {
  const chunks = [];
  let bytes = 0;
  request.on("data", (chunk) => {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) send(response, 413, { error: "review is too large" });
    else chunks.push(chunk);
  });
  request.on("end", () => {
    if (response.writableEnded) return;
    if (request.method !== "POST" || request.url !== "/admit") return send(response, 404, {});
    try {
      send(response, 200, admit(JSON.parse(Buffer.concat(chunks).toString("utf8"))));
    } catch {
      // Whatever is no review; the API server then does what its failurePolicy says.
      send(response, 400, { error: "not an AdmissionReview" });
    }
  });
};
const server =
  flags.cert === undefined
    ? createPlainServer(answer)
    : createTlsServer({ cert: readFileSync(flags.cert), key: readFileSync(flags.key) }, answer);
server.listen(Number(flags.port), "127.0.0.1", () => {
  process.stdout.write(`ready port=${server.address().port}\n`);
});
process.once("SIGTERM", () => server.close());

function send(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
