/**
 * `node bench/cases/run.ts [--vehicles 1000000] [--cases 200000] [--rounds 60] [--data DIR] [--only REGEX]`: seeds records as the product runs
 * them (embedded PostgreSQL with its own settings, fsync on) and measures lists, filters, facets, the board, pages and status
 * changes through the routes, as actors of different reach; then the plans of the slowest statements. With `--data` the seeded
 * folder is kept and used again.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import {
  apply,
  CN_WORK_CALENDAR,
  DEADLINES,
  fold,
  HAZARD_WORK_ORDER,
  type CaseAction,
  type Folded,
  type Lifecycle,
} from "@sandglass/casework";
import { acceptedInput, ACTORS } from "@sandglass/casework/testing";
import Fastify from "fastify";
import pg from "pg";
import { Registry } from "../../server/src/access/mod.ts";
import { createCases } from "../../server/src/cases/mod.ts";
import { SYSTEM_CLOCK, type Actor } from "../../server/src/records/mod.ts";
import { bootstrapEmbedded, DATABASE } from "../../server/src/records/bootstrap.ts";
import { SUPERUSER } from "../../server/src/records/embedded/initialise.ts";
import { launchEmbedded } from "../../server/src/records/embedded/launch.ts";
import { connect } from "../../server/src/records/records.ts";
import { CALM_PROVINCE } from "./findings.ts";
import { NOW, ONE_CAR, organisationOf, seed } from "./seed.ts";
import { VEHICLE_LISTS, vehicleListOf } from "./vehicle-lists.ts";

const { values } = parseArgs({
  options: {
    vehicles: { type: "string", default: "1000000" },
    cases: { type: "string", default: "200000" },
    organisations: { type: "string", default: "500" },
    length: { type: "string", default: "14" },
    rounds: { type: "string", default: "60" },
    data: { type: "string" },
    only: { type: "string" },
  },
});
const sizes = {
  vehicles: Number(values.vehicles),
  cases: Number(values.cases),
  organisations: Number(values.organisations),
  length: Number(values.length),
};
const ROUNDS = Number(values.rounds);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const data = values.data ?? mkdtempSync(path.join(tmpdir(), "bench-cases-"));
mkdirSync(data, { recursive: true });
chmodSync(data, 0o755);
const embedded = await launchEmbedded({ dataDir: data });
const urls = await bootstrapEmbedded(embedded);
const records = await connect({ ...urls, listeners: new Set(), stop: () => embedded.stop() }, {});
const cases = createCases({ records, now: () => NOW, checkTriggerSet: async () => ({ hash: "" }) });
const { engine } = cases;
await engine.transact(SYSTEM_CLOCK, async () => undefined);

const done = path.join(data, "seeded");
if (!existsSync(done)) {
  const client = new pg.Client({ connectionString: embedded.url(SUPERUSER, DATABASE) });
  await client.connect();
  const begin = performance.now();
  await seed(client, engine, data, sizes, say);
  say(`seeded in ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  await client.end();
  writeFileSync(done, JSON.stringify(sizes));
}

// Takes longer than the seeding: left out where no search by words is measured.
if (values.only === undefined || /text/.test(values.only)) {
  const begin = performance.now();
  const indexed = await cases.indexWords();
  if (indexed > 0) say(`words of ${indexed} cases written in ${((performance.now() - begin) / 1000).toFixed(0)} s`);
}

const person = (id: string, role: string, organisation: string, region?: string): Actor => ({
  kind: "person",
  id,
  role,
  organisation,
  ...(region === undefined ? {} : { region }),
});
const PEOPLE = {
  national: person("acc_samr", "SAMR", "samr"),
  province: person("acc_local", "LOCAL_IIT", "local", "310000"),
  maker: person(`acc_${organisationOf(17)}`, "OEM", organisationOf(17)),
  expert: person("expert", "EXPERT", "experts"),
  calm: person("acc_calm", "LOCAL_IIT", "local", CALM_PROVINCE),
  oneCar: person("acc_one_car", "OEM", ONE_CAR),
} as const;
type Person = keyof typeof PEOPLE;

const app = Fastify();
app.decorateRequest("actor", undefined);
app.addHook("onRequest", async (request) => {
  request.actor = PEOPLE[request.headers["x-person"] as Person];
});
await app.register(cases.routes);

/** Statements of the pool with their times, so that the slowest can be explained. */
const statements = new Map<
  string,
  { readonly text: string; readonly values: unknown[]; readonly who: Person; ms: number }
