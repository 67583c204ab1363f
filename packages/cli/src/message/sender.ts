import { operations, type MessageName, type Operation, type Party } from "@openleadr/protocol";

/**
 * The parties that may send a message: those that ask with it, and those that answer with it what the other one asks.
 *
 * @see OpenADR 2.0b, §8, tables 2 and 5
 */
export function possibleSenders(name: MessageName): readonly Party[] {
  const senders = Object.entries(operations as Readonly<Record<string, Operation>>).flatMap(
    ([asked, { sentBy, answers }]) => [
      ...(asked === name ? sentBy : []),
      ...(answers.includes(name) ? sentBy.map(otherParty) : []),
    ],
  );
  return (["ven", "vtn"] as const).filter((party) => senders.includes(party));
}

function otherParty(party: Party): Party {
  return party === "ven" ? "vtn" : "ven";
}
