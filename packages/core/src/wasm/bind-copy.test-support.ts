import type { Image } from "../image/image.ts";
import type { HeaderColumns, Kernels } from "../image/kernels.ts";
import { bindWasmKernels } from "./bind-wasm-kernels.ts";
import { compileKernels } from "./kernel-module.ts";

const module = compileKernels();

/** WASM kernels as {@link bindKernels} gives them: headers are copied in, and verdicts out. */
export function bindWasmCopy(image: Image, columns: HeaderColumns): Kernels {
  const headerCount = columns.interfaces.length;
  const family = columns.addresses.length > headerCount ? 6 : 4;
  const kernels = bindWasmKernels(module, image, { headerCount, family });
  const copied = (run: Kernels["batch4"]): Kernels["batch4"] => {
    return (way, first, end) => {
      kernels.columns.interfaces.set(columns.interfaces);
      kernels.columns.addresses.set(columns.addresses);
      kernels.columns.protocols.set(columns.protocols);
      kernels.columns.ports.set(columns.ports);
      kernels.columns.allowed.set(columns.allowed);
      run(way, first, end);
      columns.allowed.set(kernels.columns.allowed);
    };
  };
  return { ...kernels, batch4: copied(kernels.batch4), batch6: copied(kernels.batch6) };
}
