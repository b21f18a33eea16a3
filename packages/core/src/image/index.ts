export { type CompileOptions, compileImage } from "./compile-image.ts";
export { decidingRules, type ImageFlow, type RuleReference } from "./deciding-rules.ts";
export { type Image, type ImageBuffer, type ImageColumns, openImage } from "./image.ts";
export { bindKernels, generateKernels, type HeaderColumns, type Kernels } from "./kernels.ts";
export type { ImageCounts } from "./layout.ts";
export { type EditOutcome, LiveImage } from "./live-image.ts";
export type { ImageInterface } from "./live-interfaces.ts";
export type { ImageSource } from "./rule-tables.ts";
