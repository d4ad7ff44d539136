/** Programmes: the shipped versions and those an authority published, and which of them holds on a day. */
import {
  BUILT_IN_PROGRAMMES,
  isInForce,
  isOpenAt,
  programmeFaults,
  PROGRAMME_SCHEMA,
  type Json,
  type Programme,
} from "@sandglass/casework";
import { sql } from "kysely";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { appendLeaf } from "../../ledger/mod.ts";
import { signatureOf, type Actor, type Tx } from "../../records/mod.ts";
import { checkInput } from "../engine/input.ts";

export interface ProgrammeVersion {
  readonly programme: Programme;
  /** Absent for what the product ships with. */
  readonly publication?: {
    readonly by: string | undefined;
    readonly role: string;
    readonly at: number;
    readonly reason: string;
    readonly leaf: string;
  };
}

/** ISO day of an instant in Asia/Shanghai: the day that effective dates mean. */
export function dayOf(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
}

/** Every version of one programme, or of all, oldest first. */
export async function listVersions(tx: Tx, id?: string): Promise<readonly ProgrammeVersion[]> {
  let query = tx.selectFrom("programme_versions").selectAll().orderBy("programme").orderBy("version");
  if (id !== undefined) query = query.where("programme", "=", id);
  const published = await query.execute();
  const all = [
    ...BUILT_IN_PROGRAMMES.filter((each) => id === undefined || each.id === id).map((programme) => ({ programme })),
    ...published.map((row) => ({
      programme: row.body as Programme,
      publication: {
        by: row.published_account ?? undefined,
        role: row.published_role,
        at: row.published_at.getTime(),
        reason: row.reason,
        leaf: row.leaf_id,
      },
    })),
  ];
  const order = [...new Set(all.map((each) => each.programme.id))];
  return all.sort(
    (a, b) =>
      order.indexOf(a.programme.id) - order.indexOf(b.programme.id) || a.programme.version - b.programme.version,
  );
}

/** One version of a programme, or the newest that there is; undefined where there is none. */
export async function findProgramme(tx: Tx, id: string, version?: number): Promise<Programme | undefined> {
  const programmes = (await listVersions(tx, id)).map((each) => each.programme);
  return version === undefined ? programmes.at(-1) : programmes.find((each) => each.version === version);
}

/** The version of each programme that holds at an instant; one whose time has passed is left out. */
export async function listCurrent(tx: Tx, at: number): Promise<readonly ProgrammeVersion[]> {
  const day = dayOf(at);
  const newest = new Map<string, ProgrammeVersion>();
  for (const version of await listVersions(tx))
    if ((version.programme.effectiveFrom ?? "") <= day) newest.set(version.programme.id, version);
  return [...newest.values()].filter((each) => isInForce(each.programme, day));
}

/** @throws SG_PROGRAMME_UNKNOWN */
export async function getCurrent(tx: Tx, id: string, at: number): Promise<Programme> {
  const current = await listCurrent(tx, at);
  const found = current.find((each) => each.programme.id === id);
  if (found === undefined)
    throw new SandglassError(ERRORS.PROGRAMME_UNKNOWN, {
      programme: id,
      possible: current.map((each) => each.programme.id),
    });
  return found.programme;
}

/** @throws SG_PROGRAMME_CLOSED outside the windows, or when as many projects are under way as the programme can carry */
export async function requireOpen(tx: Tx, programme: Programme, at: number): Promise<void> {
  if (!isOpenAt(programme, at))
    throw new SandglassError(ERRORS.PROGRAMME_CLOSED, {
      programme: programme.id,
      reason: "no window is open",
      reasonZh: "不在受理窗口内",
    });
  if (programme.capacity === undefined) return;
  const { amount } = programme.capacity;
  // Until the end of the transaction: who counts after us sees the project that we are about to let in.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`programme ${programme.id}`}, 0))`.execute(tx);
  const { rows } = await sql<{ readonly load: bigint }>`select programme_load(${programme.id}) as load`.execute(tx);
  if (Number(rows[0]?.load ?? 0) >= amount)
    throw new SandglassError(ERRORS.PROGRAMME_CLOSED, {
      programme: programme.id,
      reason: `${amount} projects are under way, as many as it can carry`,
      reasonZh: `在办项目已达上限 ${amount} 个`,
    });
}

