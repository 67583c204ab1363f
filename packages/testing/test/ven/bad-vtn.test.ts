import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { encode, hours, milliseconds, minutes, seconds, type Message } from "@openleadr/protocol";
import { Ven, type VenOptions, type VenStatus } from "@openleadr/ven";
import { Vtn } from "@openleadr/vtn";
import { describe, it } from "vitest";
import { HttpTraffic, ManualClock } from "../../src/index.ts";

/** A VEN over HTTP, whose VTN stands behind something that can say whatever it likes in its place. */
interface Gateway extends AsyncDisposable {
  readonly vtn: Vtn;
  readonly ven: Ven;
  readonly clock: ManualClock;
  readonly statuses: VenStatus[];
  /** Says this instead of the VTN, to what comes at these services; `undefined` for the VTN itself. */
  instead: RequestListener | undefined;
  /** What the first poll that failed failed of. */
  readonly failure: Promise<string>;
  /** How many requests came. */
  requests: number;
}

async function openGateway(options: Partial<VenOptions> = {}): Promise<Gateway> {
  const traffic = new HttpTraffic();
  const clock = new ManualClock("2026-01-01T00:00:00Z", { isBusy: () => traffic.isUnderWay });
  const vtn = new Vtn({ vtnId: "vtn", clock, listen: false, onCreatePartyRegistration: () => true });
  await vtn.start();
  const listener = vtn.requestListener();
  const server = createServer((request, response) => {
    gateway.requests++;
    (gateway.instead ?? listener)(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const statuses: VenStatus[] = [];
  let fail: (reason: string) => void;
  const failure = new Promise<string>((resolve) => (fail = resolve));
  const ven = new Ven({
    vtnUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    venName: "kitchen",
    clock,
    requestTimeout: milliseconds(300),
    onEvent: () => "optIn",
    onStatus(status) {
      statuses.push(status);
      if (status.type === "pollFailed") fail(status.error.message);
    },
    ...options,
  } as VenOptions);
  const gateway: Gateway = {
    vtn,
    ven,
    clock,
    statuses,
    failure,
    instead: undefined,
    requests: 0,
    async [Symbol.asyncDispose]() {
      await ven.stop();
      server.closeAllConnections();
      server.close();
      await vtn.stop();
      traffic[Symbol.dispose]();
    },
  };
  return gateway;
}

const xml = { "content-type": "application/xml" };

function says(status: number, body: string, headers: Record<string, string> = xml): RequestListener {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}

function message(given: Message): RequestListener {
  return says(200, encode(given));
}

const wrongMessage: Message = {
  name: "oadrCreatedReport",
  payload: { response: { responseCode: 200, requestId: "" }, pendingReports: [] },
};
const ofAnother: Message = { name: "oadrRegisterReport", payload: { requestId: "r", reports: [], venId: "hall" } };
const ofAnotherVtn: Message = { name: "oadrDistributeEvent", payload: { requestId: "r", vtnId: "theirs", events: [] } };

function halfAnswer(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { ...xml, "content-length": "1000" });
  response.write("<oadr", () => response.destroy());
}

describe("a VEN whose VTN, or what stands before it, says nonsense to its polls", () => {
  for (const [what, instead, reason] of [
    ["XML that is not well-formed", says(200, "<a>"), /unclosed|not well-formed|unexpected end/i],
    ["a page of HTML", says(200, "<html>sign in</html>", { "content-type": "text/html" }), /text\/html|html/],
    ["another message than it may", message(wrongMessage), /oadrCreatedReport/],
    ["HTTP status 500", says(500, ""), /500/],
    ["HTTP status 404", says(404, ""), /404/],
    ["a redirect", says(302, "", { location: "http://127.0.0.1:9/" }), /302/],
    ["half an answer", halfAnswer, /closed|terminated|aborted/],
    ["nothing, and closes the connection", (request: IncomingMessage) => void request.socket.destroy(), /./],
    ["nothing, and keeps the connection open", () => {}, /0\.3 s|300 ms|time/],
  ] as const) {
    it(`names it and goes on as it was after ${what}`, async () => {
      await using gateway = await openGateway();
      await gateway.ven.start();
      const { registrationId } = gateway.ven;
      gateway.statuses.length = 0;

      gateway.instead = instead;
      await gateway.clock.advance(seconds(10));
      const failure = await gateway.failure;
      gateway.instead = undefined;
      gateway.statuses.length = 0;
      await gateway.clock.advance(seconds(20));

      assert.match(failure, reason);
      assert.ok(gateway.statuses.some(({ type }) => type === "polled"));
      assert.equal(gateway.ven.registrationId, registrationId);
    });
  }

  it("takes an empty answer for an empty queue", async () => {
    await using gateway = await openGateway();
    await gateway.ven.start();
    gateway.statuses.length = 0;

    gateway.instead = says(200, "");
    await gateway.clock.advance(seconds(10));

    assert.ok(gateway.statuses.some(({ type }) => type === "polled"));
    assert.ok(!gateway.statuses.some(({ type }) => type === "pollFailed"));
  });

  for (const [what, given] of [
    ["a message for another VEN", ofAnother],
    ["events of another VTN", ofAnotherVtn],
  ] as const) {
    it(`rules 21, 400: refuses ${what} with 452, and tells`, async () => {
      const refusals: string[] = [];
      await using gateway = await openGateway({
        onExchange: ({ message: name, request }) => {
          if (name !== "oadrPoll") refusals.push(`${name} ${/responseCode>(\d+)/.exec(String(request))?.[1]}`);
        },
      });
      await gateway.ven.start();
      refusals.length = 0;

      let isFirst = true;
      gateway.instead = (request, response) => {
        message(
          isFirst ? given : { name: "oadrResponse", payload: { response: { responseCode: 200, requestId: "" } } },
        )(request, response);
        isFirst = false;
      };
      await gateway.clock.advance(seconds(10));

      const [refused] = gateway.statuses.filter((status) => status.type === "messageRefused");
      assert.equal(refused?.responseCode, 452);
      assert.equal(refused.message, given.name);
      assert.equal(refusals.length, 1);
      assert.match(refusals[0] ?? "", / 452$/);
    });
  }

  it("outlasts an hour of HTTP status 500, and asks no oftener than it would poll", async () => {
    await using gateway = await openGateway();
    await gateway.ven.start();
    gateway.requests = 0;

    gateway.instead = says(500, "");
    await gateway.clock.advance(hours(1));
    const { requests } = gateway;
    gateway.instead = undefined;
    await gateway.clock.advance(seconds(20));

    assert.ok(requests > 100 && requests <= 370, `expected some 360 requests, got ${requests}`);
    assert.equal(gateway.ven.state.state, "registered");
    assert.equal(gateway.statuses.at(-1)?.type, "polled");
  });
});

describe("a VEN whose VTN says nonsense to something else", () => {
  it("asks for its first events again until it can read the answer", async () => {
    await using gateway = await openGateway();
    gateway.instead = undefined;
    let pages = 3;
    const page = says(200, "<html>sign in</html>", { "content-type": "text/html" });
    const listener = gateway.vtn.requestListener();
    gateway.instead = (request, response) =>
      (request.url?.endsWith("EiEvent") === true && pages-- > 0 ? page : listener)(request, response);

    const starting = gateway.ven.start();
    await gateway.clock.advance(minutes(2));
    await starting;

    assert.equal(gateway.statuses.filter(({ type }) => type === "requestFailed").length, 3);
  });

  it("gives up asking a VTN that never says anything else, and lives on", async () => {
    await using gateway = await openGateway();
    const listener = gateway.vtn.requestListener();
    gateway.instead = (request, response) =>
      (request.url?.endsWith("EiEvent") === true ? says(200, "<a/>") : listener)(request, response);

    const starting = gateway.ven.start();
    await gateway.clock.advance(minutes(10));
    await starting;

    const failures = gateway.statuses.filter((status) => status.type === "requestFailed");
    assert.deepEqual([failures.length, failures.at(-1)?.retryIn], [10, false]);
    assert.equal(gateway.statuses.at(-1)?.type, "polled");
  });
});
