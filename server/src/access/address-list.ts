/** Lists of addresses and subnets, as operators write them: `192.0.2.7, 10.0.0.0/8, 2001:db8::/32`. */
import { BlockList, isIP } from "node:net";
import { ERRORS, SandglassError } from "../errors/mod.ts";

export class AddressList {
  readonly #list = new BlockList();
  /** An empty list contains every address. */
  readonly isEmpty: boolean;

  /** @throws SG_ADDRESS_LIST for an entry that is neither an address nor a subnet */
  constructor(entries: readonly string[]) {
    this.isEmpty = entries.length === 0;
    for (const entry of entries) {
      const [address, prefix, ...rest] = entry.split("/");
      const version = isIP(address);
      const bits = prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix);
      const valid =
        version !== 0 &&
        rest.length === 0 &&
        prefix !== "" &&
        Number.isInteger(bits) &&
        bits >= 0 &&
        bits <= (version === 4 ? 32 : 128);
      if (!valid) throw new SandglassError(ERRORS.ADDRESS_LIST, { entry });
      this.#list.addSubnet(address, bits, version === 4 ? "ipv4" : "ipv6");
    }
  }

  /** @throws SG_ADDRESS_LIST */
  static check(entries: readonly string[]): void {
    void new AddressList(entries);
  }

  /** Entries separated by commas or blanks. */
  static parse(text: string): AddressList {
    return new AddressList(text.split(/[\s,]+/).filter((entry) => entry !== ""));
  }

  /** IPv4 addresses may come mapped into IPv6, as sockets of a dual listener give them. */
  contains(address: string): boolean {
    if (this.isEmpty) return true;
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
    const version = isIP(plain);
    return version !== 0 && this.#list.check(plain, version === 4 ? "ipv4" : "ipv6");
  }
}
