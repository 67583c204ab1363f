/** Lets one piece of work begin when the one before it has ended, in the order of the calls. */
export type TakeTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** Makes a queue of its own. */
export function turns(): TakeTurn {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>) => {
    const turn = after(last, work);
    last = turn;
    return turn;
  };
}

async function after<T>(previous: Promise<unknown>, work: () => Promise<T>): Promise<T> {
  await Promise.allSettled([previous]);
  return work();
}
