/** What is used of the globals that every runtime has and the language's own types do not name. */
interface Globals {
  readonly WebAssembly: WebAssemblyApi;
  readonly atob: (base64: string) => string;
}

/** The JavaScript interface of WebAssembly, as far as it is used. Source: w3.org/TR/wasm-js-api-2. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: WasmExports };
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
}

/** Functions that a module exports: numbers to a number. */
type WasmExports = Readonly<Record<string, (...numbers: readonly number[]) => number>>;

/** The globals: the core is compiled without the types of any runtime. */
export const { WebAssembly, atob } = globalThis as unknown as Globals;
