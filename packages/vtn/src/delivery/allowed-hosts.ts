import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/**
 * The hosts that a VEN may have the VTN call: `"any"`, or a list of names (`ven.example.com`, `*.example.com`), addresses,
 * subnets (`10.20.0.0/16`) and the word `public`, for all addresses that are reachable on the Internet.
 */
export type AllowedHosts = "any" | readonly string[];

/** Says of hosts whether they may be called. */
export interface HostGuard {
  /** Whether a host, as it stands in a URL, may be called, as far as its name tells. */
  allowsHost(host: string): boolean;
  /** Resolves names, but to no address that may not be called. */
  readonly lookup: LookupFunction;
}

/** Throws `RangeError` for what is no host, address or subnet. */
export function hostGuard(allowed: AllowedHosts): HostGuard {
  const rules = allowed === "any" ? undefined : readRules(allowed);
  const allowsAddress = (address: string): boolean =>
    rules === undefined || contains(rules.subnets, address) || (rules.public && isPublic(address));
  return {
    allowsHost(host) {
      const bare = host.replace(/^\[(.*)\]$/, "$1");
      if (rules === undefined || isIP(bare) !== 0) return allowsAddress(bare);
      // A name may stand for any address; what it stands for is seen when it is called.
      return isNamed(rules, bare) || rules.public || rules.hasSubnets;
    },
    lookup: guardedLookup((host, address) => allowsAddress(address) || (rules !== undefined && isNamed(rules, host))),
  };
}

interface Rules {
  readonly public: boolean;
  readonly subnets: BlockList;
  readonly hasSubnets: boolean;
  readonly names: readonly string[];
}

function readRules(allowed: readonly string[]): Rules {
  const subnets = new BlockList();
  const names: string[] = [];
  let hasSubnets = false;
  for (const entry of allowed) {
    if (entry === "public") continue;
    if (addSubnet(subnets, entry)) hasSubnets = true;
    else if (/^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(entry)) names.push(entry.toLowerCase());
    else throw new RangeError(`push.allowedHosts: expected names, addresses and subnets, got ${JSON.stringify(entry)}`);
  }
  return { public: allowed.includes("public"), subnets, hasSubnets, names };
}

function addSubnet(subnets: BlockList, entry: string): boolean {
  const [address = "", prefix, ...rest] = entry.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  const longest = family === 4 ? 32 : 128;
  const bits = prefix === undefined ? longest : Number(prefix);
  if (prefix === "" || !Number.isInteger(bits) || bits < 0 || bits > longest) return false;
  subnets.addSubnet(address, bits, family === 4 ? "ipv4" : "ipv6");
  return true;
}

function isNamed({ names }: Rules, host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return names.some((allowed) => (allowed.startsWith("*.") ? name.endsWith(allowed.slice(1)) : name === allowed));
}

function contains(subnets: BlockList, address: string): boolean {
  return subnets.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Not so are loopback, private and link-local addresses, among them those at which clouds tell secrets, and all special ones. */
function isPublic(address: string): boolean {
  if (isIP(address) === 6) return globalUnicast.check(address, "ipv6") && !special.check(address, "ipv6");
  return !special.check(address, "ipv4");
}

const globalUnicast = blockList(["2000::/3"]);

/** @see RFC 6890 and IANA's registries of special-purpose addresses */
// prettier-ignore
const special = blockList([
  "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
  "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
  "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
]);

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) addSubnet(list, subnet);
  return list;
}

/** One address that may not be called spoils the name: whoever gives it such a name means no good. */
function guardedLookup(allows: (host: string, address: string) => boolean): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      const refused = addresses?.find(({ address }) => !allows(host, address));
      if (error !== null) callback(error, []);
      else if (refused !== undefined) callback(new Error(`${host} is ${refused.address}, which may not be called`), []);
      else if (options.all === true || first === undefined) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
