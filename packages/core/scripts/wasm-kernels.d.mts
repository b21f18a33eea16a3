import type { HeaderColumns, Image, Kernels } from "../src/image/index.ts";

/** The compiled module; undefined, with a word on stderr, when there is no such file. */
export declare function loadWasm(file?: string): unknown;

/** Binds WASM kernels to a copy of an image and columns in one memory. */
export declare function bindWasm(
  module: unknown,
  image: Image,
  columns: HeaderColumns,
): { readonly kernels: Kernels; readonly columns: HeaderColumns };
