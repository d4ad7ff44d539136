/** What a project's input must fulfil against the rest of the records: its vehicles belong to its parties, its triggers compile. */
import { sql } from "kysely";
import {
  hasTriggers,
  termsOf,
  type CaseActor,
  type Folded,
  type Json,
  type ProjectTriggerSet,
  type RehearsalFacts,
  type RuleVersion,
  type SandboxProjectData,
} from "@sandglass/casework";
import { parseSubjectId, parseVehicleId, subjectIdOf, vehicleIdOf } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { Actor, Tx } from "../../records/mod.ts";
import type { PreparedInput } from "../engine/case-type.ts";
import type { Unit } from "../engine/unit.ts";
import { restsOn } from "./assessment.ts";
import { dayOf, getCurrent, requireOpen } from "../programmes/store.ts";

/**
 * Compiles the set that a plan names. Wired to the trigger language, the rule packs and the rulebook.
 * @param held the rules that the plan is pinned to already: they may have been replaced since
 * @throws SandglassError when it does not compile, or takes a rule that is not in force
 */
export type CheckTriggerSet = (
  set: Omit<ProjectTriggerSet, "hash" | "effects">,
  held?: readonly RuleVersion[],
) => Promise<{ readonly hash: string }>;

/** Runs of a plan's triggers over data, as proof that they were rehearsed. Wired to the rulebook and the packs. */
export interface Rehearsals {
  /** Runs the test cases that the set's pack brings. */
  simulate(set: ProjectTriggerSet): Promise<RehearsalFacts>;
  /** Begins a run over stored data, event time [from, to), UTC ms. @returns its id */
  request(
    actor: Actor,
    run: {
      /** Whose plan it is; that the actor may rehearse it was seen to. */
      readonly project: string;
      readonly set: ProjectTriggerSet;
      readonly vehicles: readonly string[];
      readonly from: number;
      readonly to: number;
    },
  ): Promise<string>;
  /** What a run came to; undefined while it runs. @throws SG_NOT_FOUND for one that the actor may not see */
  result(actor: Actor, id: string): Promise<RehearsalFacts | undefined>;
}

export interface ProjectServices {
  readonly checkTriggerSet: CheckTriggerSet;
  readonly rehearsals?: Rehearsals | undefined;
}

type Fields = Partial<Pick<SandboxProjectData, "applicant" | "parties" | "vehicles" | "triggerSet" | "programme">>;

/** Actions whose input may change vehicles or triggers. */
const PLANNING = new Set(["create", "edit", "editPlan", "signPlan", "amend"]);
/** Actions that make the plan binding: everything is checked again, since the registry may have changed meanwhile. */
const BINDING = new Set(["planAgreed", "start"]);

export async function prepareProject(
  services: ProjectServices,
  unit: Unit,
  actor: CaseActor,
  name: string,
  input: Json,
  folded: Folded | undefined,
  id = "",
): Promise<PreparedInput> {
  const data = folded?.data as SandboxProjectData | undefined;
  if (name === "submit") return { input, facts: await pinTerms(unit, data?.programme, true) };
  if (
    name === "periodicAssessment" &&
    folded !== undefined &&
    (input as { readonly draft?: string }).draft !== undefined
  )
    return { input, facts: { draft: await restsOn(unit.tx, id, folded, unit.at) } };
  if (name === "rehearse" && data !== undefined)
    return { input, facts: await rehearsalFacts(services, unit, data, input) };
  if (BINDING.has(name) && data !== undefined) {
    await checkVehicles(unit.tx, data.vehicles ?? [], partiesOf({}, data, actor));
    const { triggerSet: set } = data;
    const facts =
      set === undefined ? {} : { triggerSetHash: (await services.checkTriggerSet(sourcesOf(set), set.rules)).hash };
    return { input, facts: { ...facts, vehicles: data.vehicles?.length ?? 0 } };
  }
  if (!PLANNING.has(name)) return { input };
  const fields = input as Fields;
  if (fields.vehicles !== undefined) await checkVehicles(unit.tx, fields.vehicles, partiesOf(fields, data, actor));
  const programme = fields.programme ?? data?.programme;
  // What was returned for completion stays under the rules it was filed under.
  const isOpenForm = name === "create" || (name === "edit" && folded?.state === "DRAFT");
  const facts = isOpenForm && programme !== undefined ? { facts: await pinTerms(unit, programme, false) } : {};
  const { triggerSet } = fields;
  if (triggerSet === undefined) return { input, ...facts };
  requireTriggers(name, triggerSet);
  return { input: await withHash(services, input, triggerSet, data?.triggerSet), ...facts };
}

