import { certificateFingerprint } from "@openleadr/protocol";
import type { ListenerTlsOptions } from "@openleadr/transport";
import type { Vtn } from "@openleadr/vtn";
import { CommandError, type Io } from "./io.ts";
import type { Journal } from "./journal.ts";
import { clientTlsOf, isPushing, type PushSettings } from "./push-hosts.ts";
import { readListenerTls, withTls, type ListenerTlsFiles } from "./tls-options.ts";

/**
 * Reads a VTN's certificates, keys, CAs and lists again whenever the user asks for it; what cannot be used is told, and
 * the VTN goes on with what it has. Ends when the returned function is called.
 */
export function reloadTls(
  vtn: Vtn,
  files: ListenerTlsFiles & Pick<PushSettings, "pushHosts">,
  { io, journal }: { io: Io; journal: Journal },
): () => void {
  const reload = async (): Promise<void> => {
    try {
      const tls = await readListenerTls(files, io);
      if (tls === undefined) return;
      withTls(() => vtn.replaceTls(tls));
      if (isPushing(files)) withTls(() => vtn.replacePushTls(clientTlsOf(tls)));
      const fingerprints = fingerprintsOf(tls);
      const about = `certificates ${fingerprints.join(", ")}`;
      journal({ type: "tlsReloaded", fingerprints }, { what: "files read again", about });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      journal({ type: "tlsNotReloaded", error }, { what: "files not usable", about: `${error.message}; as before` });
    }
  };
  return io.onReload(() => void reload());
}

function fingerprintsOf({ certificate }: ListenerTlsOptions): readonly string[] {
  const all = typeof certificate === "string" || Buffer.isBuffer(certificate) ? [certificate] : certificate;
  return all.map((pem) => certificateFingerprint(pem));
}
