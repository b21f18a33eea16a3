// Judges flows over an image that another thread made; shared memory arrives without a copy.
import { bindKernels, openImage } from "@trunkline/core/image";

const port = 5432;
const tcp = 6;

globalThis.onmessage = ({ data: { buffer, interfaceCount } }) => {
  const { verdict4 } = bindKernels(openImage(buffer));
  let count = 0;
  let allowed = 0;
  for (let eni = 0; eni < interfaceCount; eni++) {
    for (let host = 0; host < 256; host++) {
      allowed += verdict4(eni, 1, 0x0a000100 | host, tcp, port);
      count++;
    }
  }
  postMessage({ count, allowed, isShared: !(buffer instanceof ArrayBuffer) });
};
