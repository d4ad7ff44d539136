/** Where a defect file comes from: the record that it names must be there for the actor, and says whose the file is. */
import { RECALL_CASE, type Json } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import type { Unit } from "../engine/unit.ts";
import { ownerOfVehicle } from "../engine/vehicle-owner.ts";

/** Fields of a lead that name another record. */
export interface Lead {
  readonly vehicle?: string;
  readonly finding?: string;
  readonly hazardOrder?: string;
  readonly accident?: string;
  readonly complaint?: string;
  readonly project?: string;
  readonly otaFiling?: string;
}
const CASES = ["accident", "hazardOrder", "otaFiling", "project"] as const;

/** The record that a file comes from; what files of the same source are found by. */
export function sourceOf(lead: Lead): string | undefined {
  return lead.accident ?? lead.hazardOrder ?? lead.otaFiling ?? lead.project ?? lead.finding ?? lead.complaint;
}

/** @throws SG_NOT_FOUND for a record that is not there or not for the actor; SG_ORDER_VEHICLE */
export async function ownerOfLead(tx: Tx, lead: Lead): Promise<Json> {
  const owners: (string | undefined)[] = [];
  if (lead.vehicle !== undefined) owners.push((await ownerOfVehicle(tx, lead.vehicle)).organisation);
  for (const field of CASES) if (lead[field] !== undefined) owners.push(await ownerOfCase(tx, lead[field]));
  if (lead.finding !== undefined) owners.push(await ownerOfFinding(tx, lead.finding));
  if (lead.complaint !== undefined) await requireComplaint(tx, lead.complaint);
  const organisation = owners.find((each) => each !== undefined);
  return organisation === undefined ? {} : { organisation };
}

async function ownerOfCase(tx: Tx, id: string): Promise<string | undefined> {
  const row = await tx.selectFrom("cases").select("organisations").where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return row.organisations[0];
}

async function ownerOfFinding(tx: Tx, id: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom("findings")
    .leftJoin("vehicles", "vehicles.key", "findings.vehicle")
    .select(["vehicles.organisation", "findings.subject_organisation"])
    .where("findings.id", "=", id)
    .executeTakeFirst();
  if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return row.organisation ?? row.subject_organisation ?? undefined;
}

async function requireComplaint(tx: Tx, id: string): Promise<void> {
  const row = await tx.selectFrom("public_complaints").select("id").where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
}

/** What another case gives when it suspects a defect. */
export interface Suspicion extends Lead {
  readonly title: string;
  readonly description: string;
  readonly source: "accident" | "hazardOrder" | "sandbox" | "ota";
  readonly organisation?: string;
  readonly component?: string;
  readonly models?: readonly string[];
}

/**
 * Opens a defect file from another case, once: while one from the same source is open, none is opened beside it. Only who may
 * report a defect opens one.
 * @returns its id; undefined when none was opened
 */
export async function openDefectFile(
  engine: CaseEngine,
  unit: Unit,
  { title, ...suspicion }: Suspicion,
): Promise<string | undefined> {
  const { roles } = RECALL_CASE.actions["reportDefect"]!;
  if (!roles.some((role) => role === unit.actor.role)) return undefined;
  const twin = await unit.tx
    .selectFrom("cases")
    .select("id")
    .where("kind", "=", RECALL_CASE.kind)
    .where("item", "=", sourceOf(suspicion) ?? "")
    .where("ended", "=", false)
    .executeTakeFirst();
  if (twin !== undefined) return undefined;
  const input = { title: title.slice(0, 200), ...suspicion };
  return (await engine.create(unit, RECALL_CASE.kind, "reportDefect", input)).id;
}
