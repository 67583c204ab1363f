import assert from "node:assert/strict";
import { certificateFingerprint, systemClock } from "@openleadr/protocol";
import type { Clock } from "@openleadr/protocol";
import { describe, it } from "vitest";
import { createTestCa } from "../../test/certificates.ts";
import { startListener } from "../../test/listening.ts";
import type { Listening } from "../../test/listening.ts";
import { httpTransport } from "../index.ts";
import type { HttpTransport, HttpTransportOptions } from "../index.ts";

const dayMs = 86_400_000;
const ca = createTestCa();
const [server, ven] = [ca.issue(), ca.issue({ name: "ven" })];
const longer = ca.issue({ notAfter: new Date(Date.now() + 9 * dayMs) });

function client({ url }: Listening, options: Partial<HttpTransportOptions> = {}): HttpTransport {
  return httpTransport({ url, tls: { ...ven, ca: ca.certificate }, ...options });
}

/** The machine's clock, some days later from the moment at which the test says so. */
function laterClock(): Clock & { daysLater: number } {
  return {
    ...systemClock,
    daysLater: 0,
    now() {
      return new Date(Date.now() + this.daysLater * dayMs);
    },
  };
}

async function openListener(maxVersion: "TLSv1.2" | "TLSv1.3" = "TLSv1.3"): Promise<Listening> {
  return startListener({ clock: systemClock, tls: { ...server, ca: ca.certificate, maxVersion } });
}

describe("the end of a server's certificate (rule 516)", () => {
  for (const [title, connections] of [
    ["a connection that is open", 1],
    ["another that resumes its TLS session", undefined],
  ] as const) {
    it(`rule 516: ends what is sent over ${title}`, async () => {
      const clock = laterClock();
      await using listening = await openListener();
      await using transport = client(listening, { clock, connections });
      await transport("OadrPoll", "<a/>");
      await transport("OadrPoll", "<a/>");

      clock.daysLater = 2;

      await assert.rejects(transport("OadrPoll", "<a/>"), { code: "ERR_OADR_CERTIFICATE", message: /expired on/ });
      assert.equal(listening.exchanges.length, 2);
    });
  }

  it("is no end where the server has a new certificate by then", async () => {
    const clock = laterClock();
    await using listening = await openListener();
    await using transport = client(listening, { clock });
    await transport("OadrPoll", "<a/>");
    listening.listener.replaceTls({ ...longer, ca: ca.certificate });

    clock.daysLater = 2;

    assert.equal(await transport("OadrPoll", "<a/>"), "<answer/>");
  });

  it("is not forgotten when the client's own certificate is replaced", async () => {
    const clock = laterClock();
    await using listening = await openListener();
    await using transport = client(listening, { clock });
    transport.replaceTls({ ...ca.issue({ name: "other" }), ca: ca.certificate });
    await transport("OadrPoll", "<a/>");

    clock.daysLater = 2;

    await assert.rejects(transport("OadrPoll", "<a/>"), { code: "ERR_OADR_CERTIFICATE" });
    assert.equal(listening.exchanges[0]?.peer.certificate?.subject, "CN=other");
  });

  it("rule 516: has connections made anew when it is that of the CA, once", async () => {
    const clock = laterClock();
    await using listening = await startListener({ clock: systemClock, tls: { ...longer, ca: ca.certificate } });
    await using transport = client(listening, { clock, connections: 1 });
    const request = async (): Promise<number | undefined> => {
      await transport("OadrPoll", "<a/>");
      return listening.exchanges.at(-1)?.peer.port;
    };
    const before = [await request(), await request()];

    clock.daysLater = 2;
    const after = [await request(), await request()];

    const ports = new Set([...before, ...after]);
    assert.deepEqual([...ports], [before[1], after[1]]);
  });

  it("rule 516: holds for the beginning, too", async () => {
    const clock = laterClock();
    clock.daysLater = -3;
    await using listening = await openListener();
    await using transport = client(listening, { clock });

    await assert.rejects(transport("OadrPoll", "<a/>"), { code: "ERR_OADR_CERTIFICATE", message: /not valid before/ });
  });
});

describe("checkServer", () => {
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    it(`keeps what is sent from a server that it refuses, each time, with ${version}`, async () => {
      const seen: string[] = [];
      await using listening = await openListener(version);
      await using transport = client(listening, {
        checkServer: async ({ raw }) => {
          seen.push(certificateFingerprint(raw));
          return "expected another one";
        },
      });

      const fingerprint = certificateFingerprint(server.certificate);
      const refusal = { name: "ServerCertificateError", fingerprint, message: /: expected another one$/ };
      await assert.rejects(transport("OadrPoll", "<a/>"), refusal);
      await assert.rejects(transport("OadrPoll", "<a/>"), refusal);

      assert.deepEqual([seen, listening.exchanges.length], [[fingerprint, fingerprint], 0]);
    });
  }

  for (const connections of [1, undefined]) {
    it(`lets a server pass, asked once per connection, with ${connections ?? "any number of"} connections`, async () => {
      let asked = 0;
      await using listening = await openListener();
      const checkServer = async (): Promise<undefined> => void (asked += 1);
      await using transport = client(listening, { checkServer, connections });

      const answers = [await transport("OadrPoll", "<a/>"), await transport("OadrPoll", "<a/>")];

      const ports = new Set(listening.exchanges.map(({ peer }) => peer.port));
      assert.deepEqual([answers, asked], [["<answer/>", "<answer/>"], ports.size]);
    });
  }

  it("that fails is as good as a server that is not there", async () => {
    await using listening = await openListener();
    await using transport = client(listening, { checkServer: () => Promise.reject(new Error("no database")) });

    await assert.rejects(transport("OadrPoll", "<a/>"), { name: "TransportError", message: /: no database$/ });
  });

  it("notices a server that leaves meanwhile", async () => {
    await using listening = await openListener();
    const checkServer = async (): Promise<undefined> => {
      await listening.listener.stop();
      return undefined;
    };
    await using transport = client(listening, { checkServer });

    await assert.rejects(transport("OadrPoll", "<a/>"), { name: "TransportError" });
  });

  it("is not asked where there is no TLS", async () => {
    await using listening = await startListener();
    await using transport = httpTransport({ url: listening.url, checkServer: () => Promise.resolve("no") });

    assert.equal(await transport("OadrPoll", "<a/>"), "<answer/>");
  });

  it("does not go with a proxy", () => {
    const options = { proxy: "http://proxy.example.com", checkServer: () => Promise.resolve(undefined) };

    assert.throws(() => httpTransport({ url: "https://vtn.example.com", ...options }), {
      name: "TypeError",
      message: "checkServer: expected no proxy beside it, got one",
    });
  });
});
