import { lookup } from "node:dns/promises";
import { connect, isIP } from "node:net";
import { codeOf, failed, hostOf, ok, patienceMs, portOf, type Findings, type Patient } from "./finding.ts";

/** Whether the VTN's name has an address. */
export async function* checkName({ vtnUrl }: Patient): Findings<boolean> {
  const host = hostOf(vtnUrl);
  if (isIP(host) !== 0) {
    yield ok("name", `${host} is an address`);
    return true;
  }
  try {
    const addresses = await lookup(host, { all: true });
    yield ok("name", `${host} has the address ${addresses.map(({ address }) => address).join(", ")}`);
    return true;
  } catch (error) {
    const advice = "check the name in --vtn for mistakes, and this machine's name service (DNS) and network";
    yield failed("name", `${host} has no address (${codeOf(error)})`, advice);
    return false;
  }
}

/** Whether something listens at the VTN's port. */
export async function* checkPort({ vtnUrl, signal }: Patient): Findings<boolean> {
  const place = `port ${portOf(vtnUrl)} of ${hostOf(vtnUrl)}`;
  const fault = await tryPort(vtnUrl, signal);
  if (fault === undefined) {
    yield ok("port", `${place} is open`);
    return true;
  }
  yield failed(
    "port",
    `${place} ${reasons[fault]?.what ?? `cannot be reached (${fault})`}`,
    reasons[fault]?.advice ?? network,
  );
  return false;
}

const network = "check this machine's network, and the way to the VTN";

const reasons: Readonly<Record<string, { readonly what: string; readonly advice: string }>> = {
  ECONNREFUSED: {
    what: "is closed",
    advice:
      "start the VTN; or check the port in --vtn, and that the VTN listens on this address and not on 127.0.0.1 only",
  },
  ETIMEDOUT: {
    what: "does not answer",
    advice: "check the firewalls on the way; they may drop what is sent to this port",
  },
  EHOSTUNREACH: { what: "cannot be reached: no way to the host", advice: network },
  ENETUNREACH: { what: "cannot be reached: no way to its network", advice: network },
};

/** The code of what is in the way; undefined if nothing is. */
async function tryPort(url: URL, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostOf(url), port: portOf(url), signal });
    const end = (code: string | undefined) => (): void => {
      socket.destroy();
      resolve(code);
    };
    socket.setTimeout(patienceMs, end("ETIMEDOUT"));
    socket.once("connect", end(undefined));
    // Kept for good: a socket may fail again while it is destroyed.
    socket.on("error", (error) => end(firstCode(error))());
  });
}

/** Of a host with several addresses, the error of the first. */
function firstCode(error: Error): string {
  return codeOf(error instanceof AggregateError ? error.errors[0] : error);
}
