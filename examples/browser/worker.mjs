// Judges flows over an image that another thread made; shared memory arrives without a copy. Then
// asks the WASM kernels about all of them at once.
import { bindKernels, openImage } from "@trunkline/core/image";
import { bindWasmKernels, compileKernels } from "@trunkline/core/wasm";

const port = 5432;
const tcp = 6;

globalThis.onmessage = ({ data: { buffer, interfaceCount } }) => {
  const image = openImage(buffer);
  const { verdict4 } = bindKernels(image);
  const count = 256 * interfaceCount;
  const { batch4, columns } = bindWasmKernels(compileKernels(), image, { headerCount: count });
  let allowed = 0;
  for (let at = 0; at < count; at++) {
    const eni = at >> 8;
    const address = 0x0a000100 | (at & 255);
    allowed += verdict4(eni, 1, address, tcp, port);
    columns.interfaces[at] = eni;
    columns.addresses[at] = address;
    columns.protocols[at] = tcp;
    columns.ports[at] = port;
  }
  batch4(1, 0, count / 8);
  let allowedByWasm = 0;
  for (let at = 0; at < count; at++) allowedByWasm += (columns.allowed[at >> 3] >> (at & 7)) & 1;
  postMessage({ count, allowed, allowedByWasm, isShared: !(buffer instanceof ArrayBuffer) });
};
