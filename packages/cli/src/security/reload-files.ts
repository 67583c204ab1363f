import { certificateFingerprint, type Signer } from "@openleadr/protocol";
import type { Ven } from "@openleadr/ven";
import type { Vtn } from "@openleadr/vtn";
import { standardInput } from "../document.ts";
import { FileWatch } from "./file-watch.ts";
import { CommandError, type Io } from "../io.ts";
import type { Journal } from "../journal/journal.ts";
import type { OwnMaterial } from "./own-certificates.ts";
import { clientTlsOf, isPushing, type PushSettings } from "../vtn/push-hosts.ts";
import { isVerifying, readAuthorities, readSigner, type SignFiles, type VtnSignFiles } from "./sign-options.ts";
import {
  readClientTls,
  readListenerTls,
  withTls,
  type ClientTlsFiles,
  type ListenerTlsFiles,
  type TlsFiles,
} from "./tls-options.ts";

interface Tools {
  readonly io: Io;
  readonly journal: Journal;
}

/**
 * Reads a VTN's certificates, keys, CAs and lists again whenever the user asks for it, and when they change; what cannot be
 * used is told, and the VTN goes on with what it has. Ends when the returned function is called.
 */
export function reloadVtnFiles(
  vtn: Vtn,
  options: ListenerTlsFiles & VtnSignFiles & Pick<PushSettings, "pushHosts">,
  tools: Tools,
): () => Promise<void> {
  const files = filesOf(
    options,
    [options.crl, options.signCa, options.signCrl].flatMap((each) => each ?? []),
  );
  return reloadFiles(files, tools, async () => {
    const tls = await readListenerTls(options, tools.io);
    const signer = await readSigner(options, tls, tools.io);
    const vouching = isVerifying(options) ? await readAuthorities(options, tools.io) : undefined;
    if (tls !== undefined) withTls(() => vtn.replaceTls(tls));
    if (tls !== undefined && isPushing(options)) withTls(() => vtn.replacePushTls(clientTlsOf(tls)));
    if (signer !== undefined) vtn.replaceSigner(signer);
    if (vouching !== undefined) vtn.replaceSignatureAuthorities(vouching.authorities, vouching.crl);
    return fingerprintsOf(tls, signer);
  });
}

/** Reads a VEN's certificates, keys and CAs again, likewise. */
export function reloadVenFiles(
  ven: Ven,
  options: ClientTlsFiles & SignFiles & { readonly vtn: URL },
  tools: Tools,
): () => Promise<void> {
  return reloadFiles(filesOf(options), tools, async () => {
    const tls = await readClientTls(options, options.vtn, tools.io);
    const signer = await readSigner(options, tls, tools.io);
    if (tls !== undefined) withTls(() => ven.replaceTls(tls));
    if (signer !== undefined) ven.replaceSigner(signer);
    return fingerprintsOf(tls, signer);
  });
}

/**
 * `read` reads the files, uses them, and gives the fingerprints of the certificates in use from then on. Without files there
 * is nothing to look at, but whoever asks is answered: a signal that nobody listens to would end the command.
 */
function reloadFiles(
  files: readonly string[],
  { io, journal }: Tools,
  read: () => Promise<readonly string[]>,
): () => Promise<void> {
  const reload = async (): Promise<void> => {
    try {
      const fingerprints = files.length === 0 ? [] : await read();
      const about = fingerprints.length === 0 ? noneRead(files) : `certificates ${fingerprints.join(", ")}`;
      journal({ type: "tlsReloaded", fingerprints }, { what: "files read again", about });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      journal({ type: "tlsNotReloaded", error }, { what: "files not usable", about: `${error.message}; as before` });
    }
  };
  const watch =
    files.length === 0 ? undefined : new FileWatch({ files: () => files, clock: io.clock, onChange: reload });
  const forget = io.onReload(() => {
    watch?.expect();
    void reload();
  });
  return async () => {
    forget();
    await watch?.end();
  };
}

function noneRead(files: readonly string[]): string {
  return files.length === 0 ? "there are none" : "";
}

/** All files that can be read more than once. */
function filesOf(
  { cert, key, ca, passphraseFile, sign, signKey }: TlsFiles & SignFiles,
  more: readonly string[] = [],
): readonly string[] {
  const single = [passphraseFile, sign, signKey].filter((file) => typeof file === "string");
  return [cert, key, ca, single, more].flatMap((files) => files ?? []).filter((file) => file !== standardInput);
}

function fingerprintsOf(tls: Partial<OwnMaterial> | undefined, signer: Signer | undefined): readonly string[] {
  const signing = signer === undefined ? [] : [signer.certificates[0].raw];
  return [...new Set([...(tls?.certificate ?? []), ...signing].map((each) => certificateFingerprint(each)))];
}
