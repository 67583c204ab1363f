import type { X509Certificate } from "node:crypto";
import { createSigner, minutes, type Duration, type Signer } from "@openleadr/protocol";
import { parseCertificates, parseKey } from "@openleadr/pki";
import type { VenSignatureOptions } from "@openleadr/ven";
import { listsOf, requireCertificates } from "../../security/own-certificates.ts";
import { certificateFile, firstLine, pemFile, sound } from "./files.ts";
import { mapping, optional } from "./mapping.ts";
import { invalid, type Invalid, type Place, type Reader } from "./place.ts";
import { flag, oneOrMore, refine, span } from "./readers.ts";
import { fingerprint, paired } from "./tls.ts";
import { attempt, type VtnConfig } from "./vtn.ts";

const leeway: Reader<Duration> = refine(span(0), (value, place) =>
  value <= minutes(5) ? value : place.mistake("a duration of at most PT5M"),
);

/** How the VEN signs, and whose signatures it wants; without a signer if that is to have the certificate of `vtn.tls`. */
export const signatures: Reader<VenSignatureOptions> = refine(
  mapping({
    certificate: optional(certificateFile),
    key: optional(pemFile()),
    passphraseFile: optional(firstLine),
    vtnFingerprint: optional(oneOrMore(fingerprint)),
    ca: optional(oneOrMore(pemFile(requireCertificates))),
    crl: optional(oneOrMore(pemFile())),
    required: optional(flag),
    maxAge: optional(leeway),
    maxAhead: optional(leeway),
  }),
  ({ certificate, key, passphraseFile: passphrase, ca, crl, ...rest }, place) => {
    if (rest.required === true && rest.vtnFingerprint === undefined && ca === undefined)
      return (place.child("required") ?? place).complain("expected vtnFingerprint or ca to go with it, got neither");
    if (passphrase !== undefined && certificate === undefined)
      return (place.child("passphraseFile") ?? place).complain("expected certificate to go with it, got none");
    const authorities = ca?.flatMap(parseCertificates);
    if (crl !== undefined && !areOf(authorities ?? [], crl, place.child("crl") ?? place)) return invalid;
    const options = { ...rest, authorities, crl };
    const own = paired({ certificate: certificate && [certificate], key: key && [key], passphrase }, place);
    if (own === invalid) return invalid;
    const [[first], [second]] = [own.certificate ?? [], own.key ?? []];
    const signer = first && second && signerOf({ certificate: first, key: second, passphrase }, place);
    return signer === invalid ? invalid : { ...options, signer };
  },
);

/** Whether these are lists of these CAs; tells of those that are not. */
function areOf(authorities: readonly X509Certificate[], lists: readonly Buffer[], place: Place): boolean {
  if (authorities.length === 0) {
    place.complain("expected ca to go with it, got none");
    return false;
  }
  const requireLists = listsOf(authorities);
  const checked = lists.map((list, index) => sound(place.items?.[index] ?? place, () => requireLists(list)));
  return !checked.includes(invalid);
}

/** A configuration whose VEN signs with the certificate that it shows to the VTN, if it is to sign and has no other. */
export function withSigner<Config extends Signing>(config: Config, root: Place): Config | Invalid {
  const { signatures, vtn } = config;
  if (signatures === undefined || signatures.signer !== undefined) return config;
  const place = root.child("signatures") ?? root;
  const { certificate: [certificate] = [], key: [key] = [], passphrase } = (vtn.tls ?? {}) as OwnFiles;
  if (certificate === undefined || key === undefined)
    return place.complain("expected certificate and key, here or in vtn.tls, to sign with, got none");
  const signer = signerOf({ certificate, key, passphrase }, place);
  return signer === invalid ? invalid : { ...config, signatures: { ...signatures, signer } };
}

interface Signing {
  readonly vtn: VtnConfig;
  readonly signatures: VenSignatureOptions | undefined;
}

/** What a file's `tls` has of a certificate. */
interface OwnFiles {
  readonly certificate?: readonly Buffer[];
  readonly key?: readonly Buffer[];
  readonly passphrase?: string;
}

interface OwnFile {
  readonly certificate: Buffer;
  readonly key: Buffer;
  readonly passphrase: string | undefined;
}

function signerOf({ certificate, key, passphrase }: OwnFile, place: Place): Signer | Invalid {
  return attempt(() => createSigner({ certificates: certificate, key: parseKey(key, passphrase) }), place);
}
