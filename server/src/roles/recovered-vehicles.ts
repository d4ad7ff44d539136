/**
 * Vehicles of frames that were made durable just before a crash: the gateway tells the registry about new vehicles in
 * batches a moment later, and that moment can be lost. Their VINs are read again from the raw frames of the blocks that
 * supervision reads at its start anyway, and of the segment before them.
 */
import { Disposition, type ObservationBlock } from "@sandglass/signals";
import type { SeenVehicle as RegistryVehicle } from "../access/mod.ts";
import type { SeenVehicle } from "../intake/gateway/mod.ts";

const VIN_FROM = 4;
const VIN_TO = 21;
const PLATFORM_ASSURANCE = 1;
/** Commands whose unique id is a platform's, not a vehicle's. */
const PLATFORM_COMMANDS: ReadonlySet<number> = new Set([0x05, 0x06]);

export class RecoveredVehicles {
  readonly #seen = new Map<bigint, SeenVehicle>();

  note(columns: ObservationBlock): void {
    const seen = this.#seen;
    for (let row = 0; row < columns.rows; row++) {
      const key = columns.vehicle[row];
      // Key 0 is a platform's own traffic; a foreign frame is filed under the vehicle of its link, whose VIN it lacks.
      if (key === 0n || columns.disposition[row] === Disposition.foreignVin) continue;
      if (seen.has(key) || PLATFORM_COMMANDS.has(columns.command[row])) continue;
      const vin = Buffer.from(columns.rawOf(row).subarray(VIN_FROM, VIN_TO))
        .toString("latin1")
        .replace(/[\0 ]+$/, "");
      if (vin === "") continue;
      seen.set(key, {
        key,
        vin,
        edition: columns.edition[row] === 25 ? 2025 : 2016,
        linkKind: columns.assurance[row] === PLATFORM_ASSURANCE ? "platform" : "terminal",
        time: columns.receiveTime[row],
      });
    }
  }

  /** Gives them once. */
  take(): SeenVehicle[] {
    const vehicles = [...this.#seen.values()];
    this.#seen.clear();
    return vehicles;
  }
}

/** As the registry notes a vehicle. */
export function toSeen(vehicle: SeenVehicle): RegistryVehicle {
  return {
    key: vehicle.key,
    vin: vehicle.vin,
    firstSeen: vehicle.time,
    edition: vehicle.edition,
    link: vehicle.linkKind,
  };
}
