import { randomUUID } from "node:crypto";
import { milliseconds, OpenAdrError, sign, type Decoded, type OadrCreatedPartyRegistration } from "@openleadr/protocol";
import { httpTransport, messageClient, type ClientTlsOptions } from "@openleadr/transport";
import { patienceMs, type Patient } from "./finding.ts";

/** What became of an oadrQueryRegistration. */
export interface Reply {
  /** The VTN's answer, or why there is none. */
  readonly answer: OadrCreatedPartyRegistration | OpenAdrError | undefined;
  /** The same as it was read, with its signature; undefined for what could not be. */
  readonly decoded: Decoded | undefined;
  /** How far the VTN's clock is ahead of ours, in milliseconds; undefined if it does not say. */
  readonly skewMs: number | undefined;
}

/** Asks the VTN what it can do; signed, if there is a signer. */
export async function query(
  { vtnUrl: url, signer, clock, signal }: Omit<Patient, "tls">,
  tls: ClientTlsOptions | undefined,
): Promise<Reply> {
  let decoded: Decoded | undefined;
  let skewMs: number | undefined;
  const onDate = (date: Date): void => void (skewMs = date.getTime() - clock.now().getTime());
  await using transport = httpTransport({ url, tls, requestTimeout: milliseconds(patienceMs), onDate });
  const client = messageClient({
    transport,
    decoding: { tolerant: true },
    check: () => {},
    write: signer && ((message) => sign(message, signer, { clock })),
    verify: (answer) => (decoded = answer),
  });
  try {
    const answer = await client("oadrQueryRegistration", { requestId: randomUUID() }, signal);
    return { answer: answer?.payload, decoded, skewMs };
  } catch (error) {
    if (error instanceof OpenAdrError) return { answer: error, decoded, skewMs };
    throw error;
  }
}
