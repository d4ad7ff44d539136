/** Public keys of vehicles in memory; whoever makes it keeps them for good. */
import type { ActivationOutcome, VehicleKey, VehicleKeyPort } from "./intake-security.ts";

export interface VehicleKeyRingOptions {
  readonly keys: Iterable<VehicleKey>;
  /** Keeps a key of an activation for good. A rejection means that it was not kept: the vehicle tries again. */
  readonly save: (key: VehicleKey) => Promise<void>;
}

export class VehicleKeyRing implements VehicleKeyPort {
  readonly #keys = new Map<bigint, VehicleKey>();
  readonly #vehicleOfChip = new Map<string, bigint>();
  /** Vehicles whose key is being kept. */
  readonly #saving = new Map<bigint, Promise<ActivationOutcome>>();
  readonly #listeners: (() => void)[] = [];
  readonly #save: VehicleKeyRingOptions["save"];

  constructor(options: VehicleKeyRingOptions) {
    this.#save = options.save;
    for (const key of options.keys) this.#put(key);
  }

  readonly find = (vehicle: bigint): Uint8Array | undefined => this.#keys.get(vehicle)?.publicKey;

  readonly onChange = (listener: () => void): void => {
    this.#listeners.push(listener);
  };

  /** @param mayAdd false: only a key that the registry has brought already is confirmed */
  readonly activate = async (key: VehicleKey, mayAdd: boolean): Promise<ActivationOutcome> => {
    await this.#saving.get(key.vehicle);
    const known = this.#keys.get(key.vehicle);
    if (known !== undefined) return Buffer.compare(known.publicKey, key.publicKey) === 0 ? "active" : "vinTaken";
    if (key.chipId !== undefined && this.#vehicleOfChip.has(key.chipId)) return "chipTaken";
    if (!mayAdd) return "vinTaken";
    const saving = this.#save(key).then(() => {
      this.#put(key);
      this.#changed();
      return "activated" as const;
    });
    // Another activation of this vehicle waits for the outcome; whether it failed is the first one's matter.
    this.#saving.set(
      key.vehicle,
      saving.catch(() => "vinTaken"),
    );
    try {
      return await saving;
    } finally {
      this.#saving.delete(key.vehicle);
    }
  };

  /** Takes a key that is kept already: from the registry, or from another process. It replaces an older one. */
  put(key: VehicleKey): void {
    const known = this.#keys.get(key.vehicle);
    if (known?.chipId !== undefined) this.#vehicleOfChip.delete(known.chipId);
    this.#put(key);
    this.#changed();
  }

  #put(key: VehicleKey): void {
    this.#keys.set(key.vehicle, key);
    if (key.chipId !== undefined) this.#vehicleOfChip.set(key.chipId, key.vehicle);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
