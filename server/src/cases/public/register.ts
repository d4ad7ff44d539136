/**
 * The public register: a row per project that both sides agreed to show, redacted when it is written. Readers of
 * the register read that row and nothing else.
 */
import {
  publishedFields,
  SANDBOX_STATES,
  type Lifecycle,
  type SandboxProjectData,
  type SandboxState,
  type Text,
} from "@sandglass/casework";
import { toTime, toTimeOrNull } from "../../http/mod.ts";
import type { Actor, Tx } from "../../records/mod.ts";
import { listVersions } from "../programmes/store.ts";
import type { CaseEngine } from "../engine/engine.ts";
import type { StoredCase } from "../engine/store.ts";
import type { Unit } from "../engine/unit.ts";

/** Who reads without signing in. */
export const PUBLIC_READER: Actor = { kind: "token", id: "public", role: "PUBLIC", organisation: "" };

/** Reads as somebody without an account. */
export const publicReader =
  (engine: CaseEngine) =>
  <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    engine.transact(PUBLIC_READER, ({ tx }) => work(tx), { retry: true });

export interface RegisterEntry {
  readonly id: string;
  readonly programme: { readonly id: string; readonly version: number; readonly title: Text };
  readonly stage: Text;
  readonly state: string;
  readonly stateTitle: Text;
  readonly openedAt: string;
  readonly startedAt: string | null;
  readonly since: string;
  readonly history: readonly { readonly state: string; readonly title: Text; readonly at: string }[];
  readonly title: string | null;
  readonly applicant: string | null;
  readonly summary: string | null;
  readonly technology: string | null;
  readonly outcome: Text | null;
  readonly results: string | null;
}

/** Brings the register to what the project is now; takes the row out while one side does not agree. */
export async function syncRegister(unit: Unit, { id, folded }: StoredCase, lifecycle: Lifecycle): Promise<void> {
  const data = folded.data as SandboxProjectData;
  const fields = publishedFields(data);
  if (fields === undefined) {
    // Most projects never were in it: nothing is asked of the table for them.
    if (data.publication !== undefined) await unit.tx.deleteFrom("public_register").where("project", "=", id).execute();
    return;
  }
  const { terms } = data;
  const known = await unit.tx.selectFrom("public_register").select("body").where("project", "=", id).executeTakeFirst();
  const state = SANDBOX_STATES[folded.state as SandboxState];
  const before = (known?.body as RegisterEntry | undefined)?.history ?? [];
  const step = { state: folded.state, title: state.title, at: toTime(folded.since) };
  const versions = terms === undefined ? [] : await listVersions(unit.tx, terms.programme);
  const programme = versions.find((each) => each.programme.version === terms?.version)?.programme;
  const shows = (field: (typeof fields)[number]) => fields.includes(field);
  const entry: RegisterEntry = {
    id,
    programme: {
      id: programme?.id ?? data.programme ?? "",
      version: programme?.version ?? 0,
      title: programme?.title ?? { en: "", zh: "" },
    },
    stage: lifecycle.stages.find((each) => each.code === state.stage)?.title ?? state.title,
    state: folded.state,
    stateTitle: state.title,
    openedAt: toTime(folded.openedAt),
    startedAt: toTimeOrNull(data.startedAt),
    since: toTime(folded.since),
    history: before.at(-1)?.state === folded.state ? before : [...before, step],
    title: shows("title") ? (data.title ?? null) : null,
    applicant: shows("applicant") ? await applicantName(unit.tx, data.applicant) : null,
    summary: shows("summary") ? (data.summary ?? null) : null,
    technology: shows("technology") ? (data.technology?.description ?? null) : null,
    outcome: shows("outcome") && "end" in state ? state.title : null,
    results: shows("exitReport") ? (data.finalReport?.results ?? null) : null,
  };
  const at = new Date(unit.at);
  const row = { programme: entry.programme.id, state: entry.state, body: JSON.stringify(entry), updated_at: at };
  await unit.tx
    .insertInto("public_register")
    .values({ project: id, published_at: at, ...row })
    .onConflict((conflict) => conflict.column("project").doUpdateSet(row))
    .execute();
}

/** As the applicant writes itself, else by the directory in both languages: the public knows no codes of organisations. */
async function applicantName(tx: Tx, applicant: SandboxProjectData["applicant"]): Promise<string | null> {
  if (applicant === undefined || applicant.name !== undefined) return applicant?.name ?? null;
  const { organisation } = applicant;
  const known = await tx
    .selectFrom("organisations")
    .select(["name_en", "name_zh"])
    .where("id", "=", organisation)
    .executeTakeFirst();
  if (known === undefined) return organisation;
  return known.name_en === known.name_zh ? known.name_zh : `${known.name_zh} · ${known.name_en}`;
}

export interface RegisterFilter {
  readonly programme?: string | undefined;
  readonly limit: number;
  /** Published before this one: [time ms, project]. */
  readonly after?: readonly [number, string] | undefined;
}

export async function listRegister(tx: Tx, filter: RegisterFilter) {
  let query = tx.selectFrom("public_register").selectAll().orderBy("published_at", "desc").orderBy("project", "desc");
  if (filter.programme !== undefined) query = query.where("programme", "=", filter.programme);
  if (filter.after !== undefined) {
    const [at, project] = filter.after;
    query = query.where((eb) =>
      eb.or([
        eb("published_at", "<", new Date(at)),
        eb.and([eb("published_at", "=", new Date(at)), eb("project", "<", project)]),
      ]),
    );
  }
  return (await query.limit(filter.limit).execute()).map((row) => ({
    entry: row.body as RegisterEntry,
    publishedAt: row.published_at,
    updatedAt: row.updated_at,
  }));
}

export async function findEntry(tx: Tx, id: string): Promise<RegisterEntry | undefined> {
  const row = await tx.selectFrom("public_register").select("body").where("project", "=", id).executeTakeFirst();
  return row?.body as RegisterEntry | undefined;
}

const COLUMNS: readonly (readonly [string, (entry: RegisterEntry) => string])[] = [
  ["id", (entry) => entry.id],
  ["programme", (entry) => entry.programme.id],
  ["state", (entry) => entry.state],
  ["state_en", (entry) => entry.stateTitle.en],
  ["state_zh", (entry) => entry.stateTitle.zh],
  ["title", (entry) => entry.title ?? ""],
  ["applicant", (entry) => entry.applicant ?? ""],
  ["opened_at", (entry) => entry.openedAt],
  ["started_at", (entry) => entry.startedAt ?? ""],
  ["since", (entry) => entry.since],
  ["outcome", (entry) => entry.outcome?.en ?? ""],
];

/** RFC 4180, safe for spreadsheets: a cell that would be read as a formula begins with an apostrophe. */
export function toCsv(entries: readonly RegisterEntry[]): string {
  const cell = (text: string): string => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [COLUMNS.map(([name]) => name), ...entries.map((entry) => COLUMNS.map(([, read]) => cell(read(entry))))]
    .map((line) => line.join(","))
    .join("\r\n")
    .concat("\r\n");
}
