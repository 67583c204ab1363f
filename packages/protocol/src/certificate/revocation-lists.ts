import { verify, type KeyObject, type X509Certificate } from "node:crypto";
import { derOfBlock, pemBlocks } from "./pem.ts";
import { parseRevocationList, type RevocationList, type RevocationListDates } from "./revocation-list.ts";
import { readExtensions } from "./certificate-extensions.ts";
import { readFields } from "./certificate-fields.ts";

/** Revocation lists: PEM with one or more of them, or one in DER, or a list of either. */
export type RevocationListInput = string | Uint8Array | readonly (string | Uint8Array)[];

/**
 * The lists that come in place of others while running. Throws `TypeError` as the constructor does, and where there were lists
 * and nothing is said of new ones: who was revoked must not be let in again by oversight.
 */
export function replacedLists(
  lists: RevocationListInput | undefined,
  authorities: readonly X509Certificate[],
  before: RevocationLists | undefined,
): RevocationLists | undefined {
  if (lists !== undefined) return new RevocationLists(lists, authorities);
  if (before === undefined || before.dates.length === 0) return undefined;
  throw new TypeError(
    "crl: expected the revocation lists of these CAs, as there were lists before ([] for none), got none",
  );
}

/** How a certificate stands to the lists of its CA. */
export type Standing =
  /** No list is of the CA that issued it. */
  | { readonly state: "unlisted" }
  | { readonly state: "good" }
  | { readonly state: "revoked"; readonly at: Date }
  /** None of its CA's lists counts at that time; `latest` is the one that counted last. */
  | { readonly state: "overdue"; readonly latest: RevocationListDates };

/**
 * What CAs have revoked. Once there is a list, each CA that vouches for a signer needs one that counts, or its certificates
 * are refused, as in TLS. A certificate is revoked once one of its CA's lists names it, even if a later one does not.
 *
 * @see RFC 5280, §5 and §6.3, of which this takes complete lists that are signed with the key of the certificates they are
 * about; it leaves out delta lists, lists about some certificates only and those about certificates of other CAs
 */
export class RevocationLists {
  readonly #cas: readonly ListedCa[];
  /** What was found for a certificate, as to find it takes a verification. */
  readonly #found = new WeakMap<X509Certificate, Found>();

  /**
   * Reads lists of these CAs. Throws `TypeError` for what is no list, for one that none of the CAs has signed with RSA or
   * ECDSA and SHA-256, SHA-384 or SHA-512, and for one that is about some of its CA's certificates only or leaves out what an
   * earlier one has.
   */
  constructor(lists: RevocationListInput, authorities: readonly X509Certificate[]) {
    const cas: ListedCa[] = [];
    for (const der of documentsIn(lists)) {
      const list = parseRevocationList(der);
      if (list === undefined) throw new TypeError("crl: expected revocation lists in PEM or DER, got something else");
      const { subject, publicKey } = requireAuthority(list, authorities);
      // A CA may have several certificates for one key, as when its certificate was renewed.
      const known = cas.find((ca) => ca.subject === subject && ca.publicKey.equals(publicKey));
      const ca = known ?? { subject, publicKey, lists: [] };
      if (known === undefined) cas.push(ca);
      const { issuer, thisUpdate, nextUpdate, revoked } = list;
      ca.lists.push({ issuer, thisUpdate, nextUpdate, revoked });
    }
    this.#cas = cas;
  }

  /** Of whom the lists are, and from when until when they count. */
  get dates(): readonly RevocationListDates[] {
    const lists = this.#cas.flatMap((ca) => ca.lists);
    return lists.map(({ issuer, thisUpdate, nextUpdate }) => ({ issuer, thisUpdate, nextUpdate }));
  }

