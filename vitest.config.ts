import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

const conditions = ["@trunkline/source"];
const root = import.meta.dirname;

// Two projects: laws and units beside the sources, and everything in test/, which starts real
// processes and sockets and therefore gets more time.
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // Most tests wait for processes and sockets, so one worker per core is not too many.
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: { name: "unit", root: resolve(root, "packages"), include: ["*/src/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "system",
          root: resolve(root, "test"),
          include: ["**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
