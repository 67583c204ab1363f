import { defineConfig } from "vitest/config";

export default defineConfig({
  // Workspace packages are read from source, so that no stale build is tested.
  resolve: { conditions: ["@openleadr/source"] },
  ssr: { resolve: { conditions: ["@openleadr/source"] } },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "packages/*/test/**/*.test.ts",
      "examples/**/*.test.ts",
      "docs/**/*.test.ts",
    ],
    testTimeout: 30_000,
    // The files of a worker share its modules, which hold constants only; loading them for each file took half of the time.
    isolate: false,
  },
});
