import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { Deadlines } from "./deadlines.ts";
import type { Expiring } from "./deadlines.ts";

class Item implements Expiring {
  readonly expired: Promise<void>;
  #resolve = (): void => {};
  hasExpired = false;

  constructor() {
    this.expired = new Promise((resolve) => (this.#resolve = resolve));
  }

  expire(): void {
    this.hasExpired = true;
    this.#resolve();
  }
}

describe("Deadlines", () => {
  it("expires what is left in the order it was added, and nothing that was removed", async () => {
    const deadlines = new Deadlines(20);
    const [first, second, third, fourth] = [new Item(), new Item(), new Item(), new Item()];

    for (const item of [first, second, third, fourth]) deadlines.add(item);
    for (const item of [first, third, third]) deadlines.remove(item);
    await second.expired;
    await fourth.expired;

    assert.deepEqual([first.hasExpired, third.hasExpired], [false, false]);
  });

  it("watches what is added after it ran empty", async () => {
    const deadlines = new Deadlines(5);
    const [first, second] = [new Item(), new Item()];

    deadlines.add(first);
    await first.expired;
    deadlines.add(second);
    await second.expired;

    assert.equal(second.hasExpired, true);
  });
});