export interface ProgrammeFigures {
  readonly programme: string;
  readonly drafts: number;
  /** Filed and not ended. */
  readonly underWay: number;
  readonly testing: number;
  readonly ended: number;
}

/** Projects by programme, of those that the actor may see. */
export async function countByProgramme(tx: Tx, id?: string): Promise<readonly ProgrammeFigures[]> {
  let query = tx
    .selectFrom("cases")
    .select((eb) => [
      eb.ref("item").as("programme"),
      eb.fn.countAll<bigint>().filterWhere("state", "=", "DRAFT").as("drafts"),
      eb.fn
        .countAll<bigint>()
        .filterWhere(eb.and([eb("ended", "=", false), eb("state", "<>", "DRAFT")]))
        .as("underWay"),
      eb.fn.countAll<bigint>().filterWhere("state", "in", ["TESTING", "RESTRICTED", "SUSPENDED"]).as("testing"),
      eb.fn.countAll<bigint>().filterWhere("ended", "=", true).as("ended"),
    ])
    .where("kind", "=", "sandbox-project")
    .where("item", "is not", null)
    .groupBy("item");
  if (id !== undefined) query = query.where("item", "=", id);
  return (await query.execute()).map((row) => ({
    programme: row.programme ?? "",
    drafts: Number(row.drafts),
    underWay: Number(row.underWay),
    testing: Number(row.testing),
    ended: Number(row.ended),
  }));
}

/**
 * Puts a new version, or a new programme, beside what there is. Projects that were filed stay with their version.
 * @throws SG_CASE_INPUT, SG_PROGRAMME_FAULT, SG_PROGRAMME_VERSION, SG_FORBIDDEN for a role that does not decide in it
 */
export async function publishProgramme(
  tx: Tx,
  actor: Actor,
  body: unknown,
  reason: string,
  at: number,
): Promise<ProgrammeVersion> {
  checkInput("publish", PROGRAMME_SCHEMA, body);
  const programme = body as unknown as Programme;
  const [fault] = programmeFaults(programme);
  if (fault !== undefined)
    throw new SandglassError(ERRORS.PROGRAMME_FAULT, {
      path: fault.path,
      reason: fault.text.en,
      reasonZh: fault.text.zh,
    });
  const versions = await listVersions(tx, programme.id);
  const newest = versions.at(-1)?.programme;
  const leads = newest?.leads ?? programme.leads;
  if (!leads.includes(actor.role) && actor.role !== "SUPERVISOR_ALL")
    throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: programme.id, right: "publish" });
  const next = (newest?.version ?? 0) + 1;
  if (programme.version !== next)
    throw new SandglassError(ERRORS.PROGRAMME_VERSION, {
      programme: programme.id,
      version: programme.version,
      newest: newest?.version ?? 0,
      next,
    });
  const leaf = await appendLeaf(tx, {
    kind: "programme",
    subject: programme.id,
    at,
    content: {
      programme: programme as never,
      reason,
      publisher: signatureOf(actor),
    },
  });
  await tx
    .insertInto("programme_versions")
    .values({
      programme: programme.id,
      version: programme.version,
      body: JSON.stringify(programme satisfies Json),
      effective_from: programme.effectiveFrom ?? dayOf(at),
      reason,
      published_by: actor.id,
      published_account: actor.account ?? null,
      published_role: actor.role,
      organisation: actor.organisation,
      published_at: new Date(at),
      leaf_id: leaf,
    })
    .execute();
  return {
    programme,
    publication: { by: actor.account, role: actor.role, at, reason, leaf },
  };
}
