/** Builds kernels.wasm in a folder that exists; returns its path. */
export declare function buildWasm(folder: string): Promise<string>;
