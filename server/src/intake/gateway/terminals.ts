/** Terminal links by their vehicle: each vehicle has one. */
import { ResponseFlag } from "@sandglass/gbt32960";
import { Assurance } from "@sandglass/signals";
import { mayLogIn } from "./certificate.ts";
import { COMMAND, copyOf, VIN_AT } from "./commands.ts";
import type { Link, LinkRefusal } from "./link.ts";
import { vinText, type Vehicles } from "./vehicles.ts";
import { VIN_BYTES } from "./vin-table.ts";

const DUPLICATE: LinkRefusal = { flag: ResponseFlag.vinDuplicate, code: "SG_LINK_DUPLICATE" };
const CERTIFICATE: LinkRefusal = { flag: ResponseFlag.error, code: "SG_LINK_CERTIFICATE" };

export class Terminals {
  readonly #vehicles: Vehicles;
  /** By the two words of the vehicle's key. */
  readonly #links = new Map<string, Link>();

  constructor(vehicles: Vehicles) {
    this.#vehicles = vehicles;
  }

  /** The link of a vehicle. @param key its 64 bits */
  find(key: bigint): Link | undefined {
    return this.#links.get(`${Number(key >> 32n)}.${Number(key & 0xffff_ffffn)}`);
  }

  /**
   * Makes an unknown link a terminal link of that vehicle. The vehicle's older connection is closed, unless that one is
   * better authenticated or this link's certificate is another vehicle's: then this link is refused.
   */
  pin(link: Link, bytes: Uint8Array, from: number): LinkRefusal | undefined {
    const slot = this.#vehicles.slotOf(bytes, from + VIN_AT);
    link.keyLow = this.#vehicles.table.keyLow(slot);
    link.keyHigh = this.#vehicles.table.keyHigh(slot);
    link.kind = "terminal";
    link.vin = copyOf(bytes, from + VIN_AT, from + VIN_AT + VIN_BYTES);
    if (bytes[from + 2] !== COMMAND.vehicleLogin) link.counters.count("SG_LINK_NO_LOGIN");
    if (!mayLogIn(link.socket, link.rules.certificateVin, vinText(link.vin, 0))) {
      // Its certificate says nothing for the id that it gave.
      link.assurance = Assurance.none;
      return CERTIFICATE;
    }
    const key = terminalKey(link);
    const older = this.#links.get(key);
    if (older !== undefined && older.assurance > link.assurance) return DUPLICATE;
    if (older !== undefined && older.id > link.id && older.assurance === link.assurance) {
      // In a storm of reconnects the bytes of a connection may be read after those of its successor. They count, but
      // the connection that was opened last stays.
      link.superseded = true;
      return undefined;
    }
    this.#links.set(key, link);
    older?.close("SG_LINK_REPLACED");
    return undefined;
  }

  forget(link: Link): void {
    const key = terminalKey(link);
    if (this.#links.get(key) === link) this.#links.delete(key);
  }
}

function terminalKey(link: Link): string {
  return `${link.keyHigh}.${link.keyLow}`;
}
