/** Fills a database with organisations, vehicles, cases, actions and duties, by COPY from files that the server reads. */
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import {
  apply,
  escalationsOf,
  type CaseActor,
  type Folded,
  type FoldOptions,
  type Lifecycle,
} from "@sandglass/casework";
import { acceptedInput, ACTORS } from "@sandglass/casework/testing";
import type { Client } from "pg";
import { vehicleIdOf } from "../../server/src/access/mod.ts";
import type { CaseEngine } from "../../server/src/cases/mod.ts";
import { newestLifecycle, type CaseType } from "../../server/src/cases/engine/case-type.ts";
import { projectionOf } from "../../server/src/cases/engine/store.ts";
import { seedFindings } from "./findings.ts";
import { randomOf, replay, walk, type Step } from "./histories.ts";

export interface SeedSizes {
  readonly vehicles: number;
  readonly cases: number;
  readonly organisations: number;
  /** Actions per case, on average. */
  readonly length: number;
}

/** Now of the bench: what is open then is open in the lists. */
export const NOW = Date.UTC(2026, 10, 23, 1);
const DAY = 86_400_000;
/** Cases were opened over so many days before. */
const SPAN_DAYS = 720;
const VARIANTS = 60;
const CHUNK = 10_000;

export const organisationOf = (index: number): string => `org-${String(index).padStart(3, "0")}`;
/** Counties of 31 provinces. */
export const regionOf = (index: number): string =>
  `${11 + (index % 31)}0${1 + (Math.floor(index / 31) % 9)}0${1 + (index % 7)}`;
/** Model of one vehicle, the last, and the organisation whose only vehicle it is. */
export const RAREST = "Prototype 7";
export const ONE_CAR = "one-car";
export const FIRST_KEY = 1_000_000n;
const keyOf = (index: number): bigint => FIRST_KEY + BigInt(index);

export async function seed(
  client: Client,
  engine: CaseEngine,
  folder: string,
  sizes: SeedSizes,
  log: (text: string) => void,
): Promise<void> {
  const { vehicles, cases, organisations } = sizes;
  await client.query("set synchronous_commit = off");
  await client.query(
    "insert into organisations (id, kind, name_en, name_zh, region) select 'org-' || lpad(i::text, 3, '0'), 'any', 'Maker ' || i, '企业' || i, null from generate_series(0, $1::int - 1) i on conflict do nothing",
    [organisations],
  );
  await client.query(
    "insert into organisations (id, kind, name_en, name_zh) values ($1, 'any', $1, $1) on conflict do nothing",
    [ONE_CAR],
  );
  await client.query(
    `insert into vehicles (key, vin, registered, registered_at, organisation, region, maker, model, powertrain)
     select 1000000 + i, 'LSGBENCH' || lpad(i::text, 9, '0'), true, timestamptz '2025-01-01Z',
       case when i = $1::int - 1 then '${ONE_CAR}' else 'org-' || lpad((i % $2::int)::text, 3, '0') end,
       (11 + i % 31)::text || '0' || (1 + (i / 31) % 9) || '0' || (1 + i % 7), 'Maker', case when i = $1::int - 1 then '${RAREST}' else 'A' || i % 40 end, 'BEV'
     from generate_series(0, $1::int - 1) i`,
    [vehicles, organisations],
  );
  log(`${vehicles} vehicles`);
  log(`${await seedFindings(client)} findings`);
  const random = randomOf(7);
  const variants = VARIANTS_OF(engine, sizes.length);
  let actions = 0;
  let duties = 0;
  for (let from = 0; from < cases; from += CHUNK) {
    const files = new CopyFiles(folder);
    for (let index = from; index < Math.min(cases, from + CHUNK); index += 1) {
      const { type, lifecycle, walks } = variants[kindOf(random())]!;
      const steps = walks[Math.floor(random() * walks.length)]!;
      const start = NOW - Math.floor(random() * SPAN_DAYS * DAY) - 3 * DAY;
      const vehicle = (index * 7) % vehicles;
      const parties = {
        organisation: organisationOf(vehicle % organisations),
        region: regionOf(vehicle),
        vehicle: vehicleIdOf(keyOf(vehicle)),
      };
      let count = 0;
      const id = `${type.prefix}_${String(index).padStart(20, "0")}`;
      const written = writeCase(
        files,
        { id, type, lifecycle, options: engine.foldOptions },
        replay(steps, start, parties, () => `${id}-${(count += 1)}`),
      );
      actions += written.actions;
      duties += written.duties;
    }
    await files.load(client);
    log(`${Math.min(cases, from + CHUNK)} cases, ${actions} actions, ${duties} duties`);
  }
  await client.query("analyze");
  await client.query("vacuum (analyze) cases");
  await client.query("vacuum (analyze) case_index");
  await client.query("vacuum (analyze) case_obligations");
  await client.query("vacuum (analyze) duty_index");
  await client.query("vacuum case_actions");
  await client.query("checkpoint");
}

