import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers } from "@sandglass/triggers";
import { vehicleIdOf, type Actor } from "../access/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import type { Journal } from "../journal/mod.ts";
import { hostOf } from "../http/host.fixture.ts";
import { appendRows, openJournal, temporaryFolder, type Row } from "./feed.fixture.ts";
import { hasMoreFindings } from "./queries.ts";
import { AssignmentTable, countOpenFindings, findingRoutes, Supervision, triggerStatusRoutes } from "./mod.ts";

const T0 = Date.UTC(2026, 10, 20, 8, 0, 0);
const THEIRS = 11n;
const OTHERS = 12n;
const UNKNOWN = 13n;

let records: TestRecords;
let app: FastifyInstance;
let journal: Journal;
let supervision: Supervision;
let actor: Actor;
const folder = temporaryFolder();

const person = (role: string, organisation = "org_x", region?: string): Actor => ({
  kind: "person",
  id: "acc_1",
  role,
  organisation,
  ...(region ? { region } : {}),
});

before(async () => {
  records = await openTestRecords();
  await records.asSuperuser(
    "insert into organisations (id, kind, name_en, name_zh) values ('org_a', 'OEM', 'A', '甲'), ('org_b', 'OEM', 'B', '乙')",
  );
  await records.asSuperuser(
    `insert into vehicles (key, vin, registered, organisation, region, registered_at) values
     (${THEIRS}, 'LSVAA000000000001', true, 'org_a', '440300', now()), (${OTHERS}, 'LSVBB000000000002', true, 'org_b', '310000', now())`,
  );
  journal = await openJournal(folder.path);
  const compiled = compileTriggers(
    [
      {
        text: 'trigger ALARM version 1 "Alarm" / "报警" { applies to vehicle; basis "a rule" / "某规定" certainty P; effective from 2016-10-01; when alarm.level >= 2; severity 2; severity 3 when alarm.level >= 3; }',
      },
      { text: 'trigger GAP version 1 "Fast" / "超速" { when speed > 100 km/h; missing unknown after 5 s; }' },
      {
        text: 'trigger ELSE version 1 "Else" / "其他" { applies to vehicle where maker == "Nobody"; when alarm.level >= 1; }',
      },
    ],
    SIGNALS,
  );
  assert.ok(compiled.ok);
  supervision = await Supervision.start({
    records,
    journal,
    dataDir: folder.path,
    assignments: new AssignmentTable([compiled.set]),
    now: () => T0,
  });
  const alarm = (vehicle: bigint, second: number, level: number): Row => ({
    vehicle,
    event: T0 + second * 1000,
    values: { "alarm.level": level },
  });
  await appendRows(
    journal,
    [THEIRS, OTHERS, UNKNOWN].flatMap((vehicle) => [
      alarm(vehicle, 0, 0),
      alarm(vehicle, 10, 2),
      alarm(vehicle, 20, vehicle === OTHERS ? 2 : 3),
      alarm(vehicle, 30, 0),
      alarm(vehicle, 40, 2),
    ]),
  );
  while ((supervision.status().cursor?.seq ?? -1) < journal.status().durableSeq) await sleep(2);

  app = await hostOf(
    [findingRoutes({ records }), triggerStatusRoutes({ records, statusOf: (key) => supervision.triggerStatus(key) })],
    () => actor,
  );
});

after(async () => {
  await app.close();
  await supervision.close();
  await journal.close();
  await records.close();
  folder.remove();
});

interface Listed {
  items: {
    id: string;
    vehicle: string;
    level: number;
    status: string;
    onset: string;
    vin: string | null;
    witness: { seq: number; ref: number };
  }[];
  next: string | null;
}
async function list(as: Actor, query = ""): Promise<Listed> {
  actor = as;
  const response = await app.inject(`/findings${query}`);
  assert.equal(response.statusCode, 200, response.body);
  return response.json();
}