/** A set that is sent says what watches; leaving it out is how a draft says that it is not chosen yet. @throws SG_CASE_INPUT */
export function requireTriggers(action: string, set: ProjectTriggerSet): void {
  if (hasTriggers(set)) return;
  throw new SandglassError(ERRORS.CASE_INPUT, {
    action,
    path: "/triggerSet/pack",
    rule: "a trigger set needs a rule pack, published rules or a text of its own; leave it out while none is chosen",
    ruleZh: "触发规则集须采用规则包、已发布的规则或自行编写；尚未确定时请整体留空",
  });
}

/** The programme's rules as they are now. @throws SG_PROGRAMME_UNKNOWN, SG_PROGRAMME_CLOSED */
async function pinTerms(unit: Unit, id: string | undefined, isFiled: boolean): Promise<Json> {
  const programme = await getCurrent(unit.tx, id ?? "", unit.at);
  if (isFiled) await requireOpen(unit.tx, programme, unit.at);
  return { terms: termsOf(programme, dayOf(unit.at)) as unknown as Json };
}

async function rehearsalFacts(
  { rehearsals }: ProjectServices,
  unit: Unit,
  { triggerSet }: SandboxProjectData,
  input: Json,
): Promise<Json> {
  const { data: kind, reference } = input as { readonly data: "simulated" | "past"; readonly reference?: string };
  if (rehearsals === undefined || triggerSet === undefined) return {};
  const facts =
    kind === "simulated"
      ? await rehearsals.simulate(triggerSet)
      : reference === undefined
        ? undefined
        : await rehearsals.result(unit.actor, reference);
  return facts === undefined ? {} : { rehearsal: { ...facts } };
}

/** The input with the identity of what its set compiles to. @param before the set that it replaces */
export async function withHash(
  { checkTriggerSet }: Pick<ProjectServices, "checkTriggerSet">,
  input: Json,
  set: ProjectTriggerSet,
  before: ProjectTriggerSet | undefined,
): Promise<Json> {
  const { hash } = await checkTriggerSet(sourcesOf(set), before?.rules);
  return { ...(input as object), triggerSet: { ...set, hash } } as Json;
}

function sourcesOf({ hash: _hash, effects: _effects, ...sources }: ProjectTriggerSet) {
  return sources;
}

function partiesOf(fields: Fields, data: SandboxProjectData | undefined, actor: CaseActor): readonly string[] {
  const applicant =
    (fields.applicant ?? data?.applicant)?.organisation ?? (data === undefined ? actor.organisation : undefined);
  return [applicant, ...(fields.parties ?? data?.parties ?? []).map((party) => party.organisation)].filter(
    (each): each is string => each !== undefined,
  );
}

/** @throws SG_PROJECT_VEHICLE naming the first vehicle or service that no party owns or the actor cannot see */
async function checkVehicles(tx: Tx, ids: readonly string[], parties: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const keys = new Map<bigint, string>();
  for (const id of ids) {
    const key = parseVehicleId(id) ?? parseSubjectId(id);
    if (key === undefined) throw new SandglassError(ERRORS.PROJECT_VEHICLE, { vehicle: id });
    keys.set(key, id);
  }
  const listed = sql<boolean>`key = any(${[...keys.keys()].map(String)}::bigint[])`;
  const vehicles = await tx
    .selectFrom("vehicles")
    .select(["key", "organisation"])
    .where(listed)
    .where("registered", "=", true)
    .execute();
  const services = await tx.selectFrom("subjects").select(["key", "kind", "organisation"]).where(listed).execute();
  const isOwn = ({ organisation }: { readonly organisation: string | null }) =>
    organisation !== null && parties.includes(organisation);
  const owned = new Set([
    ...vehicles.filter(isOwn).map(({ key }) => vehicleIdOf(key)),
    ...services.filter(isOwn).map(({ key, kind }) => subjectIdOf(kind, key)),
  ]);
  const foreign = [...keys.values()].find((id) => !owned.has(id));
  if (foreign !== undefined) throw new SandglassError(ERRORS.PROJECT_VEHICLE, { vehicle: foreign });
}