function VARIANTS_OF(
  engine: CaseEngine,
  length: number,
): readonly { readonly type: CaseType; readonly lifecycle: Lifecycle; readonly walks: readonly (readonly Step[])[] }[] {
  const make = (kind: string, name: string, actor: CaseActor, inputs: readonly object[]) => {
    const type = engine.typeOf(kind);
    const lifecycle = newestLifecycle(type);
    const walks = Array.from({ length: VARIANTS }, (_, index) =>
      walk(
        lifecycle,
        { actor, name, input: JSON.stringify(inputs[index % inputs.length]) },
        length + (index % 5) - 2,
        engine.foldOptions,
        100 + index,
      ),
    );
    return { type, lifecycle, walks };
  };
  const detect = acceptedInput("detect") as object;
  const report = acceptedInput("report") as object;
  return [
    make(
      "hazard-order",
      "detect",
      ACTORS.trigger,
      ["FAULT_L1", "FAULT_L3", "LONG_OFFLINE"].map((each) => ({ ...detect, type: each })),
    ),
    make("accident", "report", ACTORS.oem, [report, { ...report, fire: true, vehicle: "veh_0123456789abc" }]),
    make("sandbox-project", "create", ACTORS.oem, [acceptedInput("create") as object]),
  ];
}

interface CaseToWrite {
  readonly id: string;
  readonly type: CaseType;
  readonly lifecycle: Lifecycle;
  readonly options: FoldOptions;
}

function writeCase(
  files: CopyFiles,
  { id, type, lifecycle, options }: CaseToWrite,
  history: ReturnType<typeof replay>,
): { actions: number; duties: number } {
  let folded: Folded | undefined;
  let written = 0;
  let at = 0;
  for (const action of history) {
    // Order of one vehicle and item are unique while open: the item carries the case.
    const input = action.name === "detect" ? { ...(action.input as object), item: id } : action.input;
    const accepted = apply(lifecycle, folded, { ...action, input: input as never }, options);
    if (accepted.kind === "refused") break;
    const before = folded?.state ?? null;
    folded = accepted.folded;
    written += 1;
    at = action.at;
    files.add("actions", [
      action.id,
      id,
      written,
      action.name,
      time(at),
      action.actor.id,
      action.actor.role,
      action.actor.organisation ?? "",
      null,
      null,
      null,
      null,
      JSON.stringify(input),
      null,
      accepted.proposed,
      before,
      folded.state,
      `leaf-${action.id}`,
    ]);
  }
  if (folded === undefined) throw new Error(`${id}: nothing of its history stands`);
  const row = projectionOf(lifecycle, folded, type.fieldsOf(folded.data), at);
  files.add("cases", [
    id,
    lifecycle.kind,
    lifecycle.version,
    row.state,
    array(row.flags),
    row.version,
    row.title_en,
    row.title_zh,
    array(row.organisations),
    array(row.regions),
    array(row.assigned),
    array(row.departments),
    array(row.vehicles),
    row.project,
    row.item,
    row.level,
    time(folded.openedAt),
    row.since.toISOString(),
    row.changed_at.toISOString(),
    row.ended,
    row.due_at?.toISOString() ?? null,
    row.folded,
  ]);
  for (const each of folded.obligations) {
    const definition = lifecycle.obligations[each.code]!;
    files.add("duties", [
      id,
      each.id,
      each.code,
      array(definition.bearers),
      each.subject ?? null,
      time(each.startAt),
      each.dueAt === undefined ? null : time(each.dueAt),
      array(each.formerDue.map(time)),
      each.certainty,
      each.calendar,
      each.ended?.how ?? null,
      each.ended === undefined ? null : time(each.ended.at),
      definition.onOverdue ?? null,
      each.dueAt !== undefined && each.dueAt < NOW ? time(NOW) : null,
    ]);
    for (const step of escalationsOf(definition, each, options.calendar))
      files.add("ladders", [id, each.id, step.step.code, time(step.at), step.at < NOW ? time(NOW) : null]);
  }
  return { actions: written, duties: folded.obligations.length };
}

/** Six orders to three accidents to one project. */
const kindOf = (share: number): number => (share < 0.6 ? 0 : share < 0.9 ? 1 : 2);
const time = (ms: number): string => new Date(ms).toISOString();
const array = (values: readonly (string | number)[]): string =>
  `{${values.map((each) => `"${String(each).replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`;

const TABLES = {
  cases:
    "cases (id, kind, definition, state, flags, version, title_en, title_zh, organisations, regions, assigned, departments, vehicles, project, item, level, opened_at, since, changed_at, ended, due_at, folded)",
  actions:
    "case_actions (id, case_id, sequence, name, at, actor_id, actor_role, actor_organisation, actor_region, actor_account, purpose, idempotency_id, input, facts, proposed, from_state, to_state, leaf_id)",
  duties:
    "case_obligations (case_id, id, code, bearers, subject, start_at, due_at, former_due, certainty, calendar, ended_how, ended_at, on_overdue, overdue_handled_at)",
  ladders: "case_escalations (case_id, obligation_id, step, at, handled_at)",
} as const;

/** Rows of one chunk in PostgreSQL's text format, one file per table. */
class CopyFiles {
  readonly #folder: string;
  readonly #lines: Record<keyof typeof TABLES, string[]> = { cases: [], actions: [], duties: [], ladders: [] };

  constructor(folder: string) {
    this.#folder = folder;
  }

  add(table: keyof typeof TABLES, values: readonly (string | number | boolean | null)[]): void {
    this.#lines[table].push(
      values.map((value) => (value === null ? "\\N" : String(value).replaceAll(/[\\\t\n\r]/g, escape))).join("\t"),
    );
  }

  async load(client: Client): Promise<void> {
    for (const [table, target] of Object.entries(TABLES)) {
      const file = path.join(this.#folder, `${table}.copy`);
      const handle = openSync(file, "w", 0o644);
      writeSync(handle, `${this.#lines[table as keyof typeof TABLES].join("\n")}\n`);
      closeSync(handle);
      await client.query(`copy ${target} from '${file}'`);
      rmSync(file);
    }
  }
}

function escape(character: string): string {
  return { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" }[character] ?? character;
}
