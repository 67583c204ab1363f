import { MemoryStore } from "../src/index.ts";
import { testStore } from "./store-contract.ts";

testStore("MemoryStore", async () => new MemoryStore());
