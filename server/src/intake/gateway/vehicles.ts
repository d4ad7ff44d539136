/** Vehicle keys for frames, and the news of vehicles seen for the first time. */
import { VIN_BYTES, VinTable } from "./vin-table.ts";

export type LinkKind = "terminal" | "platform";

/** A vehicle that this process saw for the first time in that edition and on that kind of link. */
export interface SeenVehicle {
  readonly key: bigint;
  /** One character per byte, trailing NULs and blanks removed. */
  readonly vin: string;
  readonly edition: 2016 | 2025;
  readonly linkKind: LinkKind;
  /** Receive time, UTC ms. */
  readonly time: number;
}

export interface VehiclePorts {
  /** Opaque 64-bit key of a VIN (keyed hash). */
  readonly vehicleKeyOf: (vin: string) => bigint;
  /** Told about new vehicles in batches; a rejected batch is offered again. */
  readonly noteVehicle: (seen: readonly SeenVehicle[]) => void | Promise<void>;
  /** Whether the registry has the vehicle, from memory. Only asked where `LinkRules.checkRegistry` is set. */
  readonly isRegistered?: (key: bigint) => boolean;
}

/** In the flags of a slot: the registry had the vehicle when it was asked last. */
export const REGISTERED = 0x80;
/** No public key of the vehicle was known when it was asked for last. */
export const KEYLESS = 0x40;

const NOTE_EVERY_MS = 200;
/** As many as the registry writes in one transaction: under load each takes a turn of the event loop per statement. */
const NOTE_BATCH = 5000;

/** Text of the unique id at bytes[from]. */
export function vinText(bytes: Uint8Array, from: number): string {
  let end = from + VIN_BYTES;
  while (end > from && (bytes[end - 1] === 0 || bytes[end - 1] === 0x20)) end--;
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString("latin1");
}

/** In the flags of a slot: the vehicle was seen, and told, in that edition on that kind of link. */
export function seenFlag(edition: 2016 | 2025, linkKind: LinkKind): number {
  return (edition === 2016 ? 1 : 2) << (linkKind === "terminal" ? 0 : 2);
}

/** In which editions a vehicle was seen on a kind of link, from the flags of its slot. */
export function seenEditions(flags: number, linkKind: LinkKind): (2016 | 2025)[] {
  return ([2016, 2025] as const).filter((edition) => (flags & seenFlag(edition, linkKind)) !== 0);
}

export class Vehicles {
  readonly table: VinTable;
  readonly #ports: VehiclePorts;
  #news: SeenVehicle[] = [];
  #timer: NodeJS.Timeout | undefined;
  #telling: Promise<void> | undefined;

  constructor(ports: VehiclePorts, maxEntries?: number) {
    this.#ports = ports;
    this.table = new VinTable(maxEntries);
  }

  /** Slot of the id at bytes[from] in `table`; valid until the next call. */
  slotOf(bytes: Uint8Array, from: number): number {
    const known = this.table.find(bytes, from);
    return known >= 0 ? known : this.table.add(bytes, from, this.#ports.vehicleKeyOf(vinText(bytes, from)));
  }

  /** Reports the vehicle of a slot, once for each edition and kind of link. */
  noteSeen(
    slot: number,
    bytes: Uint8Array,
    from: number,
    edition: 2016 | 2025,
    linkKind: LinkKind,
    time: number,
  ): void {
    const flag = seenFlag(edition, linkKind);
    if ((this.table.flags(slot) & flag) !== 0) return;
    this.table.setFlags(slot, flag);
    this.#note({ key: this.keyOf(slot), vin: vinText(bytes, from), edition, linkKind, time });
  }

  /** Whether the registry has the vehicle of a slot. A yes is remembered until `forgetRegistered`. */
  isRegistered(slot: number): boolean {
    if ((this.table.flags(slot) & REGISTERED) !== 0) return true;
    const { isRegistered } = this.#ports;
    if (isRegistered !== undefined && !isRegistered(this.keyOf(slot))) return false;
    this.table.setFlags(slot, REGISTERED);
    return true;
  }

  /** The registry is asked again for every vehicle: some may have been taken out. */
  forgetRegistered(): void {
    this.#forget(REGISTERED);
  }

  /** The public key of the vehicle of a slot. A no is remembered until `forgetKeyless`. */
  findPublicKey(slot: number, find: (vehicle: bigint) => Uint8Array | undefined): Uint8Array | undefined {
    if ((this.table.flags(slot) & KEYLESS) !== 0) return undefined;
    const key = find(this.keyOf(slot));
    if (key === undefined) this.table.setFlags(slot, KEYLESS);
    return key;
  }

  forgetKeyless(): void {
    this.#forget(KEYLESS);
  }

  /** The opaque key of the vehicle of a slot. */
  keyOf(slot: number): bigint {
    return this.table.keyOf(slot);
  }

  #forget(flag: number): void {
    for (let slot = 0; slot < this.table.capacity; slot++) this.table.clearFlags(slot, flag);
  }

  #note(seen: SeenVehicle): void {
    this.#news.push(seen);
    this.#timer ??= setTimeout(() => this.#tell(), NOTE_EVERY_MS);
  }

  #tell(): void {
    this.#timer = undefined;
    this.#telling ??= this.#tellBatches().finally(() => {
      this.#telling = undefined;
      if (this.#news.length > 0) this.#timer ??= setTimeout(() => this.#tell(), NOTE_EVERY_MS);
    });
  }

  async #tellBatches(): Promise<void> {
    while (this.#news.length > 0) {
      const batch = this.#news.splice(0, NOTE_BATCH);
      try {
        await this.#ports.noteVehicle(batch);
      } catch {
        // The registry is away (PostgreSQL restarts): these vehicles are told again, nothing else waits for it.
        this.#news.unshift(...batch);
        return;
      }
    }
  }

  /** Tells what is still untold; gives up on what the registry refuses. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#telling;
    clearTimeout(this.#timer);
    await this.#tellBatches();
    clearTimeout(this.#timer);
  }
}