test("a list filters by vehicle, by level and above, by status and trigger, newest first", async () => {
  const samr = person("SAMR");
  assert.equal((await list(samr)).items.length, 6);
  const theirs = await list(samr, `?vehicle=${vehicleIdOf(THEIRS)}`);
  assert.deepEqual(
    theirs.items.map(({ level, status, onset }) => [level, status, onset]),
    [
      [2, "firing", new Date(T0 + 40_000).toISOString()],
      [3, "cleared", new Date(T0 + 10_000).toISOString()],
    ],
  );
  assert.equal(theirs.items[0].vin, "LSV**********0001");
  assert.equal((await list(samr, "?level=3")).items.length, 2);
  assert.equal((await list(samr, "?level=2")).items.length, 6);
  assert.equal((await list(samr, "?level=4")).items.length, 0);
  assert.equal((await list(samr, "?status=firing")).items.length, 3);
  assert.equal((await list(samr, "?trigger=NONE")).items.length, 0);
  assert.equal((await list(samr, "?project=prj_1")).items.length, 0);
});

test("a list of one level alone has as many findings as the count of open ones says of that level", async () => {
  const samr = person("SAMR");
  const levels = async (query: string) => (await list(samr, query)).items.map(({ level }) => level);
  assert.deepEqual(await levels("?exactLevel=2"), [2, 2, 2, 2]);
  assert.deepEqual(await levels("?exactLevel=3"), [3, 3]);
  const counted = await records.transact(samr, (tx) => countOpenFindings(tx));
  assert.equal(counted[2], 3);
  for (const level of [1, 2, 3, 4] as const)
    assert.equal((await levels(`?exactLevel=${level}&status=firing`)).length, counted[level], String(level));
});

test("whether a filter finds more than a number is known without reading them, within what the actor sees", async () => {
  const more = (as: Actor, filter: Parameters<typeof hasMoreFindings>[1], count: number) =>
    records.transact(as, (tx) => hasMoreFindings(tx, filter, count));
  const [samr, maker] = [person("SAMR"), person("OEM", "org_a")];
  assert.deepEqual([await more(samr, {}, 5), await more(samr, {}, 6)], [true, false]);
  assert.deepEqual([await more(maker, {}, 1), await more(maker, {}, 2)], [true, false]);
  assert.deepEqual([await more(samr, { level: 3 }, 1), await more(samr, { level: 3 }, 2)], [true, false]);
  assert.equal(await more(samr, { text: "超速" }, 0), false);
});

test("of findings that are named, those that pass the filter are told, as far as the actor sees them", async () => {
  const samr = person("SAMR");
  const all = (await list(samr)).items.map(({ id }) => id);
  const some = all.slice(1, 5);
  const ids = `ids=${some.join(",")}`;
  assert.deepEqual(
    (await list(samr, `?${ids}`)).items.map(({ id }) => id),
    some,
  );
  for (const filter of [
    "level=3",
    "exactLevel=2",
    "status=firing",
    `vehicle=${vehicleIdOf(THEIRS)}`,
    "q=报警",
    "trigger=NONE",
  ]) {
    const passing = (await list(samr, `?${filter}`)).items.map(({ id }) => id);
    assert.deepEqual(
      (await list(samr, `?${filter}&${ids}`)).items.map(({ id }) => id),
      passing.filter((id) => some.includes(id)),
      filter,
    );
  }
  assert.ok((await list(person("OEM", "org_a"), `?ids=${all.join(",")}`)).items.length < all.length);
  actor = samr;
  assert.equal((await app.inject("/findings?ids=fnd_1")).statusCode, 400);
});

test("findings are searched by the words of their trigger's title and id, in Chinese and English, within what the actor sees", async () => {
  for (const q of ["报警", "alarm", "ALA", "报"])
    assert.equal((await list(person("SAMR"), `?q=${encodeURIComponent(q)}`)).items.length, 6, q);
  assert.equal((await list(person("OEM", "org_a"), "?q=alarm")).items.length, 2);
  for (const q of ["超速", "larm", "-", "alarm 超速"])
    assert.equal((await list(person("SAMR"), `?q=${encodeURIComponent(q)}`)).items.length, 0, q);
});

test("pages follow each other without gaps", async () => {
  const seen: string[] = [];
  for (let query = "?limit=4"; ;) {
    const page = await list(person("SAMR"), query);
    seen.push(...page.items.map((item) => item.id));
    if (page.next === null) break;
    query = `?limit=4&cursor=${page.next}`;
  }
  assert.equal(seen.length, 6);
  assert.equal(new Set(seen).size, 6);
});

