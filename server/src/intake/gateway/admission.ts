/**
 * Who may open a connection: the list of addresses, and limits of all and of one address. Who was turned away before it
 * became a link is remembered by address and code, because no list of links can show it.
 */
import type { AddressList } from "../../access/address-list.ts";

/** Addresses and codes remembered, the ones turned away last. */
const REMEMBERED = 512;

export interface AdmissionLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
}

/** Connections from one address that were turned away for one reason. */
export interface TurnedAway {
  readonly remoteAddress: string;
  /** SG_LINK_… */
  readonly code: string;
  readonly count: number;
  /** UTC ms. */
  readonly firstAt: number;
  readonly lastAt: number;
}

export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #addresses: AddressList | undefined;
  readonly #perAddress = new Map<string, number>();
  #admitted = 0;
  /** The one turned away last at the end. */
  readonly #turnedAway = new Map<string, TurnedAway>();

  constructor(limits: AdmissionLimits, addresses: AddressList | undefined) {
    this.#limits = limits;
    this.#addresses = addresses;
  }

  /** Counts a connection; call `leave` when it is gone. @returns the code when it is turned away and not counted */
  enter(address: string): string | undefined {
    const fromAddress = this.#perAddress.get(address) ?? 0;
    if (!(this.#addresses?.contains(address) ?? true)) return "SG_LINK_ADDRESS";
    if (this.#admitted >= this.#limits.maxConnections) return "SG_LINK_LIMIT";
    if (fromAddress >= this.#limits.maxConnectionsPerAddress) return "SG_LINK_ADDRESS_LIMIT";
    this.#perAddress.set(address, fromAddress + 1);
    this.#admitted++;
    return undefined;
  }

  leave(address: string): void {
    this.#admitted--;
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }

  /** @param now UTC ms */
  noteTurnedAway(address: string, code: string, now: number): void {
    const key = `${code} ${address}`;
    const known = this.#turnedAway.get(key);
    this.#turnedAway.delete(key);
    this.#turnedAway.set(key, {
      remoteAddress: address,
      code,
      count: (known?.count ?? 0) + 1,
      firstAt: known?.firstAt ?? now,
      lastAt: now,
    });
    if (this.#turnedAway.size <= REMEMBERED) return;
    for (const oldest of this.#turnedAway.keys()) return void this.#turnedAway.delete(oldest);
  }

  /** The one turned away last first. */
  turnedAway(): TurnedAway[] {
    return [...this.#turnedAway.values()].reverse();
  }
}
