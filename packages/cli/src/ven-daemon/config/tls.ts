import { parseCrl, parseKey } from "@openleadr/pki";
import type { ClientTlsOptions, ListenerTlsOptions } from "@openleadr/transport";
import { isKeyOf, requireCertificates } from "../../own-certificates.ts";
import { firstLine, isSound, pemFile } from "./files.ts";
import { mapping, optional } from "./mapping.ts";
import { invalid, type Invalid, type Place, type Reader } from "./place.ts";
import { flag, oneOf, oneOrMore, refine, text } from "./readers.ts";

/** A fingerprint as OpenADR writes it. */
export const fingerprint: Reader<string> = refine(text, (value, place) =>
  /^(?:[0-9A-F]{2}:){9}[0-9A-F]{2}$/.test(value)
    ? value
    : place.mistake("ten bytes as in 09:71:9E:0E:51:C0:8F:05:56:C9"),
);

const material = {
  certificate: optional(oneOrMore(pemFile(requireCertificates))),
  key: optional(oneOrMore(pemFile())),
  passphraseFile: optional(firstLine),
  ca: optional(oneOrMore(pemFile(requireCertificates))),
  crl: optional(oneOrMore(pemFile((content) => parseCrl(content)))),
};

/** How the VEN shows who it is, and whom it trusts. */
export const clientTls: Reader<ClientTlsOptions> = refine(
  mapping({ ...material, fingerprint: optional(oneOrMore(fingerprint)), checkHostName: optional(flag) }),
  ({ passphraseFile: passphrase, fingerprint: serverFingerprint, ...tls }, place) =>
    belongTogether({ ...tls, passphrase }, place) ? { ...tls, passphrase, serverFingerprint } : invalid,
);

/** How the VEN shows an MQTT broker who it is, and which it trusts. */
export const brokerTls: Reader<BrokerTls> = refine(
  mapping(material),
  ({ passphraseFile: passphrase, ...tls }, place) =>
    belongTogether({ ...tls, passphrase }, place) ? { ...tls, passphrase } : invalid,
);

/** Certificates, keys and CAs for a broker. */
export interface BrokerTls {
  readonly certificate: readonly Buffer[] | undefined;
  readonly key: readonly Buffer[] | undefined;
  readonly passphrase: string | undefined;
  readonly ca: readonly Buffer[] | undefined;
  readonly crl: readonly Buffer[] | undefined;
}

/** How a push VEN shows who it is, and whom it lets in. */
export const listenerTls: Reader<ListenerTlsOptions> = refine(
  mapping({ ...material, clientCertificate: optional(oneOf("required", "optional", "off")) }),
  ({ passphraseFile: passphrase, ...tls }, place) => listenerOptions({ ...tls, passphrase }, place),
);

type Material = Pick<ClientTlsOptions, "passphrase"> & {
  readonly certificate: readonly Buffer[] | undefined;
  readonly key: readonly Buffer[] | undefined;
};

function listenerOptions(
  tls: Material & Pick<ListenerTlsOptions, "ca" | "crl" | "clientCertificate">,
  place: Place,
): ListenerTlsOptions | Invalid {
  const { certificate, key, ca, clientCertificate } = tls;
  if (certificate === undefined || key === undefined) return place.complain("expected certificate and key, got none");
  if (!belongTogether(tls, place)) return invalid;
  if (ca === undefined && clientCertificate !== "off")
    return place.complain("expected ca, the CA of the VTN's certificate, or clientCertificate: off, got neither");
  return { ...tls, certificate, key };
}

/** Whether each certificate has its key; tells of it if not. */
export function belongTogether({ certificate = [], key = [], passphrase }: Material, place: Place): boolean {
  if (certificate.length !== key.length) {
    place.complain(`expected as many keys as certificates, got ${key.length} and ${certificate.length}`);
    return false;
  }
  const at = place.child("key") ?? place;
  return key.every((content, index) => {
    const keyPlace = at.items?.[index] ?? at;
    if (!isSound(keyPlace, () => parseKey(content, passphrase))) return false;
    if (isKeyOf(certificate[index] ?? "", parseKey(content, passphrase))) return true;
    keyPlace.complain("expected the key of the certificate, got that of another");
    return false;
  });
}
