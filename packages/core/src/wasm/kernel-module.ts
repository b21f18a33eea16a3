import { TrunklineError } from "../errors/trunkline-error.ts";
import { KERNEL_BYTES } from "./kernel-bytes.ts";
import { atob, WebAssembly } from "./web-assembly.ts";

/** The kernels as a `WebAssembly.Module`: good for any number of images; workers may be sent it. */
export type KernelModule = object;

/**
 * Compiles the WASM kernels, which takes about a millisecond; once is enough for all images.
 *
 * Throws UNSUPPORTED where there is no WebAssembly with vectors, or a policy forbids it.
 */
export function compileKernels(): KernelModule {
  try {
    const bytes = Uint8Array.from(atob(KERNEL_BYTES), (letter) => letter.charCodeAt(0));
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    const text = `WASM cannot be compiled here (${cause}); bindKernels does the same without`;
    throw new TrunklineError("UNSUPPORTED", text, { cause });
  }
}
