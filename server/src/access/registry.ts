/** The vehicle registry. Row policies decide which vehicles exist for an actor; VINs leave it masked. */
import { sql } from "kysely";
import { isPurposeOf } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_ACCESS, SYSTEM_INTAKE, type Actor, type Records, type Tx } from "../records/mod.ts";
import { logAccess } from "./access-log.ts";
import { sumFleet, type FleetGroup, type FleetSum } from "./fleet-sums.ts";
import {
  listOpenVehicles,
  listVehicles,
  type ListOpenVehicles,
  type ListVehicles,
  type OpenVehicle,
} from "./list-vehicles.ts";
import { noteSeenVehicles, type SeenVehicle } from "./note-seen.ts";
import { registerVehicles, type NewVehicle, type Registration } from "./register-vehicles.ts";
import { reachesOfActor, requireRight } from "./rights.ts";
import { vehicleIdOf } from "./vehicle-key.ts";
import { PRIVATE, toVehicle, type Vehicle } from "./vehicle-rows.ts";
import { checkVin } from "./vin.ts";

/** Vehicles of one transaction of `noteSeen`: findings of vehicles that the registry does not know yet wait for it. */
const NOTED_AT_ONCE = 5000;

/** Writes a ledger leaf in the caller's transaction; wired by roles. */
export type LeafWriter = (
  tx: Tx,
  leaf: { readonly kind: string; readonly subject: string; readonly content: Readonly<Record<string, unknown>> },
) => Promise<unknown>;

export class Registry {
  readonly #records: Records;
  readonly #keyOf: (vin: string) => bigint;
  readonly #appendLeaf: LeafWriter;
  readonly #now: () => number;

  constructor(options: {
    readonly records: Records;
    readonly keyOf: (vin: string) => bigint;
    readonly appendLeaf: LeafWriter;
    readonly now: () => number;
  }) {
    this.#records = options.records;
    this.#keyOf = options.keyOf;
    this.#appendLeaf = options.appendLeaf;
    this.#now = options.now;
  }

  /** Key of a VIN as people write it (trimmed, upper case). */
  keyOf(vin: string): bigint {
    return this.#keyOf(vin);
  }

  /**
   * Records vehicles that send: unknown ones become *unregistered* vehicles, registered ones get their first reception.
   * Idempotent; batched by the caller, never on the path of a frame.
   */
  async noteSeen(seen: readonly SeenVehicle[]): Promise<void> {
    for (let at = 0; at < seen.length; at += NOTED_AT_ONCE) {
      const some = seen.slice(at, at + NOTED_AT_ONCE);
      await this.#records.transact(SYSTEM_INTAKE, (tx) => noteSeenVehicles(tx, some), { retry: true });
    }
  }

