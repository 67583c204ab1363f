import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { openConnectProxy } from "../../testing/test/ven/network/connect-proxy.ts";
import { certificates, openVtn } from "../../testing/test/ven/network/open-vtn.ts";
import { fastClock } from "./command.ts";
import { Folder } from "./folder.ts";
import { Daemon } from "./ven-daemon.ts";

const env = { PASSWORD: "hunter2", GATEWAY_KEY: "k-1" };

describe("the way of a VEN that runs as a file says to its VTN", () => {
  for (const scheme of ["http", "https"] as const) {
    it(`leads through a proxy to ::1 over ${scheme}:, with the headers of the file, and without its secrets in the log`, async () => {
      const clock = fastClock();
      await using vtn = await openVtn(scheme, "::1");
      await using proxy = await openConnectProxy("::1");
      using folder = new Folder();
      const tls = {
        certificate: folder.write("ven.pem", certificates.certificate),
        key: folder.write("ven.key.pem", certificates.key),
        ca: folder.write("ca.pem", certificates.ca),
      };
      const config = {
        name: "kitchen",
        vtn: {
          url: vtn.url,
          headers: { "x-gateway-key": "${env:GATEWAY_KEY}", authorization: "Bearer t" },
          proxy: `http://user:\${env:PASSWORD}@${proxy.host}`,
          ...(scheme === "https" && { tls }),
        },
        logging: { level: "debug" },
      };

      await using daemon = new Daemon(config, { clock, env });
      await daemon.prints(/ready/);

      assert.deepEqual(new Set(vtn.seen.map(String)), new Set(["k-1,Bearer t"]));
      assert.deepEqual(new Set(proxy.tunnels.map(({ target }) => target)), new Set([vtn.host]));
      assert.equal(proxy.tunnels[0]?.headers["proxy-authorization"], `Basic ${btoa("user:hunter2")}`);
      const { stdout } = await daemon.interrupt();
      assert.ok(!/hunter2|k-1/.test(stdout), stdout);
    });
  }

  it("is told to be closed where the proxy lets nobody through", async () => {
    await using proxy = await openConnectProxy("127.0.0.1", { refusal: 407 });
    const config = { name: "kitchen", vtn: { url: "https://vtn.example.com", proxy: `http://${proxy.host}` } };

    await using daemon = new Daemon(config, { clock: fastClock() });

    await daemon.prints(/warn {2}registration failed: .*: the proxy answered CONNECT with HTTP status 407/);
  });
});
