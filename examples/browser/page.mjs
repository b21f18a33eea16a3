// Draws the matrix of a world and explains one flow, all of it in the page.
import { explain, TCP } from "@trunkline/core";
import { compileImage } from "@trunkline/core/image";
import { readEc2Describe, readManifests, worldOf } from "@trunkline/core/inputs";
import { rememberingIndex } from "@trunkline/core/memory";
import { matrix, renderReport, reportMatrix } from "@trunkline/core/query";

const element = (id) => document.getElementById(id);

/** Shows a world: { manifests: [...], ec2: [...], flow: { namespace, name, to, port } }. */
async function show({ manifests, ec2, flow }) {
  const { cluster, settings } = readManifests(manifests);
  const { cloud } = readEc2Describe(ec2);
  const world = worldOf({ cluster, cloud, settings });
  const index = rememberingIndex(world);
  // The drawing is SVG without scripts, and every name in it is escaped.
  const report = reportMatrix(matrix(index, { level: "pod", ports: [flow.port] }));
  element("matrix").innerHTML = renderReport(report, "svg");
  explainInto(index, flow);
  await askWorker(world);
  document.body.dataset.state = "drawn";
}

function explainInto(index, { namespace, name, to, port }) {
  const source = { kind: "pod", namespace, name };
  const destination = { kind: "name", name: to };
  const { verdict, steps } = explain(index, { source, destination, protocol: TCP, port });
  element("flow").textContent = `${namespace}/${name} to ${to} tcp/${port}: ${verdict}`;
  element("steps").replaceChildren(
    ...steps.map(({ title, outcome, text }) => {
      const item = document.createElement("li");
      item.textContent = `${title}: ${outcome}, ${text}`;
      return item;
    }),
  );
}

/** A worker answers from the same bytes; shared memory needs a page that is isolated. */
function askWorker(world) {
  const buffer = compileImage(world, { shared: globalThis.crossOriginIsolated });
  const worker = new Worker("worker.js", { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onerror = reject;
    worker.onmessage = ({ data }) => {
      const kind = data.isShared ? "shared memory" : "a copy";
      const { count, allowed, allowedByWasm } = data;
      element("worker").textContent =
        `a worker judged ${count} flows over ${kind}: ${allowed} allowed, by WASM ${allowedByWasm}`;
      worker.terminate();
      resolve();
    };
    worker.postMessage({ buffer, interfaceCount: world.interfaces.length });
  });
}

element("file").onchange = async ({ target }) => show(JSON.parse(await target.files[0].text()));
await show(await (await fetch("world.json")).json());