  /**
   * Registers checked vehicles. An existing row of the same owner is changed, an unregistered one is taken over.
   * @returns per vehicle `created`, `changed`, or `taken` when another organisation has registered it
   */
  async register(actor: Actor, vehicles: readonly NewVehicle[]): Promise<Registration[]> {
    const reaches = actor.kind === "system" ? (["all"] as const) : reachesOfActor(actor, "vehicleRegister", "write");
    if (reaches.length === 0) requireRight(actor, "vehicleRegister", "write");
    const anyOrganisation = reaches.some((reach) => reach === "all");
    for (const vehicle of vehicles) {
      if (!anyOrganisation && vehicle.organisation !== actor.organisation) {
        throw new SandglassError(ERRORS.VEHICLE_ORGANISATION, { organisation: vehicle.organisation });
      }
    }
    const outcomes: Registration[] = [];
    for (let at = 0; at < vehicles.length; at += 1_000) {
      const entries = vehicles.slice(at, at + 1_000).map((vehicle) => ({ vehicle, key: this.#keyOf(vehicle.vin) }));
      outcomes.push(
        ...(await this.#records.transact(
          SYSTEM_ACCESS,
          (tx) => registerVehicles(tx, actor, entries, anyOrganisation, new Date(this.#now())),
          { retry: true },
        )),
      );
    }
    return outcomes;
  }

  /** Keys of registered vehicles, for the gateway. @param since UTC ms: only those registered from then on */
  async registeredKeys(since?: number): Promise<bigint[]> {
    const rows = await this.#records.transact(
      SYSTEM_INTAKE,
      (tx) => {
        const select = tx.selectFrom("vehicles").select("key").where("registered", "=", true);
        return (since === undefined ? select : select.where("registered_at", ">=", new Date(since))).execute();
      },
      { retry: true },
    );
    return rows.map(({ key }) => key);
  }

  /** In the order of keys. */
  async list(actor: Actor, query: ListVehicles): Promise<Vehicle[]> {
    if (!reachesVehicles(actor)) return [];
    return this.#records.transact(actor, (tx) => listVehicles(tx, query), { retry: true });
  }

  /** Those with open findings that the actor may read: the worst first, among equals the one with the newest. */
  async listOpen(actor: Actor, query: ListOpenVehicles): Promise<OpenVehicle[]> {
    if (!reachesVehicles(actor)) return [];
    return this.#records.transact(actor, (tx) => listOpenVehicles(tx, query), { retry: true });
  }

  /** @param online keys of the vehicles that send now */
  async sums(actor: Actor, by: FleetGroup, online: readonly bigint[]): Promise<FleetSum[]> {
    if (!reachesVehicles(actor)) return [];
    return this.#records.transact(actor, (tx) => sumFleet(tx, by, online), { retry: true });
  }

  async find(actor: Actor, key: bigint): Promise<Vehicle | undefined> {
    const row = await this.#records.transact(
      actor,
      (tx) => tx.selectFrom("vehicles").selectAll().where("key", "=", key).executeTakeFirst(),
      { retry: true },
    );
    return row === undefined ? undefined : toVehicle(row);
  }

  /** @throws SG_NOT_FOUND also for a vehicle that the actor may not see */
  async get(actor: Actor, key: bigint): Promise<Vehicle> {
    const vehicle = await this.find(actor, key);
    if (vehicle === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: vehicleIdOf(key) });
    return vehicle;
  }

  /** Who types a VIN knows it; the answer is the opaque id. The search is logged under the id, not the VIN. */
  async search(actor: Actor, vin: string): Promise<Vehicle | undefined> {
    requireRight(actor, "vehicleRegister", "read");
    const checked = checkVin(vin);
    const exact = await this.find(actor, this.#keyOf(checked.ok ? checked.vin : vin));
    await this.#records.transact(actor, (tx) =>
      logAccess(tx, actor, { action: "vehicle.search", subject: exact?.id ?? "none" }),
    );
    return exact;
  }

  /**
   * Full VIN, with a reason and a purpose that the role may name, logged and put into the ledger.
   * @throws SG_FORBIDDEN, SG_NOT_FOUND, SG_PURPOSE
   */
  async unmask(
    actor: Actor,
    key: bigint,
    { reason, purpose }: { readonly reason: string; readonly purpose?: string | undefined },
    caseVehicles: ReadonlySet<bigint>,
  ): Promise<string> {
    const reaches = reachesOfActor(actor, "vinFull", "read");
    const byCase = reaches.includes("case") && caseVehicles.has(key);
    const direct = reaches.some((reach) => reach === "all" || reach === "own" || reach === "territory");
    if (!byCase && !direct) requireNever(actor, reaches.length > 0);
    if (purpose !== undefined && !isPurposeOf(actor.role, purpose))
      throw new SandglassError(ERRORS.PURPOSE, { role: actor.role, purpose });
    const named = purpose === undefined ? {} : { purpose };
    return this.#records.transact(actor, async (tx) => {
      const row = await tx.selectFrom("vehicles").select("vin").where("key", "=", key).executeTakeFirst();
      if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: vehicleIdOf(key) });
      await logAccess(tx, actor, { action: "vin.unmask", subject: vehicleIdOf(key), reason, ...named });
      await this.#appendLeaf(tx, {
        kind: "vin-unmask",
        subject: vehicleIdOf(key),
        content: {
          vehicle: vehicleIdOf(key),
          actor: actor.id,
          role: actor.role,
          organisation: actor.organisation,
          reason,
          ...named,
        },
      });
      return row.vin;
    });
  }

  /** A raw frame holds the VIN and may hold the position: who looks at one is logged. */
  async logFrameRead(actor: Actor, key: bigint, seq: bigint): Promise<void> {
    await this.#records.transact(
      actor,
      (tx) => logAccess(tx, actor, { action: "frame.read", subject: vehicleIdOf(key), detail: { seq: String(seq) } }),
      { retry: true },
    );
  }

  /**
   * Keys of all vehicles that exist for the actor.
   * @param which `public`: without private cars; `private`: only these
   * @param among of these only
   */
  async keysOf(
    actor: Actor,
    which: "all" | "public" | "private" = "all",
    among?: readonly bigint[],
  ): Promise<ReadonlySet<bigint>> {
    const rows = await this.#records.transact(
      actor,
      (tx) => {
        const all = tx.selectFrom("vehicles").select("key");
        const select = among === undefined ? all : all.where(sql<boolean>`key = any(${among.map(String)}::bigint[])`);
        if (which === "private") return select.where("use", "=", PRIVATE).execute();
        return (which === "all" ? select : select.where("use", "is distinct from", PRIVATE)).execute();
      },
      { retry: true },
    );
    return new Set(rows.map((row) => row.key));
  }

  /** Registered and unregistered, as the actor sees them. */
  async count(actor: Actor): Promise<{ registered: number; unregistered: number }> {
    const rows = await this.#records.transact(
      actor,
      (tx) =>
        tx
          .selectFrom("vehicles")
          .select(["registered", (eb) => eb.fn.countAll<bigint>().as("vehicles")])
          .groupBy("registered")
          .execute(),
      { retry: true },
    );
    const of = (registered: boolean): number =>
      Number(rows.find((row) => row.registered === registered)?.vehicles ?? 0n);
    return { registered: of(true), unregistered: of(false) };
  }
}

function requireNever(actor: Actor, onlyByCase: boolean): never {
  throw new SandglassError(onlyByCase ? ERRORS.NEEDS_CASE : ERRORS.FORBIDDEN, {
    role: actor.role,
    object: "vinFull",
    right: "read",
  });
}

/** Whether the row policy shows the actor any vehicle: where it shows none, a million would be looked at to find that out. */
function reachesVehicles(actor: Actor): boolean {
  const wide = ["all", "own", "territory"];
  return (
    actor.kind === "system" || reachesOfActor(actor, "vehicleRegister", "read").some((reach) => wide.includes(reach))
  );
}
