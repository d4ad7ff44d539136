/** What supervision hands over through the outbox topic `firing`, read and checked: the two modules share no code. */
import type { TriggerEffect, Text } from "@sandglass/casework";
import type { Tx } from "../../records/mod.ts";

export const FIRING_TOPIC = "firing";
/** Trigger id of supervision's own finding that a vehicle moves although its project is suspended. */
export const BREACH_TRIGGER = "SG-BREACH";
export const ASSURANCES = ["none", "platform", "mutual_tls", "signed"] as const;

export interface Firing {
  readonly kind: "onset" | "escalated" | "cleared" | "superseded" | "retracted" | "amended";
  readonly finding: string;
  readonly trigger: string;
  readonly version: number;
  readonly versionHash: string;
  readonly level: number;
  readonly title: Text;
  readonly vehicle: string;
  readonly vehicleKey: bigint;
  /** What it is about when that is no vehicle: `vehicle` is its id then. */
  readonly subjectKind: string | undefined;
  readonly project: string | undefined;
  readonly effect: TriggerEffect | undefined;
  readonly assurance: (typeof ASSURANCES)[number];
  /** Event time, UTC ms. */
  readonly onset: number;
  /** Event time of what this message tells, UTC ms. */
  readonly at: number;
  /** Of `amended`: how the finding stands now that late data is known. */
  readonly status: string | undefined;
  readonly clearedAt: number | undefined;
}

const KINDS: readonly string[] = ["onset", "escalated", "cleared", "superseded", "retracted", "amended"];
const EFFECTS: readonly string[] = ["warn", "restrict", "suspend", "terminate"];

/** @throws Error when a field is missing or has another type: a bug of the sender, never of the user */
export function readFiring(payload: unknown): Firing {
  const fields = payload as Readonly<Record<string, unknown>>;
  const get = <Type extends "string" | "number">(name: string, type: Type): Type extends "string" ? string : number => {
    const value = fields[name];
    if (typeof value !== type) throw new Error(`a firing's ${name} is ${JSON.stringify(value)}, not a ${type}`);
    return value as Type extends "string" ? string : number;
  };
  const kind = get("kind", "string");
  if (!KINDS.includes(kind)) throw new Error(`a firing's kind is ${kind}`);
  const assurance = ASSURANCES[get("assurance", "number")];
  if (assurance === undefined) throw new Error(`a firing's assurance is ${String(fields["assurance"])}`);
  const { project, effect, status, clearedAt } = fields;
  const subject = fields["subject"] as { readonly kind?: unknown } | undefined;
  if (effect !== undefined && !(typeof effect === "string" && EFFECTS.includes(effect)))
    throw new Error(`a firing's effect is ${JSON.stringify(effect)}`);
  return {
    kind: kind as Firing["kind"],
    finding: get("finding", "string"),
    trigger: get("trigger", "string"),
    version: get("version", "number"),
    versionHash: get("versionHash", "string"),
    level: get("level", "number"),
    title: fields["title"] as Text,
    vehicle: get("vehicle", "string"),
    vehicleKey: BigInt(get("vehicleKey", "string")),
    project: typeof project === "string" ? project : undefined,
    effect: effect as TriggerEffect | undefined,
    assurance,
    onset: get("onset", "number"),
    at: get("at", "number"),
    subjectKind: typeof subject?.kind === "string" ? subject.kind : undefined,
    status: typeof status === "string" ? status : undefined,
    clearedAt: typeof clearedAt === "number" ? clearedAt : undefined,
  };
}

export interface VehicleOwner {
  readonly organisation: string | undefined;
  readonly region: string | undefined;
}

/** Whose vehicle it is; nobody's while it is unregistered. */
export async function ownerOf(tx: Tx, vehicleKey: bigint): Promise<VehicleOwner> {
  const row = await tx
    .selectFrom("vehicles")
    .select(["organisation", "region"])
    .where("key", "=", vehicleKey)
    .executeTakeFirst();
  return { organisation: row?.organisation ?? undefined, region: row?.region ?? undefined };
}
