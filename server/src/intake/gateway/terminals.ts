/** Terminal links by their vehicle: each vehicle has one. */
import { COMMAND, copyOf, VIN_AT } from "./commands.ts";
import type { Link } from "./link.ts";
import type { Vehicles } from "./vehicles.ts";
import { VIN_BYTES } from "./vin-table.ts";

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
   * better authenticated: then this link is refused.
   * @returns false when it is refused
   */
  pin(link: Link, bytes: Uint8Array, from: number): boolean {
    const slot = this.#vehicles.slotOf(bytes, from + VIN_AT);
    link.keyLow = this.#vehicles.table.keyLow(slot);
    link.keyHigh = this.#vehicles.table.keyHigh(slot);
    link.kind = "terminal";
    link.vin = copyOf(bytes, from + VIN_AT, from + VIN_AT + VIN_BYTES);
    if (bytes[from + 2] !== COMMAND.vehicleLogin) link.counters.count("SG_LINK_NO_LOGIN");
    const key = terminalKey(link);
    const older = this.#links.get(key);
    if (older !== undefined && older.assurance > link.assurance) return false;
    if (older !== undefined && older.id > link.id && older.assurance === link.assurance) {
      // In a storm of reconnects the bytes of a connection may be read after those of its successor. They count, but
      // the connection that was opened last stays.
      link.superseded = true;
      return true;
    }
    this.#links.set(key, link);
    older?.close("SG_LINK_REPLACED");
    return true;
  }

  forget(link: Link): void {
    const key = terminalKey(link);
    if (this.#links.get(key) === link) this.#links.delete(key);
  }
}

function terminalKey(link: Link): string {
  return `${link.keyHigh}.${link.keyLow}`;
}
