import type { Io } from "../io.ts";
import { textJournal, type Fact, type Journal } from "../journal/journal.ts";

/** What a demonstration shows: everything until the load has fallen, then only what is new. */
export class DemoStory {
  /** Resolves when the event was answered and a reading from within it has arrived. */
  readonly told: Promise<void>;
  readonly #io: Io;
  readonly #venId: string;
  #start: Date | undefined;
  #isAnswered = false;
  #isTold = false;
  #haveTold: () => void = () => {};

  constructor(io: Io, venId: string) {
    this.#io = io;
    this.#venId = venId;
    this.told = new Promise((resolve) => (this.#haveTold = resolve));
  }

  /** Where a party tells what happens to it. */
  journal(party: "VTN" | "VEN"): Journal {
    const { stdout, clock } = this.#io;
    const text = textJournal(stdout, clock, party);
    return (fact, line) => {
      if (this.#isTold && this.#isRoutine(fact)) return;
      text(fact, line);
      this.#note(fact);
    };
  }

  /** The readings that are waited for are taken no earlier than that. */
  expectReadingsFrom(start: Date): void {
    this.#start = start;
  }

  #note(fact: Fact): void {
    if (fact.type === "eventAnswered") this.#isAnswered = true;
    const isUnderWay = this.#start !== undefined && this.#io.clock.now() >= this.#start;
    if (fact.type !== "reading" || !this.#isAnswered || !isUnderWay) return;
    this.#isTold = true;
    this.#haveTold();
  }

  #isRoutine({ type, venId }: Fact): boolean {
    return type === "reportSent" || (type === "reading" && venId === this.#venId);
  }
}
