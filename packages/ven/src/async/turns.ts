/** Lets one piece of work begin when the one before it has ended, in the order of the calls. */
export type TakeTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** Makes a queue of its own. */
export function turns(): TakeTurn {
  let last: Promise<void> = Promise.resolve();
  return <T>(work: () => Promise<T>) => {
    const turn = after(last, work);
    last = ended(turn);
    return turn;
  };
}

async function after<T>(previous: Promise<void>, work: () => Promise<T>): Promise<T> {
  await previous;
  return work();
}

/** Resolves when something has ended, whatever became of it; and keeps nothing of it. */
async function ended(turn: Promise<unknown>): Promise<void> {
  await Promise.allSettled([turn]);
}
