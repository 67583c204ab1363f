import {
  MemoryVenStore,
  type StoreChange,
  type StoredVen,
  type Ven,
  type VenOptions,
  type VenStore,
} from "@openleadr/ven";
import { ManualClock } from "../../src/index.ts";
import { anActingBench, type ActingBench } from "./acting-ven.ts";
import { aBench, ScriptedVtn, type Bench } from "./scripted-vtn.ts";

/** A VTN, a clock and a store, at which one VEN after the other can run. */
export interface Site extends AsyncDisposable {
  readonly vtn: ScriptedVtn;
  readonly clock: ManualClock;
  /** A VEN that has not been started. */
  aVen(options?: Partial<VenOptions>): Bench;
  /** A started VEN whose device writes down what it is told; the VTN has forgotten what it heard before. */
  start(options?: Partial<VenOptions>): Promise<ActingBench>;
}

export function aSite(store: VenStore = new MemoryVenStore()): Site {
  const vtn = new ScriptedVtn();
  const clock = new ManualClock();
  const vens: Ven[] = [];
  const shared = (options: Partial<VenOptions>) =>
    ({ transport: vtn.transport, clock, store, ...options }) as Partial<VenOptions>;
  return {
    vtn,
    clock,
    aVen(options = {}) {
      const bench = { ...aBench(shared(options)), vtn, clock };
      vens.push(bench.ven);
      return bench;
    },
    async start(options = {}) {
      vtn.forget();
      const bench = await anActingBench(shared(options), {}, { vtn, clock });
      vens.push(bench.ven);
      await clock.settle();
      return bench;
    },
    async [Symbol.asyncDispose]() {
      for (const ven of vens) await ven.stop();
    },
  };
}

/** A store that counts what is written, and fails on demand. */
export class WatchedStore implements VenStore {
  /** Names of the entries of each write, such as `event event-1`. */
  readonly writes: string[][] = [];
  failure: Error | undefined;
  /** What each write waits for. */
  gate: Promise<void> = Promise.resolve();
  /** Called as each write begins. */
  onWrite: () => void = () => {};
  readonly #inner: VenStore;
  #state: StoredVen | undefined;

  constructor(inner: VenStore = new MemoryVenStore()) {
    this.#inner = inner;
  }

  async open(key: { readonly vtn: string; readonly ven: string }) {
    const state = await this.#inner.open(key);
    this.#state = state;
    return {
      read: () => state.read(),
      close: () => state.close(),
      write: async (changes: readonly StoreChange[]) => {
        this.onWrite();
        if (this.failure !== undefined) throw this.failure;
        await this.gate;
        this.writes.push(changes.map(({ kind, id }) => `${kind} ${id}`.trim()));
        await state.write(changes);
      },
    };
  }

  /** Names of the entries that are there, such as `event event-1`. */
  async names(): Promise<readonly string[]> {
    return ((await this.#state?.read()) ?? []).map(({ kind, id }) => `${kind} ${id}`.trim());
  }

  /** What a crash would leave now: another store, with all that is in this one. */
  async copy(): Promise<WatchedStore> {
    const copied = new WatchedStore();
    const state = await copied.open(key);
    await state.write((await this.#state?.read()) ?? []);
    await state.close();
    copied.writes.length = 0;
    return copied;
  }
}

/** Whose state it is at a {@link Site}. */
const key = { vtn: "", ven: "a VEN" };

/** A VEN is gone without notice, and its store is as it was; resolves with what is left. */
export async function crash({ ven }: Bench, store: WatchedStore): Promise<WatchedStore> {
  const left = await store.copy();
  await ven.stop({ signal: AbortSignal.abort() });
  return left;
}
