import type { Message } from "@openleadr/protocol";
import type { VtnContext } from "../context.ts";
import type { Letter } from "../store/mailbox-store.ts";
import { nameOf } from "./letters.ts";

/**
 * Puts a message at the end of a VEN's mailbox; where that is full, others give way. Rejects with `RangeError` if the VEN
 * is not registered.
 */
export async function post(vtn: VtnContext, venId: string, message: Message): Promise<void> {
  await vtn.store.enqueue(venId, { kind: "message", message });
  await makeRoom(vtn, venId);
}

/** Has others give way where a mailbox is too full. */
export async function makeRoom(vtn: VtnContext, venId: string): Promise<void> {
  const messages = (await vtn.store.letters(venId)).filter(({ entry }) => entry.kind === "message");
  if (messages.length <= vtn.delivery.maxLetters) return;
  const oldest = messages.find(({ state }) => state === "failed") ?? messages[0];
  if (oldest !== undefined) await drop(vtn, oldest);
  return makeRoom(vtn, venId);
}

/** Does nothing to a letter to which something has just happened; another look shows what is the oldest then. */
async function drop(vtn: VtnContext, letter: Letter): Promise<void> {
  if (!(await vtn.store.removeLetter(letter))) return;
  const { venId, letterId, state } = letter;
  vtn.tell({ type: "letterDropped", venId, letterId, message: nameOf(letter), state });
}
