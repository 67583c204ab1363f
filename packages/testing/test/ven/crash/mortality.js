// What the programs share that kill themselves.
import { appendFileSync } from "node:fs";

/**
 * Passes points, at one of which the process kills itself, without any notice, as a power cut would.
 *
 * @param {object} orders
 * @param {string} orders.journal the file that has a line for everything that matters
 * @param {number} orders.dieAt the number of the point to die at
 * @param {string} [orders.dieOn] how the names of the points begin that count
 */
export function mortality({ journal, dieAt, dieOn = "" }) {
  let points = 0;
  let underWay = 0;

  /** @param {string} line */
  function write(line) {
    appendFileSync(journal, `${line}\n`);
  }

  /** @param {string} name */
  function reach(name) {
    if (!name.startsWith(dieOn) || ++points !== dieAt) return;
    write(`dies at ${name}`);
    process.kill(process.pid, "SIGKILL");
  }

  return {
    write,
    /** Whether something that is passed takes its time. */
    isBusy: () => underWay > 0,
    /**
     * Does a piece of work, with a point before and one after it.
     *
     * @template T
     * @param {string} name
     * @param {() => Promise<T>} work
     */
    async passing(name, work) {
      reach(`before ${name}`);
      underWay++;
      try {
        const result = await work();
        reach(`after ${name}`);
        return result;
      } finally {
        underWay--;
      }
    },
  };
}

/**
 * A store that is passed with each write.
 *
 * @param {import("@openleadr/ven").VenStore} store
 * @param {ReturnType<typeof mortality>} mortal
 * @returns {import("@openleadr/ven").VenStore}
 */
export function mortalStore(store, { passing }) {
  return {
    async open(key) {
      const state = await store.open(key);
      return {
        ...state,
        write(changes) {
          const kinds = [...new Set(changes.map(({ kind }) => kind))];
          return passing(`write of ${kinds.join(" and ")}`, () => state.write(changes));
        },
      };
    },
  };
}

/**
 * A transport that is passed with each request.
 *
 * @param {import("@openleadr/transport").Transport} transport
 * @param {ReturnType<typeof mortality>} mortal
 * @returns {import("@openleadr/transport").Transport}
 */
export function mortalTransport(transport, { passing }) {
  return (service, xml, signal) => passing(`request ${nameOf(xml)}`, () => transport(service, xml, signal));
}

/** @param {string} xml */
function nameOf(xml) {
  return /<(?:\w+:)?(oadr(?!Payload|SignedObject)\w+)/.exec(xml)?.[1] ?? "message";
}
