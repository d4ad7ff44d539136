/**
 * Where webhooks may not go: the address that a name resolves to is checked, and the connection is made to that very address, so
 * that a name cannot point elsewhere a moment later. Nothing that is not a public unicast address is reached unless an operator
 * allows it.
 */
import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import type { AddressList } from "../access/address-list.ts";

export class AddressRefused extends Error {
  readonly zh: string;

  constructor(en: string, zh: string) {
    super(en);
    this.name = "AddressRefused";
    this.zh = zh;
  }
}

/** IANA special-purpose registries (RFC 6890 and successors). */
const SPECIAL: readonly (readonly [string, number, "ipv4" | "ipv6"])[] = [
  ["0.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.0.0.0", 24, "ipv4"],
  ["192.0.2.0", 24, "ipv4"],
  ["192.31.196.0", 24, "ipv4"],
  ["192.52.193.0", 24, "ipv4"],
  ["192.88.99.0", 24, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["192.175.48.0", 24, "ipv4"],
  ["198.18.0.0", 15, "ipv4"],
  ["198.51.100.0", 24, "ipv4"],
  ["203.0.113.0", 24, "ipv4"],
  ["224.0.0.0", 4, "ipv4"],
  ["240.0.0.0", 4, "ipv4"],
];
const blocked = new BlockList();
for (const [address, prefix, family] of SPECIAL) blocked.addSubnet(address, prefix, family);
/** Of IPv6 only global unicast is public; of it the ranges that carry another address or are for documents are not. */
const globalV6 = new BlockList();
globalV6.addSubnet("2000::", 3, "ipv6");
const specialV6 = new BlockList();
for (const [address, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  specialV6.addSubnet(address, prefix, "ipv6");

/** Whether an address is one of the public internet. */
export function isPublic(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blocked.check(address, "ipv4");
    case 6:
      return globalV6.check(address, "ipv6") && !specialV6.check(address, "ipv6");
    default:
      return false;
  }
}

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;
const resolveAll: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/** @throws AddressRefused for an address that is no address, or that names a user or a port that is none */
export function parseTarget(url: string): URL {
  let target: URL;
  try {
    target = new URL(url);
  } catch {
    throw new AddressRefused("it is not a URL", "不是有效的 URL");
  }
  if (target.protocol !== "https:" && target.protocol !== "http:")
    throw new AddressRefused("only http and https are called", "仅支持 http 和 https");
  if (target.username !== "" || target.password !== "")
    throw new AddressRefused("it holds a user name or password", "不得包含用户名或密码");
  if (target.hostname === "") throw new AddressRefused("it names no host", "缺少主机名");
  return target;
}

/**
 * The address to connect to. Every address of the name must be permitted: one that is not makes the whole name suspect.
 * @param allowed addresses that an operator permits beside the public ones; plain http goes to these alone
 * @throws AddressRefused, and what the resolver throws
 */
export async function permittedAddress(
  target: URL,
  allowed: AddressList,
  resolve: Resolve = resolveAll,
): Promise<LookupAddress> {
  const host = target.hostname.replace(/^\[(.*)\]$/, "$1");
  const family = isIP(host);
  const found = family === 0 ? await resolve(host) : [{ address: host, family }];
  const [first] = found;
  if (first === undefined) throw new AddressRefused("the name has no address", "域名没有地址");
  const isAllowed = ({ address }: LookupAddress): boolean => !allowed.isEmpty && allowed.contains(address);
  if (!found.every((each) => isAllowed(each) || isPublic(each.address)))
    throw new AddressRefused("it leads to an address that is not public", "指向非公网地址");
  if (target.protocol === "http:" && !found.every(isAllowed))
    throw new AddressRefused("public addresses are called by https", "公网地址须使用 https");
  return first;
}
