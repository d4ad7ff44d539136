/**
 * The way down to a vehicle: which open link leads to it, bytes onto that link, and the vehicle's replies back.
 *
 * A terminal link leads to the vehicle that it is pinned to; a platform link to the vehicles whose frames came over it
 * last (GB/T 32960.3 ch. 5: the platform passes a command on by the unique id of the frame). Where both lead to one
 * vehicle the better authenticated link wins, then the terminal's own. Nothing is kept for a vehicle without a link:
 * queues, retries and time-outs belong to whoever sends.
 */
import { encryptFrame, type Cipher, type EncryptionName } from "@sandglass/gbt32960";
import { ASSURANCE_NAMES } from "@sandglass/signals";
import type { Link } from "./link.ts";
import type { CommandEncryption } from "./rules.ts";
import { seenEditions, type LinkKind } from "./vehicles.ts";
import { VIN_BYTES, type VinTable } from "./vin-table.ts";

/** Commands from the platform to the vehicle: query, set, control (annex B.3.5). 83–BF are reserved. */
const FIRST_DOWN = 0x80;
const LAST_DOWN = 0x82;

export function isDownCommand(command: number): boolean {
  return command >= FIRST_DOWN && command <= LAST_DOWN;
}

export interface DownRoute {
  /** Number of the link, as in the list of links and in the column `link`. */
  readonly link: number;
  readonly kind: LinkKind;
  /** The edition that the vehicle speaks. */
  readonly edition: 2016 | 2025;
  readonly assurance: (typeof ASSURANCE_NAMES)[number];
  /** How data units to the vehicle are encrypted on that link. */
  readonly encryption: CommandEncryption;
}

/** A frame with a response flag other than FE to a command that only a platform sends. */
export interface DownReply {
  readonly vehicle: bigint;
  readonly link: number;
  /** UTC ms. */
  readonly receivedAt: number;
  /** A copy; decrypted where there was a key. */
  readonly frame: Uint8Array;
}

/** What the way down needs of the intake. */
export interface DownLinkSource {
  findTerminal(vehicle: bigint): Link | undefined;
  /** The cipher for commands to a vehicle over a link that encrypts them; undefined without a key. */
  findCipher(link: Link, name: EncryptionName, vin: string, edition: 2016 | 2025): Cipher | undefined;
  /** `link(slot)`: number of the platform link over which the vehicle of that slot was heard last, 0 = none. */
  readonly table: VinTable;
}

export class DownLink {
  readonly #source: DownLinkSource;
  /** Open platform links by number. */
  readonly #platforms = new Map<number, Link>();
  readonly #listeners = new Set<(reply: DownReply) => void>();

  constructor(source: DownLinkSource) {
    this.#source = source;
  }

  /**
   * The open link that leads to a vehicle; undefined also where it encrypts commands and has no key yet.
   * @param vin as it stands in frames
   */
  findRoute(vehicle: bigint, vin: string): DownRoute | undefined {
    const found = this.#find(vehicle, vin);
    return found === undefined || this.#findSeal(found, vin) === undefined ? undefined : routeOf(found);
  }

  /**
   * Writes a whole plain frame to the link that leads to the vehicle, encrypted where the link's rules say so.
   * @returns the link that took it; undefined = none leads there, or it has no key. Taking is no promise that the vehicle
   * reads it.
   */
  send(vehicle: bigint, vin: string, frame: Uint8Array): DownRoute | undefined {
    const found = this.#find(vehicle, vin);
    const seal = found && this.#findSeal(found, vin);
    if (found === undefined || seal === undefined) return undefined;
    let sealed: Uint8Array;
    try {
      sealed = seal(frame);
    } catch {
      // Its settings cannot encrypt these bytes (no padding, or too long for a frame): in the clear it must not leave.
      found.link.counters.count("SG_LINK_ENCRYPTION");
      return undefined;
    }
    found.link.sendNow(sealed);
    return routeOf(found);
  }

  /** @returns stops listening */
  onReply(listener: (reply: DownReply) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // What the intake tells.

  platformOpened(link: Link): void {
    this.#platforms.set(link.id, link);
  }

  forget(link: Link): void {
    this.#platforms.delete(link.id);
  }

  /** The vehicle of the two key words answered a command. */
  replied(link: Link, keyLow: number, keyHigh: number, bytes: Uint8Array, from: number, to: number): void {
    if (this.#listeners.size === 0 || (keyLow === 0 && keyHigh === 0)) return;
    const reply: DownReply = {
      vehicle: (BigInt(keyHigh >>> 0) << 32n) | BigInt(keyLow >>> 0),
      link: link.id,
      receivedAt: link.receiveTime,
      frame: new Uint8Array(bytes.subarray(from, to)),
    };
    for (const listener of this.#listeners) listener(reply);
  }

  #find(vehicle: bigint, vin: string): Found | undefined {
    const terminal = usable(this.#source.findTerminal(vehicle));
    const platform = this.#findPlatform(vehicle, vin);
    if (terminal === undefined || (platform !== undefined && platform.link.assurance > terminal.assurance))
      return platform;
    return { link: terminal, edition: terminal.edition ?? 2016 };
  }

  /** What is done to a plain frame before it leaves; undefined where it must be encrypted and cannot be. */
  #findSeal({ link, edition }: Found, vin: string): ((frame: Uint8Array) => Uint8Array) | undefined {
    const { commandEncryption } = link.rules;
    if (commandEncryption === "none") return (frame) => frame;
    const cipher = this.#source.findCipher(link, commandEncryption, vin, edition);
    return cipher === undefined ? undefined : (frame) => encryptFrame(frame, cipher);
  }

  #findPlatform(vehicle: bigint, vin: string): Found | undefined {
    const { table } = this.#source;
    const id = uniqueId(vin);
    const slot = id === undefined ? -1 : table.find(id, 0);
    if (slot < 0) return undefined;
    const link = table.keyOf(slot) === vehicle ? usable(this.#platforms.get(table.link(slot))) : undefined;
    if (link === undefined) return undefined;
    // One platform link may carry both editions: the one that this vehicle alone has been seen in comes first.
    const seen = seenEditions(table.flags(slot), "platform");
    return { link, edition: (seen.length === 1 ? seen[0] : link.edition) ?? 2016 };
  }
}

interface Found {
  readonly link: Link;
  readonly edition: 2016 | 2025;
}

/** A link whose peer has ended its side is still answered, but nothing new is begun on it. */
function usable(link: Link | undefined): Link | undefined {
  return link === undefined || link.closed || link.refused || link.ended || link.gone ? undefined : link;
}

function routeOf({ link, edition }: Found): DownRoute {
  return {
    link: link.id,
    kind: link.kind === "platform" ? "platform" : "terminal",
    edition,
    assurance: ASSURANCE_NAMES[link.assurance],
    encryption: link.rules.commandEncryption,
  };
}

/** The 17 bytes of a unique id; undefined for text that no frame can carry. */
function uniqueId(vin: string): Uint8Array | undefined {
  if (vin.length > VIN_BYTES || !/^[\x21-\x7e]+$/.test(vin)) return undefined;
  const bytes = new Uint8Array(VIN_BYTES);
  bytes.set(Buffer.from(vin, "latin1"));
  return bytes;
}