>();
let who: Person = "national";
const original = pg.Client.prototype.query;
pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
  const [config] = given as [{ text?: string; values?: unknown[] } | string];
  const text = typeof config === "string" ? config : (config.text ?? "");
  const parameters = (typeof config === "string" ? (given[1] as unknown[] | undefined) : config.values) ?? [];
  const begin = performance.now();
  const result = (original as (...all: unknown[]) => unknown).apply(this, given);
  if (/^\s*(select|with)\b/i.test(text) && result instanceof Promise) {
    void result.then(
      () => {
        const ms = performance.now() - begin;
        const key = `${who} ${text}`;
        const known = statements.get(key);
        if (known === undefined || known.ms < ms) statements.set(key, { text, values: parameters, who, ms });
      },
      () => undefined,
    );
  }
  return result;
} as typeof original;

interface Row {
  readonly measure: string;
  readonly person: string;
  readonly p50: number;
  readonly p95: number;
  readonly limit: number;
  readonly rows?: number;
}
const results: Row[] = [];
async function measure(
  name: string,
  limit: number,
  people: readonly Person[],
  urlOf: (round: number) => string,
  rounds = ROUNDS,
): Promise<void> {
  await measureCalls(
    name,
    limit,
    people,
    async (each, round) => {
      const url = urlOf(round);
      const answer = await app.inject({ method: "GET", url, headers: { "x-person": each } });
      if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.body.slice(0, 300)}`);
      const { items, total } = answer.json<{ items?: unknown[]; total?: number }>();
      return items?.length ?? total ?? 1;
    },
    rounds,
  );
}
/** @param call answers with how many rows there were */
async function measureCalls(
  name: string,
  limit: number,
  people: readonly Person[],
  call: (each: Person, round: number) => Promise<number>,
  rounds = ROUNDS,
): Promise<void> {
  if (values.only !== undefined && !new RegExp(values.only).test(name)) return;
  for (const each of people) {
    who = each;
    const times: number[] = [];
    let rows = 0;
    for (let round = -3; round < rounds; round += 1) {
      const begin = performance.now();
      rows = await call(each, Math.max(0, round));
      if (round >= 0) times.push(performance.now() - begin);
    }
    note(name, each, limit, times, rows);
  }
}
function note(name: string, each: string, limit: number, times: number[], rows?: number): void {
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  results.push({
    measure: name,
    person: each,
    p50: at(0.5),
    p95: at(0.95),
    limit,
    ...(rows === undefined ? {} : { rows }),
  });
  say(
    `${name.padEnd(28)} ${each.padEnd(10)} p50 ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms (limit ${limit}) ${rows ?? ""}`,
  );
}

const EVERYONE: readonly Person[] = ["national", "province", "maker", "expert"];
const STATES = ["OPEN", "NOTIFIED", "REPORTED", "INVESTIGATING", "TESTING", "CLOSED"];
await measure("list", 200, EVERYONE, () => "/cases?limit=50");
await measure(
  "list, one kind",
  200,
  EVERYONE,
  (round) => `/cases?limit=50&type=${["accident", "hazard-order"][round % 2]}`,
);
await measure(
  "filter: state, open",
  200,
  EVERYONE,
  (round) => `/cases?limit=50&state=${STATES[round % STATES.length]}&open=true`,
);
await measure("filter: overdue", 200, EVERYONE, () => "/cases?limit=50&overdue=true");
await measure(
  "filter: organisation",
  200,
  ["national"],
  (round) => `/cases?limit=50&organisation=${organisationOf(round)}`,
);
await measure(
  "filter: vehicle",
  200,
  ["national"],
  (round) => `/cases?limit=50&vehicle=veh_${String(round).padStart(13, "0")}`,
);
await measure(
  "filter: text in title",
  200,
  EVERYONE,
  (round) => `/cases?limit=50&q=${encodeURIComponent(["三级", "acceleration", "Cell", "不存在的词"][round % 4]!)}`,
);
for (const sort of ["due", "-level"])
  await measure(`list by ${sort}`, 200, EVERYONE, () => `/cases?limit=50&sort=${sort}`);
await measure("list by due, filtered", 200, EVERYONE, () => "/cases?limit=50&sort=due&open=true&type=accident");
await measure("facets", 200, EVERYONE, () => "/cases/facets");
await measure("facets, filtered", 200, EVERYONE, (round) => `/cases/facets?type=accident&open=${round % 2 === 0}`);
await measure("board", 200, EVERYONE, () => "/obligations?limit=50");
await measure("board: today", 200, EVERYONE, () => "/obligations?limit=50&due=today");
await measure("board: mine", 200, EVERYONE, () => "/obligations?limit=50&scope=mine");
await measure(
  "board: organisation",
  200,
  ["national", "province"],
  (round) => `/obligations?limit=50&organisation=${organisationOf(round)}`,
);
await measure("board: facets", 200, EVERYONE, () => "/obligations/facets");

const registry = new Registry({
  records,
  keyOf: () => 0n,
  appendLeaf: async () => undefined,
  now: () => NOW,
});
const listVehicles = vehicleListOf(registry, sizes.vehicles);
for (const [name, filter] of VEHICLE_LISTS)
  await measureCalls(name, 200, [...EVERYONE, "calm", "oneCar"], (each) => listVehicles(PEOPLE[each], filter, 51));

/** Open cases that a person sees. */
async function openCasesOf(each: Person) {
  const answer = await app.inject({ url: "/cases?limit=1000&open=true", headers: { "x-person": each } });
  return answer.json<{ items: { id: string; kind: string; state: string; version: number }[] }>().items;
}
for (const each of ["maker", "national"] as const) {
  const seen = await openCasesOf(each);
  await measure("case page", 150, [each], (round) => `/cases/${seen[(round * 7) % seen.length]!.id}`);
}

who = "maker";
const items = await openCasesOf("maker");
const changing = items.filter((each) => each.kind === "accident").slice(0, ROUNDS);
const times: number[] = [];
for (const each of values.only === undefined || /status/.test(values.only) ? changing : []) {
  const begin = performance.now();
  const answer = await app.inject({
    method: "POST",
    url: `/cases/${each.id}/actions/attach`,
    headers: { "x-person": "maker" },
    payload: { input: { documents: [{ kind: "photos", title: "Scene" }] } },
  });
  if (answer.statusCode === 200) times.push(performance.now() - begin);
}
if (times.length > 0) note("status change (with page)", "maker", 100, times, times.length);

const { lifecycle, history } = longHistory(5_000);
const folds = Array.from({ length: 15 }, () => {
  const begin = performance.now();
  fold(lifecycle, history, engine.foldOptions);
  return performance.now() - begin;
});
note("fold of 5,000 actions", "–", 50, folds, history.length);

pg.Client.prototype.query = original;
const slowest = [...statements.values()].sort((a, b) => b.ms - a.ms).slice(0, 4);
for (const statement of slowest) {
  say(`\n-- ${statement.who}, ${statement.ms.toFixed(1)} ms\n${statement.text}\n${await explain(statement)}`);
}
process.stdout.write(`${JSON.stringify({ sizes, results }, null, 1)}\n`);
await app.close();
await records.close();
if (values.data === undefined) rmSync(data, { recursive: true, force: true });

async function explain({
  text,
  values: parameters,
  who: name,
}: {
  text: string;
  values: unknown[];
  who: Person;
}): Promise<string> {
  const client = new pg.Client({ connectionString: urls.appUrl });
  await client.connect();
  const { id, role, organisation, region = "" } = PEOPLE[name];
  for (const [setting, value] of [
    ["actor_id", id],
    ["role", role],
    ["organisation", organisation],
    ["region", region],
  ])
    await client.query("select set_config($1, $2, false)", [`sandglass.${setting}`, value]);
  const plan = await client.query<Record<string, string>>(`explain (analyze, buffers, costs off) ${text}`, parameters);
  await client.end();
  return plan.rows.map((row) => row["QUERY PLAN"]).join("\n");
}

/** An order with findings that come and go: each action does something. */
function longHistory(length: number): { lifecycle: Lifecycle; history: CaseAction[] } {
  const orders = HAZARD_WORK_ORDER as unknown as Lifecycle;
  const options = { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES };
  const at = NOW - 86_400_000;
  const finding = (acceptedInput("merge") as { finding: object }).finding;
  const actions: CaseAction[] = [
    { id: "0", name: "detect", at, actor: ACTORS.trigger, input: acceptedInput("detect") },
  ];
  let folded: Folded | undefined;
  const take = (action: CaseAction): void => {
    const outcome = apply(orders, folded, action, options);
    if (outcome.kind === "refused") throw new Error(outcome.refusal.reason.en);
    folded = outcome.folded;
  };
  take(actions[0]!);
  actions.push({ id: "1", name: "classify", at, actor: ACTORS.trigger, input: {} });
  for (let index = 2; actions.length < length; index += 2) {
    const name = `fnd_${index}`;
    actions.push({
      id: String(index),
      name: "merge",
      at: at + index,
      actor: ACTORS.trigger,
      input: { finding: { ...finding, finding: name } },
    });
    actions.push({
      id: String(index + 1),
      name: "clear",
      at: at + index,
      actor: ACTORS.trigger,
      input: { finding: name, clearedAt: "2026-11-23T00:00:00Z" },
    });
  }
  for (const action of actions.slice(1)) take(action);
  return { lifecycle: orders, history: actions.slice(0, length) };
}
