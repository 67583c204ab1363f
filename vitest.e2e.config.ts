import { mergeConfig } from "vitest/config";
import config from "./vitest.config.ts";

// Tests that need a system package, which `npm test` must not: CONTRIBUTING.md says which.
export default mergeConfig(
  { ...config, test: {} },
  { test: { include: ["packages/*/test/**/*.e2e.ts"], testTimeout: 60_000 } },
);