  /** How a certificate stands to the lists of its CA at that time. */
  standingOf(certificate: X509Certificate, now: Date): Standing {
    // As without lists.
    if (this.#cas.length === 0) return { state: "good" };
    const { lists, revokedAt } = this.#find(certificate);
    if (revokedAt !== undefined) return { state: "revoked", at: new Date(revokedAt) };
    const [first, ...more] = lists;
    if (first === undefined) return { state: "unlisted" };
    if (lists.some((list) => countsAt(list, now))) return { state: "good" };
    const latest = more.reduce((one, other) => (one.thisUpdate > other.thisUpdate ? one : other), first);
    return { state: "overdue", latest };
  }

  #find(certificate: X509Certificate): Found {
    const before = this.#found.get(certificate);
    if (before !== undefined) return before;
    // Whichever of its certificates a certificate says that its CA had: the lists are those of the key.
    const lists = this.#cas
      .filter(({ subject, publicKey }) => certificate.issuer === subject && certificate.verify(publicKey))
      .flatMap((ca) => ca.lists);
    const serialNumber = readFields(certificate.raw)?.serialNumber ?? "";
    const revokedAt = lists.map(({ revoked }) => revoked.get(serialNumber)).find((each) => each !== undefined);
    const found = { lists, revokedAt };
    this.#found.set(certificate, found);
    return found;
  }
}

/** A CA that has signed lists: whoever has that name and that key. */
interface ListedCa {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly lists: List[];
}

/** What is kept of a list once it is known whose it is. */
type List = RevocationListDates & Pick<RevocationList, "revoked">;

interface Found {
  /** The lists of the certificate's CA. */
  readonly lists: readonly List[];
  readonly revokedAt: number | undefined;
}

function countsAt({ thisUpdate, nextUpdate }: RevocationListDates, now: Date): boolean {
  return thisUpdate <= now && (nextUpdate === undefined || now <= nextUpdate);
}

function requireAuthority(list: RevocationList, authorities: readonly X509Certificate[]): X509Certificate {
  const { issuer, isPartial, algorithm } = list;
  const whose = `the revocation list of ${issuer}`;
  if (isPartial)
    throw new TypeError(`crl: expected complete lists without critical extensions, got others in ${whose}`);
  if (hashes[algorithm] === undefined)
    throw new TypeError(
      `crl: expected lists signed with RSA or ECDSA and SHA-256 or longer, got another signature of ${whose}`,
    );
  const authority = authorities.find((each) => isListOf(list, each));
  if (authority === undefined)
    throw new TypeError(
      `crl: expected lists of the authorities, got ${whose}, which is none; a CA in between has to be one, too`,
    );
  return authority;
}

function isListOf(list: RevocationList, authority: X509Certificate): boolean {
  const { algorithm, issuerName, toBeSigned, signature } = list;
  const subject = readFields(authority.raw)?.subject;
  if (subject === undefined || !Buffer.from(subject).equals(issuerName)) return false;
  if (readExtensions(authority.raw)?.mayIssueLists !== true) return false;
  const { publicKey } = authority;
  const { keyType, hash } = hashes[algorithm] ?? {};
  return publicKey.asymmetricKeyType === keyType && verify(hash, toBeSigned, publicKey, signature);
}

/** Algorithms of signatures by their identifiers (RFC 4055, §5; RFC 5758, §3.2). */
const hashes: Readonly<Record<string, { readonly keyType: "rsa" | "ec"; readonly hash: string }>> = {
  "2a864886f70d01010b": { keyType: "rsa", hash: "sha256" },
  "2a864886f70d01010c": { keyType: "rsa", hash: "sha384" },
  "2a864886f70d01010d": { keyType: "rsa", hash: "sha512" },
  "2a8648ce3d040302": { keyType: "ec", hash: "sha256" },
  "2a8648ce3d040303": { keyType: "ec", hash: "sha384" },
  "2a8648ce3d040304": { keyType: "ec", hash: "sha512" },
};

function documentsIn(lists: RevocationListInput): readonly Uint8Array[] {
  const given = typeof lists === "string" || lists instanceof Uint8Array ? [lists] : lists;
  return given.flatMap((list) => {
    if (typeof list !== "string" && !Buffer.from(list).includes("-----BEGIN")) return [list];
    const blocks = pemBlocks(list, "revocationList");
    if (blocks.length === 0) throw new TypeError("crl: expected revocation lists in PEM or DER, got something else");
    return blocks.map(derOfBlock);
  });
}
