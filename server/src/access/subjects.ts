/**
 * The registry of subjects that are no vehicles. Inside they are opaque keys, like vehicles; row policies decide which
 * exist for an actor. An event of an unknown subject makes it an *unregistered* one of the sender's organisation.
 */
import { createHmac } from "node:crypto";
import { isSubjectKind, type SubjectKind } from "@sandglass/signals";
import type { Selectable } from "kysely";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { containing, SYSTEM_ACCESS, SYSTEM_INTAKE, type Actor, type Records } from "../records/mod.ts";
import type { SubjectTable } from "../records/tables/subjects.ts";
import { reachesOfActor, requireRight } from "./rights.ts";
import { parseVehicleId, vehicleIdOf } from "./vehicle-key.ts";

export type OtherKind = Exclude<SubjectKind, "vehicle">;
const PREFIX = "sub_";

export interface Subject {
  readonly key: bigint;
  /** Opaque id of the API. */
  readonly id: string;
  readonly kind: OtherKind;
  readonly name: string;
  readonly organisation: string;
  readonly region?: string;
  readonly registered: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  readonly registeredAt?: number;
  readonly firstSeen?: number;
}

export interface NewSubject {
  readonly kind: OtherKind;
  readonly name: string;
  readonly organisation: string;
  readonly region?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface ListSubjects {
  readonly kind?: OtherKind;
  /** Text in name or organisation. */
  readonly text?: string;
  /** Key after which the page starts. */
  readonly after?: bigint;
  readonly limit: number;
}

/** `sub_…`; the digits are those of a vehicle id. */
export function subjectIdOf(kind: SubjectKind, key: bigint): string {
  const id = vehicleIdOf(key);
  return kind === "vehicle" ? id : PREFIX + id.slice(id.indexOf("_") + 1);
}

/** Key of `sub_…`; undefined = not such an id. */
export function parseSubjectId(id: string): bigint | undefined {
  return id.startsWith(PREFIX) ? parseVehicleId(`veh_${id.slice(PREFIX.length)}`) : undefined;
}

export class Subjects {
  readonly #records: Records;
  readonly #secret: Uint8Array;
  readonly #now: () => number;

  constructor(options: { readonly records: Records; readonly secret: Uint8Array; readonly now: () => number }) {
    this.#records = options.records;
    this.#secret = options.secret;
    this.#now = options.now;
  }

  /** The same name of two organisations is two subjects. */
  keyOf(kind: OtherKind, organisation: string, name: string): bigint {
    const digest = createHmac("sha256", this.#secret).update([kind, organisation, name].join("\0")).digest();
    return digest.readBigUInt64BE(0) & 0x7fff_ffff_ffff_ffffn;
  }

  /** Records subjects that send. Idempotent. */
  async noteSeen(seen: readonly NewSubject[]): Promise<void> {
    const rows = new Map(seen.map((each) => [this.keyOf(each.kind, each.organisation, each.name), each]));
    if (rows.size === 0) return;
    const now = new Date(this.#now());
    await this.#records.transact(
      SYSTEM_INTAKE,
      (tx) =>
        tx
          .insertInto("subjects")
          .values(
            [...rows]
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, { kind, name, organisation, region }]) => ({
                key,
                kind,
                name,
                organisation,
                region: region ?? null,
                registered_at: null,
                first_seen: now,
              })),
          )
          .onConflict((conflict) =>
            conflict.column("key").doUpdateSet({ first_seen: now }).where("subjects.first_seen", "is", null),
          )
          .execute(),
      { retry: true },
    );
  }

  /** Registers a subject or changes what is known of it. @throws SG_FORBIDDEN, SG_VEHICLE_ORGANISATION, SG_ORGANISATION_UNKNOWN */
  async register(actor: Actor, subject: NewSubject): Promise<Subject> {
    const reaches = actor.kind === "system" ? (["all"] as const) : reachesOfActor(actor, "subjectRegister", "write");
    if (reaches.length === 0) requireRight(actor, "subjectRegister", "write");
    if (!reaches.some((reach) => reach === "all") && subject.organisation !== actor.organisation)
      throw new SandglassError(ERRORS.VEHICLE_ORGANISATION, { organisation: subject.organisation });
    const { kind, name, organisation } = subject;
    const key = this.keyOf(kind, organisation, name);
    const known = {
      registered: true,
      region: subject.region ?? null,
      details: JSON.stringify(subject.details ?? {}),
    };
    const row = await this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      const found = await tx.selectFrom("organisations").select("id").where("id", "=", organisation).executeTakeFirst();
      if (found === undefined) throw new SandglassError(ERRORS.ORGANISATION_UNKNOWN, { organisation });
      const now = new Date(this.#now());
      return tx
        .insertInto("subjects")
        .values({ key, kind, name, organisation, ...known, registered_at: now, first_seen: null })
        .onConflict((conflict) => conflict.column("key").doUpdateSet({ ...known, registered_at: now }))
        .returningAll()
        .executeTakeFirstOrThrow();
    });
    return toSubject(row);
  }

  /** Keys of every subject that exists for the actor. */
  async keysFor(actor: Actor): Promise<bigint[]> {
    const rows = await this.#records.transact(actor, (tx) => tx.selectFrom("subjects").select("key").execute());
    return rows.map(({ key }) => key);
  }

  async list(actor: Actor, query: ListSubjects): Promise<Subject[]> {
    requireRight(actor, "subjectRegister", "read");
    const rows = await this.#records.transact(
      actor,
      (tx) => {
        let select = tx.selectFrom("subjects").selectAll().orderBy("key").limit(query.limit);
        if (query.kind !== undefined) select = select.where("kind", "=", query.kind);
        if (query.after !== undefined) select = select.where("key", ">", query.after);
        if (query.text !== undefined && query.text !== "") {
          const pattern = containing(query.text);
          select = select.where((eb) => eb.or([eb("name", "ilike", pattern), eb("organisation", "ilike", pattern)]));
        }
        return select.execute();
      },
      { retry: true },
    );
    return rows.map(toSubject);
  }

  async find(actor: Actor, key: bigint): Promise<Subject | undefined> {
    const row = await this.#records.transact(
      actor,
      (tx) => tx.selectFrom("subjects").selectAll().where("key", "=", key).executeTakeFirst(),
      { retry: true },
    );
    return row === undefined ? undefined : toSubject(row);
  }

  /** @throws SG_NOT_FOUND also for a subject that the actor may not see */
  async get(actor: Actor, id: string): Promise<Subject> {
    const key = parseSubjectId(id);
    const subject = key === undefined ? undefined : await this.find(actor, key);
    if (subject === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
    return subject;
  }
}

function toSubject(row: Selectable<SubjectTable>): Subject {
  if (!isSubjectKind(row.kind)) throw new Error(`the registry holds a subject of the kind ${String(row.kind)}`);
  return {
    key: row.key,
    id: subjectIdOf(row.kind, row.key),
    kind: row.kind,
    name: row.name,
    organisation: row.organisation,
    registered: row.registered,
    details: row.details,
    ...(row.region === null ? {} : { region: row.region }),
    ...(row.registered_at === null ? {} : { registeredAt: row.registered_at.getTime() }),
    ...(row.first_seen === null ? {} : { firstSeen: row.first_seen.getTime() }),
  };
}