test("a finding shows witnesses with the frame, the condition, an explanation in both languages and its leaves", async () => {
  const [, first] = (await list(person("SAMR"), `?vehicle=${vehicleIdOf(THEIRS)}`)).items;
  const detail = (await app.inject(`/findings/${first.id}`)).json() as Record<string, unknown> & {
    witnesses: { seq: number; signal: string; value: number; time: string }[];
  };
  assert.deepEqual(
    detail.witnesses.map(({ seq, signal, value }) => [seq, signal, value]),
    [[2, "alarm.level", 2]],
  );
  assert.equal(detail.clearedAt, new Date(T0 + 30_000).toISOString());
  assert.match(detail.condition as string, /alarm\.level >= 2/);
  assert.match((detail.explanation as { zh: string }).zh, /报警/);
  assert.deepEqual(
    [detail.basis, detail.basisZh, detail.certainty, detail.effectiveFrom],
    ["a rule", "某规定", "P", "2016-10-01"],
  );
  assert.deepEqual(
    (detail.events as { kind: string; level: number | null }[]).map(({ kind, level }) => [kind, level]),
    [
      ["onset", 2],
      ["escalated", 3],
      ["cleared", null],
    ],
  );
  assert.deepEqual(
    (detail.ledger as { state: string }[]).map((leaf) => leaf.state),
    ["pending", "pending", "pending"],
  );
});

test("findings exist for those whose vehicles they concern and for those who see all vehicles", async () => {
  const vehicles = async (as: Actor): Promise<string[]> =>
    [...new Set((await list(as)).items.map((item) => item.vehicle))].sort();
  const [theirs, others, unknown] = [THEIRS, OTHERS, UNKNOWN].map(vehicleIdOf);
  assert.deepEqual(await vehicles(person("SAMR")), [theirs, others, unknown]);
  assert.deepEqual(await vehicles(person("OEM", "org_a")), [theirs]);
  assert.deepEqual(await vehicles(person("OEM", "org_b")), [others]);
  assert.deepEqual(await vehicles(person("LOCAL_IIT", "iit", "440000")), [theirs]);
  assert.deepEqual(await vehicles(person("EXPERT")), []);
  const [hidden] = (await list(person("OEM", "org_b"))).items;
  actor = person("OEM", "org_a");
  assert.equal((await app.inject(`/findings/${hidden.id}`)).statusCode, 404);
  actor = person("CAC");
  assert.equal((await app.inject("/findings")).statusCode, 403);
});

test("questions that make no sense are refused", async () => {
  actor = person("SAMR");
  for (const query of ["level=9", "level=x", "vehicle=LSVAA000000000001", "status=open", "limit=0"]) {
    assert.equal((await app.inject(`/findings?${query}`)).statusCode, 400, query);
  }
  assert.equal((await app.inject("/findings?cursor=abc")).json().error.code, "SG_CURSOR_INVALID");
  assert.equal((await app.inject(`/findings/fnd_${"0".repeat(26)}`)).statusCode, 404);
});

test("how the triggers of a vehicle stand is told to those who may see it: firing, data missing, only those that apply", async () => {
  actor = person("OEM", "org_a");
  const url = (key: bigint) => `/vehicles/${vehicleIdOf(key)}/triggers`;
  const answer = await app.inject({ method: "GET", url: url(THEIRS) });
  assert.equal(answer.statusCode, 200, answer.body);
  const { items } = answer.json<{
    items: {
      trigger: string;
      firing: boolean;
      level: number | null;
      onset: string | null;
      data: string;
      verdict: string;
    }[];
  }>();
  assert.deepEqual(
    items.map(({ trigger, firing, level, onset, data, verdict }) => [trigger, firing, level, onset, data, verdict]),
    [
      ["ALARM", true, 2, new Date(T0 + 40_000).toISOString(), "ok", "T"],
      ["GAP", false, null, null, "degraded", "U"],
    ],
  );
  assert.equal((await app.inject({ method: "GET", url: url(OTHERS) })).statusCode, 404);
  actor = person("PUBLIC");
  assert.equal((await app.inject({ method: "GET", url: url(THEIRS) })).statusCode, 403);
});
