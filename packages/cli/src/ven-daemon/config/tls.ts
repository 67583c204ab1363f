import { parseFingerprint } from "@openleadr/protocol";
import { parseCrl, parseKey } from "@openleadr/pki";
import type { ClientTlsOptions, ListenerTlsOptions } from "@openleadr/transport";
import { isKeyOf, isPem, pairIn, requireCertificates, type Pair } from "../../security/own-certificates.ts";
import { certificateFile, firstLine, pemFile, sound } from "./files.ts";
import { mapping, optional } from "./mapping.ts";
import { invalid, type Invalid, type Place, type Reader } from "./place.ts";
import { flag, oneOf, oneOrMore, refine, text } from "./readers.ts";

/** A fingerprint, however it is written. */
export const fingerprint: Reader<string> = refine(text, (value, place) => {
  try {
    return parseFingerprint(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return place.complain(error.message.replace(/^fingerprint: /, ""));
  }
});

const material = {
  certificate: optional(oneOrMore(certificateFile)),
  key: optional(oneOrMore(pemFile())),
  passphraseFile: optional(firstLine),
  ca: optional(oneOrMore(pemFile(requireCertificates))),
  crl: optional(oneOrMore(pemFile((content) => parseCrl(content)))),
};

/** How the VEN shows who it is, and whom it trusts. */
export const clientTls: Reader<ClientTlsOptions> = refine(
  mapping({ ...material, fingerprint: optional(oneOrMore(fingerprint)), checkHostName: optional(flag) }),
  ({ passphraseFile: passphrase, fingerprint: serverFingerprint, ...tls }, place) => {
    const pairs = paired({ ...tls, passphrase }, place);
    return pairs === invalid ? invalid : { ...tls, ...pairs, passphrase, serverFingerprint };
  },
);

/** How the VEN shows an MQTT broker who it is, and which it trusts. */
export const brokerTls: Reader<BrokerTls> = refine(
  mapping(material),
  ({ passphraseFile: passphrase, ...tls }, place) => {
    const pairs = paired({ ...tls, passphrase }, place);
    return pairs === invalid ? invalid : { ...tls, ...pairs, passphrase };
  },
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

interface Pairs {
  readonly certificate: readonly Buffer[] | undefined;
  readonly key: readonly Buffer[] | undefined;
}

type Material = Pick<ClientTlsOptions, "passphrase"> & Pairs;

function listenerOptions(
  tls: Material & Pick<ListenerTlsOptions, "ca" | "crl" | "clientCertificate">,
  place: Place,
): ListenerTlsOptions | Invalid {
  const { ca, clientCertificate } = tls;
  const pairs = paired(tls, place);
  if (pairs === invalid) return invalid;
  const { certificate, key } = pairs;
  if (certificate === undefined || key === undefined) return place.complain("expected certificate and key, got none");
  if (ca === undefined && clientCertificate !== "off")
    return place.complain("expected ca, the CA of the VTN's certificate, or clientCertificate: off, got neither");
  return { ...tls, certificate, key };
}

/** Certificates, each with its key, in PEM; tells of what does not belong together. Undefined where there are none. */
export function paired({ certificate = [], key = [], passphrase }: Material, place: Place): Pairs | Invalid {
  const count = certificate.filter(isPem).length;
  if (count !== key.length)
    return place.complain(`expected as many keys as certificates in PEM, got ${key.length} and ${count}`);
  const [certificatesAt, keysAt] = ["certificate", "key"].map((name) => place.child(name) ?? place);
  const keys = key.map((content, index) => ({ content, place: itemOf(keysAt ?? place, index) })).values();
  const pairs = certificate.map((content, index) => {
    const at = itemOf(certificatesAt ?? place, index);
    const other = isPem(content) ? keys.next().value : undefined;
    return sound(at, () =>
      other === undefined ? pairIn(content, passphrase) : pairOf({ content, place: at }, other, passphrase),
    );
  });
  const valid = pairs.filter((pair) => pair !== invalid);
  if (valid.length < pairs.length) return invalid;
  if (valid.length === 0) return { certificate: undefined, key: undefined };
  return { certificate: valid.map((pair) => pair.certificate), key: valid.map((pair) => pair.key) };
}

interface Content {
  readonly content: Buffer;
  readonly place: Place;
}

/** Throws {@link PkiError} for a file without a certificate. */
function pairOf(certificate: Content, key: Content, passphrase: string | undefined): Pair | Invalid {
  requireCertificates(certificate.content);
  const parsed = sound(key.place, () => parseKey(key.content, passphrase));
  if (parsed === invalid) return invalid;
  if (isKeyOf(certificate.content, parsed)) return { certificate: certificate.content, key: key.content };
  return key.place.complain("expected the key of the certificate, got that of another");
}

function itemOf(place: Place, index: number): Place {
  return place.items?.[index] ?? place;
}
