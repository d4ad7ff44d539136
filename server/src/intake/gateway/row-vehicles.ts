/** Whose a row is: its key goes into the block, the register of vehicles learns that the vehicle was seen. */
import type { ObservationBlock } from "@sandglass/signals";
import { isPinned, isVehicleData, VIN_AT } from "./commands.ts";
import type { Link } from "./link.ts";
import type { RowKeys } from "./reports.ts";
import type { LinkKind, Vehicles } from "./vehicles.ts";

export class RowVehicles {
  readonly #vehicles: Vehicles;
  readonly #keys: RowKeys;

  constructor(vehicles: Vehicles, keys: RowKeys) {
    this.#vehicles = vehicles;
    this.#keys = keys;
  }

  /** Frames of a platform itself, and replies, belong to no vehicle: nothing is asked for them. */
  isRegistered(link: Link, bytes: Uint8Array, from: number, isCommand: boolean): boolean {
    if (!isCommand || !isVehicleData(link, bytes, from)) return true;
    return this.#vehicles.isRegistered(this.#vehicles.slotOf(bytes, from + VIN_AT));
  }

  /** The key of the vehicle that a row belongs to; 0 for traffic of a platform itself. */
  put(link: Link, block: ObservationBlock, row: number, bytes: Uint8Array, from: number, isCommand: boolean): void {
    const words = this.#keys.of(block);
    const concerns = isCommand && link.loggedOut === undefined && isVehicleData(link, bytes, from);
    const { table } = this.#vehicles;
    if (link.kind === "terminal") {
      words[row * 2] = link.keyLow;
      words[row * 2 + 1] = link.keyHigh;
      if (!link.noted && concerns && isPinned(link, bytes, from)) {
        link.noted = true;
        this.#note(link, bytes, from, "terminal");
      }
      return;
    }
    const slot = concerns ? this.#note(link, bytes, from, "platform") : table.find(bytes, from + VIN_AT);
    words[row * 2] = slot < 0 ? 0 : table.keyLow(slot);
    words[row * 2 + 1] = slot < 0 ? 0 : table.keyHigh(slot);
  }

  #note(link: Link, bytes: Uint8Array, from: number, kind: LinkKind): number {
    const slot = this.#vehicles.slotOf(bytes, from + VIN_AT);
    this.#vehicles.noteSeen(slot, bytes, from + VIN_AT, bytes[from] === 0x23 ? 2016 : 2025, kind, link.receiveTime);
    if (kind === "platform") this.#vehicles.table.setLink(slot, link.id);
    return slot;
  }
}
