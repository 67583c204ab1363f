import { certificateFingerprint } from "@openleadr/protocol";
import type { Vtn } from "@openleadr/vtn";
import { CommandError, type Io } from "./io.ts";
import type { Journal } from "./journal.ts";
import { clientTlsOf, isPushing, type PushSettings } from "./push-hosts.ts";
import { readSigner, type VtnSignFiles } from "./sign-options.ts";
import { readListenerTls, withTls, type ListenerTlsFiles } from "./tls-options.ts";

/**
 * Reads a VTN's certificates, keys, CAs and lists again whenever the user asks for it; what cannot be used is told, and
 * the VTN goes on with what it has. Ends when the returned function is called.
 */
export function reloadFiles(
  vtn: Vtn,
  files: ListenerTlsFiles & VtnSignFiles & Pick<PushSettings, "pushHosts">,
  { io, journal }: { io: Io; journal: Journal },
): () => void {
  const reload = async (): Promise<void> => {
    try {
      const tls = await readListenerTls(files, io);
      const signer = await readSigner(files, tls, io);
      if (tls !== undefined) withTls(() => vtn.replaceTls(tls));
      if (tls !== undefined && isPushing(files)) withTls(() => vtn.replacePushTls(clientTlsOf(tls)));
      if (signer !== undefined) vtn.replaceSigner(signer);
      const used = [...(tls?.certificate ?? []), ...(signer?.certificates.slice(0, 1).map(({ raw }) => raw) ?? [])];
      const fingerprints = [...new Set(used.map((each) => certificateFingerprint(each)))];
      if (fingerprints.length === 0) return;
      const about = `certificates ${fingerprints.join(", ")}`;
      journal({ type: "tlsReloaded", fingerprints }, { what: "files read again", about });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      journal({ type: "tlsNotReloaded", error }, { what: "files not usable", about: `${error.message}; as before` });
    }
  };
  return io.onReload(() => void reload());
}
