/** Public keys of vehicles (GB/T 32960.3-2025): from activations, and entered by who registers vehicles. */
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_INTAKE, type Actor, type Records } from "../records/mod.ts";
import { logAccess } from "./access-log.ts";
import type { Registry } from "./registry.ts";
import { requireRight } from "./rights.ts";
import { vehicleIdOf } from "./vehicle-key.ts";

export interface StoredVehicleKey {
  readonly vehicle: bigint;
  readonly publicKey: Uint8Array;
  readonly chipId: string | undefined;
}

export interface VehicleKeyEntry {
  readonly publicKey: Uint8Array;
  readonly chipId: string | undefined;
  readonly source: "activation" | "registry";
  /** UTC ms. */
  readonly notedAt: number;
}

export class VehicleKeys {
  readonly #records: Records;
  readonly #registry: Registry;
  readonly #now: () => number;
  readonly #listeners: ((key: StoredVehicleKey) => void)[] = [];

  constructor(options: { readonly records: Records; readonly registry: Registry; readonly now: () => number }) {
    this.#records = options.records;
    this.#registry = options.registry;
    this.#now = options.now;
  }

  /** Every key, for the gateway's memory. */
  async all(): Promise<StoredVehicleKey[]> {
    const rows = await this.#records.transact(
      SYSTEM_INTAKE,
      (tx) => tx.selectFrom("vehicle_keys").select(["vehicle", "public_key", "chip"]).execute(),
      { retry: true },
    );
    return rows.map((row) => ({ vehicle: row.vehicle, publicKey: row.public_key, chipId: row.chip ?? undefined }));
  }

  /** Keeps the key of an activation. @throws when it cannot be kept, also because chip or vehicle have one by now */
  async keepActivation(key: StoredVehicleKey): Promise<void> {
    await this.#records.transact(SYSTEM_INTAKE, async (tx) => {
      await tx
        .insertInto("vehicle_keys")
        .values({
          vehicle: key.vehicle,
          public_key: Buffer.from(key.publicKey),
          chip: key.chipId ?? null,
          source: "activation",
          noted_by: SYSTEM_INTAKE.id,
          noted_at: new Date(this.#now()),
        })
        .execute();
      await logAccess(tx, SYSTEM_INTAKE, {
        action: "vehicle.key",
        subject: vehicleIdOf(key.vehicle),
        detail: { source: "activation" },
      });
    });
  }

  /** Enters a key, or puts it in the place of another: the way out when a terminal was exchanged. */
  async enter(actor: Actor, vehicle: bigint, publicKey: Uint8Array): Promise<void> {
    requireRight(actor, "vehicleRegister", "write");
    // Row policies decide whether the vehicle exists for this actor.
    await this.#registry.get(actor, vehicle);
    await this.#records.transact(SYSTEM_INTAKE, async (tx) => {
      const values = {
        public_key: Buffer.from(publicKey),
        chip: null,
        source: "registry" as const,
        noted_by: actor.id,
        noted_at: new Date(this.#now()),
      };
      await tx
        .insertInto("vehicle_keys")
        .values({ vehicle, ...values })
        .onConflict((conflict) => conflict.column("vehicle").doUpdateSet(values))
        .execute();
      await logAccess(tx, actor, {
        action: "vehicle.key",
        subject: vehicleIdOf(vehicle),
        detail: { source: "registry" },
      });
    });
    for (const listener of this.#listeners) listener({ vehicle, publicKey, chipId: undefined });
  }

  /** @throws SG_NOT_FOUND for a vehicle without a key, or that the actor may not see */
  async get(actor: Actor, vehicle: bigint): Promise<VehicleKeyEntry> {
    await this.#registry.get(actor, vehicle);
    const row = await this.#records.transact(
      SYSTEM_INTAKE,
      (tx) => tx.selectFrom("vehicle_keys").selectAll().where("vehicle", "=", vehicle).executeTakeFirst(),
      { retry: true },
    );
    if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: "key", id: vehicleIdOf(vehicle) });
    return {
      publicKey: row.public_key,
      chipId: row.chip ?? undefined,
      source: row.source,
      notedAt: row.noted_at.getTime(),
    };
  }

  /** Told about keys that were entered. */
  onEntered(listener: (key: StoredVehicleKey) => void): void {
    this.#listeners.push(listener);
  }
}
