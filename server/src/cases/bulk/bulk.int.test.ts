import assert from "node:assert/strict";
import { test } from "node:test";
import { walkCases, type Body, type Person } from "../http.fixture.ts";
import { APPLICATION, PEOPLE, TO_TESTING } from "../world.fixture.ts";
import { createCases } from "../mod.ts";
import { BULK_LIMIT } from "./selection.ts";

interface Run {
  readonly id: string;
  readonly state: string;
  readonly total: number;
  readonly waiting: number;
  readonly previews: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly query: unknown;
}
interface Row {
  readonly case: { readonly id: string; readonly title: { readonly en: string } | null };
  readonly preview: string;
  readonly outcome: string | null;
  readonly code: string | null;
  readonly reason: { readonly en: string; readonly zh: string } | null;
  readonly changes: readonly { readonly name: string }[];
  readonly leaf: string | null;
}

let orders: string[];
const walk = walkCases({
  prepare: async (world) => {
    for (const index of [0, 1, 2, 3]) await world.fire({ vehicle: index, level: 3 });
    await world.cases.drain();
    orders = (await get("supervisor", "/cases?type=hazard-order")).items.map(({ id }: { id: string }) => id);
    assert.equal(orders.length, 4);
  },
});

async function ask(who: Person, method: "GET" | "POST", url: string, body?: object): Promise<Body> {
  const answer = await walk.ask(who, method, url, body);
  assert.ok(answer.status < 300, `${url}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
const get = (who: Person, url: string): Promise<Body> => ask(who, "GET", url);
const refused = async (who: Person, url: string, body: object): Promise<string> => {
  const answer = await walk.ask(who, "POST", url, body);
  return `${answer.status} ${(answer.body as { error: { code: string } }).error.code}`;
};
const NOTICE = { channel: "app", advice: "Stop and leave the vehicle" };
const preview = (who: Person, body: object): Promise<Run> =>
  ask(who, "POST", "/cases/bulk/runs", { kind: "hazard-order", action: "notifyOwner", input: NOTICE, ...body });
const start = (who: Person, id: string): Promise<Run> => ask(who, "POST", `/cases/bulk/runs/${id}/start`);
const rowsOf = async (who: Person, id: string): Promise<Row[]> =>
  (await get(who, `/cases/bulk/runs/${id}/cases?limit=1000`)).items;
const actionsOf = async (id: string, who: Person = "supervisor"): Promise<string[]> =>
  (await get(who, `/cases/${id}/actions`)).items.map(({ name }: { name: string }) => name);

test("the choices are the actions that some of the selected cases offer, with how many", async () => {
  const { total, choices } = await ask("oem", "POST", "/cases/bulk/choices", {
    selection: { query: { type: "hazard-order" } },
  });
  assert.equal(total, 3, "the orders of the maker's own vehicles");
  const found = choices.find(({ name }: { name: string }) => name === "notifyOwner");
  assert.deepEqual([found.count, found.kind, found.title.zh], [3, "hazard-order", "通知车主"]);
  assert.ok(!choices.some(({ name }: { name: string }) => name === "markOverdue"), "what only the clock may do");
  assert.equal(found.isPersonal, true, "orders are about vehicles, so a purpose is asked for");
});

test("a preview says of each case what would come of it, changes none, and nobody else sees it", async () => {
  const before = await Promise.all(orders.map((id) => get("supervisor", `/cases/${id}`)));
  const run = await preview("oem", { selection: { query: { type: "hazard-order", q: undefined } } });
  assert.deepEqual([run.state, run.total, run.waiting, run.previews.acts], ["preview", 3, 3, 3]);
  const closing = await preview("supervisor", { selection: { cases: orders }, action: "close", input: {} });
  assert.deepEqual(closing.previews, { acts: 0, proposes: 0, confirms: 0, input: 0, refused: 4 });
  const [row] = await rowsOf("supervisor", closing.id);
  assert.equal(row?.code, "SG_ACTION_NOT_POSSIBLE");
  assert.match(row?.reason?.zh ?? "", /案件处于/);
  const without = await preview("oem", { selection: { query: { type: "hazard-order" } }, input: {} });
  assert.equal(without.previews.input, 3);
  assert.equal(await refused("oem", `/cases/bulk/runs/${without.id}/start`, {}), "409 SG_BULK_NOTHING");
  assert.equal((await walk.ask("samr", "GET", `/cases/bulk/runs/${run.id}`)).status, 404);
  assert.equal(await refused("samr", `/cases/bulk/runs/${run.id}/start`, {}), "404 SG_NOT_FOUND");
  assert.deepEqual(await Promise.all(orders.map((id) => get("supervisor", `/cases/${id}`))), before);
});

test("a run takes one recorded action per case; what changed since the preview refuses and says by what", async () => {
  const own = (await get("oem", "/cases?type=hazard-order")).items.map(({ id }: { id: string }) => id);
  const run = await preview("oem", { selection: { query: { type: "hazard-order" } }, purpose: "weekly notice" });
  await ask("oem", "POST", `/cases/${own[1]}/actions/linkAccident`, { input: { kind: "smoke", reference: "acc 1" } });
  assert.equal((await start("oem", run.id)).state, "running");
  assert.equal(await refused("oem", `/cases/bulk/runs/${run.id}/start`, {}), "409 SG_BULK_STATE");
  assert.equal(await walk.world.cases.runBulk(), 3);
  const ended: Run = await get("oem", `/cases/bulk/runs/${run.id}`);
  assert.deepEqual(
    [ended.state, ended.outcomes.done, ended.outcomes.refused, ended.waiting, ended.query],
    ["done", 2, 1, 0, { type: "hazard-order" }],
  );
  const rows = await rowsOf("oem", run.id);
  const leaves = new Set(rows.map(({ leaf }) => leaf).filter((leaf) => leaf !== null));
  assert.equal(leaves.size, 2, "a leaf of its own for each action");
  for (const row of rows) {
    const taken = (await get("oem", `/cases/${row.case.id}/actions`)).items.at(-1);
    if (row.case.id === own[1]) {
      assert.deepEqual([row.outcome, row.code], ["refused", "SG_CASE_CHANGED"]);
      assert.deepEqual(
        row.changes.map(({ name }) => name),
        ["linkAccident"],
      );
      assert.equal(taken.name, "linkAccident");
    } else {
      assert.equal(row.outcome, "done");
      assert.deepEqual([taken.name, taken.purpose, taken.actor.id], ["notifyOwner", "weekly notice", PEOPLE.oem.id]);
      assert.ok(leaves.has(taken.leaf));
    }
  }
  assert.equal(await refused("oem", `/cases/bulk/runs/${run.id}/cancel`, {}), "409 SG_BULK_STATE");
});

test("a case may have an input of its own beside that of the run", async () => {
  const notified = (await get("oem", "/cases?type=hazard-order&state=NOTIFIED")).items.map(
    ({ id }: { id: string }) => id,
  );
  const run = await preview("oem", {
    selection: { cases: notified },
    action: "accept",
    input: { dealer: "Works 1" },
    inputs: { [notified[0]]: { dealer: "Works 2" } },
  });
  await start("oem", run.id);
  await walk.world.cases.runBulk();
  const inputs = await Promise.all(
    notified.map(async (id: string) => (await get("oem", `/cases/${id}/actions`)).items.at(-1).input.dealer),
  );
  assert.deepEqual(inputs, ["Works 2", "Works 1"]);
});

test("what another server has begun goes on after a restart, and nothing is done twice", async () => {
  const open = (await get("supervisor", "/cases?type=hazard-order&state=IN_REPAIR")).items.map(
    ({ id }: { id: string }) => id,
  );
  const run = await preview("supervisor", {
    selection: { cases: open },
    action: "repairRecord",
    input: { dealer: "Works", causeCode: "C1", work: "Replaced" },
  });
  await start("supervisor", run.id);
  // The server dies between the two: the first row has come to its end, the second waits.
  await walk.world.records.asSuperuser("update bulk_run_cases set attempts = 1 where run_id = $1 and position = 0", [
    run.id,
  ]);
  const next = createCases({
    records: walk.world.records,
    now: () => walk.world.now,
    checkTriggerSet: async () => ({ hash: "ab".repeat(32) }),
  });
  await Promise.all([next.runBulk(), walk.world.cases.runBulk()]);
  await next.runBulk();
  const { state, outcomes }: Run = await get("supervisor", `/cases/bulk/runs/${run.id}`);
  assert.deepEqual([state, outcomes.done], ["done", open.length]);
  for (const id of open)
    assert.equal((await actionsOf(id)).filter((name) => name === "repairRecord").length, 1, "once, by one of the two");
});

test("a run that was stopped leaves the rest; one whose person lost the office refuses the rest", async () => {
  const cases = (await get("supervisor", "/cases?type=hazard-order&open=true")).items.map(
    ({ id }: { id: string }) => id,
  );
  const link = { selection: { cases }, action: "linkAccident", input: { kind: "smoke", reference: "acc 2" } };
  const stopped = await preview("supervisor", link);
  await start("supervisor", stopped.id);
  const cancelled: Run = await ask("supervisor", "POST", `/cases/bulk/runs/${stopped.id}/cancel`);
  assert.deepEqual([cancelled.state, cancelled.outcomes.cancelled], ["cancelled", cases.length]);
  assert.equal(await walk.world.cases.runBulk(), 0);

  const lost = await preview("supervisor", link);
  await start("supervisor", lost.id);
  const without = createCases({
    records: walk.world.records,
    now: () => walk.world.now,
    checkTriggerSet: async () => ({ hash: "ab".repeat(32) }),
    isStanding: async () => false,
  });
  await without.runBulk();
  const rows = await rowsOf("supervisor", lost.id);
  assert.ok(rows.every(({ outcome, code }) => outcome === "refused" && code === "SG_BULK_ACTOR"));
  const [{ taken }] = await walk.world.records.asSuperuser(
    "select count(*)::int as taken from case_actions where input->>'reference' = 'acc 2'",
  );
  assert.equal(taken, 0);
});

test("an action that takes two persons is only proposed by a run; another person's run confirms it and issues the document", async () => {
  const ids: string[] = [];
  for (const title of ["First", "Second"]) {
    const { id } = await walk.world.cases.createProject(PEOPLE.oem, { ...APPLICATION, title });
    for (const [who, name, input] of TO_TESTING.slice(0, 3))
      await walk.world.cases.actOnProject(PEOPLE[who], id, name, input);
    ids.push(id);
  }
  const admit = { kind: "sandbox-project", action: "admit", selection: { cases: ids }, input: { reasons: "In scope" } };
  const run = await preview("samr", admit);
  const definition = (await get("samr", "/case-types/sandbox-project")).actions.find(
    ({ name }: { name: string }) => name === "admit",
  );
  assert.equal(run.previews[definition.fourEyes ? "proposes" : "acts"], 2);
  await start("samr", run.id);
  await walk.world.cases.runBulk();
  if (definition.fourEyes) {
    assert.equal((await get("samr", `/cases/bulk/runs/${run.id}`)).outcomes.proposed, 2);
    const again = await preview("samr", admit);
    assert.equal(again.previews.refused, 2, "nobody confirms what they proposed");
    const second = await preview("samr2", { ...admit, input: {} });
    assert.equal(second.previews.confirms, 2);
    await start("samr2", second.id);
    await walk.world.cases.runBulk();
  }
  for (const id of ids) {
    const page = await get("samr", `/cases/${id}`);
    assert.ok(page.documents.length > 0, "admission issues its document");
  }
});

test("more cases than a preview holds are refused with a code, and what is no selection too", async () => {
  const body = { kind: "hazard-order", action: "close", selection: {} };
  assert.equal(await refused("oem", "/cases/bulk/runs", body), "400 SG_REQUEST_INVALID");
  assert.equal(
    await refused("oem", "/cases/bulk/runs", { ...body, selection: { cases: ["ord_unknown"] } }),
    "404 SG_NOT_FOUND",
  );
  assert.equal(
    await refused("oem", "/cases/bulk/runs", { ...body, kind: "nothing", selection: { cases: [orders[0]] } }),
    "404 SG_CASE_KIND",
  );
  const columns = await walk.world.records.asSuperuser(
    "select column_name as name from information_schema.columns where table_name = 'cases' and is_generated = 'NEVER' and column_name <> 'id'",
  );
  const names = columns.map(({ name }) => String(name)).join(", ");
  await walk.world.records.asSuperuser(
    `insert into cases (id, ${names}) select 'prj_many' || n, ${names}
       from (select * from cases where kind = 'sandbox-project' limit 1) one, generate_series(1, ${BULK_LIMIT + 1}) n`,
  );
  const all = { ...body, selection: { query: { type: "sandbox-project" } } };
  assert.equal(await refused("supervisor", "/cases/bulk/runs", all), "413 SG_BULK_TOO_MANY");
  assert.equal(
    await refused("supervisor", "/cases/bulk/choices", { selection: all.selection }),
    "413 SG_BULK_TOO_MANY",
  );
});

test("previews that nobody started are gone after a day; what has run stays, whoever tries to change it", async () => {
  const run = await preview("oem", { selection: { query: { type: "hazard-order" } } });
  walk.world.now += 25 * 3_600_000;
  await walk.world.cases.runBulk();
  assert.equal((await walk.ask("oem", "GET", `/cases/bulk/runs/${run.id}`)).status, 404);
  const { items } = await get("oem", "/cases/bulk/runs");
  assert.ok(items.length >= 2);
  const audited: Body = await get("auditor", "/cases/bulk/runs?limit=1000");
  assert.ok(audited.items.length > items.length, "who reads the log sees everybody's");
  await walk.world.records.transact(PEOPLE.oem, async (tx) => {
    const runs = await tx.updateTable("bulk_runs").set({ state: "running" }).executeTakeFirst();
    const rows = await tx.updateTable("bulk_run_cases").set({ outcome: null }).executeTakeFirst();
    assert.deepEqual([runs.numUpdatedRows, rows.numUpdatedRows], [0n, 0n]);
  });
});
