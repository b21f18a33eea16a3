export { bindWasmKernels, type HeaderRoom, type WasmKernels } from "./bind-wasm-kernels.ts";
export { compileKernels, type KernelModule } from "./kernel-module.ts";
