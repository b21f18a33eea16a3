// Generates the TypeScript stubs, and the descriptor set that server reflection serves.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";

execFileSync("buf", ["generate"], { stdio: "inherit" });
const descriptors = execFileSync("buf", ["build", "--output", "-#format=binpb"], {
  maxBuffer: 16 * 1024 * 1024,
});
writeFileSync(
  "src/gen/descriptors.ts",
  `/** FileDescriptorSet of all our .proto files and what they import, base64. */
export const DESCRIPTORS_BASE64 =
  "${descriptors.toString("base64")}";
`,
);
