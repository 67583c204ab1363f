import { certificateFingerprint, createSigner, sign, type Message, type Signer } from "@openleadr/protocol";
import { inMemoryTransport, type Peer } from "@openleadr/transport";
import type { KeyObject, X509Certificate } from "node:crypto";
import { certificate, keys } from "../../../protocol/test/certificates.ts";
import { clientOf, noon, type OpenVtn } from "../../../vtn/test/open-vtn.ts";

const issuer = { subject: "CA", key: keys.ca };

/** A CA, as a certificate. */
export const authority: X509Certificate = certificate({ ...issuer, isCa: true });

/** Somebody with a certificate of that CA. */
export interface Certified {
  readonly signer: Signer;
  readonly peer: Peer & { readonly fingerprint: string };
}

/** Certificates for tests: of a VTN, of two VENs, and of somebody whom nobody knows. */
export const vtnParty: Certified = party("vtn", keys.p384);
export const kitchen: Certified = party("kitchen", keys.p256);
export const pantry: Certified = party("pantry", keys.rsa);
export const stranger: Certified = party("stranger", keys.p256);

function party(subject: string, key: KeyObject): Certified {
  const own = certificate({ subject, key, issuer });
  const fingerprint = certificateFingerprint(own.raw);
  return {
    signer: createSigner({ key, certificates: [own] }),
    peer: { address: "192.0.2.7", certificate: own, fingerprint },
  };
}

/** The end of a VEN that shows a certificate, or none. */
export function endOf({ vtn, clock }: OpenVtn, peer: Peer = { address: "192.0.2.7" }): ReturnType<typeof clientOf> {
  return clientOf(inMemoryTransport(vtn.handler, peer), clock);
}

/** A message signed at noon. */
export async function signed(message: Message, { signer }: Certified): Promise<string> {
  return sign(message, signer, { clock: { now: () => noon } });
}
