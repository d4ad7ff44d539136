/** Whom a backtest judges: as the matrix has it, and never nobody. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openTestAccess, person, type TestAccess } from "../access/testing.ts";
import { openHistory, type History } from "../history/mod.ts";
import { SILENT } from "../history/silent.fixture.ts";
import { EVENT_COLUMNS, observationTable } from "../journal/mod.ts";
import type { Actor } from "../records/mod.ts";
import { kindsJudged } from "./backtest-scopes.ts";
import { compileRules } from "./compile.ts";
import { publish } from "./publish.fixture.ts";
import { Rulebook } from "./rulebook.ts";

const NOW = Date.UTC(2026, 10, 22);
const SPEED = "trigger SPEED version 1 { when speed > 100 km/h ; severity 1 ; }";
const LEAK =
  "trigger LEAK version 1 { applies to ai_service ; when gen_ai.evaluation.failed at least 2 times in last 2 min ; severity 2 ; }";
const SAMR = person("SAMR", "samr");

let t: TestAccess;
let folder: string;
let history: History;
let rulebook: Rulebook;
before(async () => {
  t = await openTestAccess();
  for (const id of ["lab", "oem"])
    await t.access.directory.ensureOrganisation({ id, kind: "maker", names: { en: id, zh: id } });
  await t.access.subjects.noteSeen([{ kind: "ai_service", name: "chat", organisation: "lab" }]);
  folder = mkdtempSync(join(tmpdir(), "sandglass-backtest-scopes-"));
  history = await openHistory({
    dataDir: join(folder, "history"),
    columns: observationTable(),
    eventColumns: EVENT_COLUMNS,
    log: SILENT,
  });
  rulebook = new Rulebook({
    records: t.records,
    history,
    scopes: t.access.scopes,
    folder,
    now: () => NOW,
    warn: () => undefined,
    regions: () => [],
  });
});
after(async () => {
  await rulebook.close();
  await history.close();
  rmSync(folder, { recursive: true, force: true });
  await t.close();
});

const ask = (actor: Actor, text: string) => rulebook.requestBacktest(actor, { text, from: NOW - 60_000, to: NOW });
const refused = (code: string, message: RegExp) => (error: unknown) => {
  assert.equal((error as { readonly code?: string }).code, code);
  assert.match((error as Error).message, message);
  return true;
};

test("who reads events of services case by case runs a backtest on those of cases, and is told who runs it on all", async () => {
  const reachesNobody = refused(
    "SG_BACKTEST_REACHES_NOBODY",
    /^Market regulator \(national\) may judge no subject of kind AI service; such a backtest is run by Vehicle maker, .*Supervisor \(sees all\)/,
  );
  await assert.rejects(ask(SAMR, LEAK), reachesNobody);
  // Figures over all vehicles are SAMR's to read; a publication of both would not rest on it.
  assert.equal((await ask(SAMR, SPEED)).state, "queued");
  assert.equal((await ask(SAMR, `${SPEED} ${LEAK}`)).state, "queued");

  t.caseVehicles.set(SAMR.id, new Set([t.access.subjects.keyOf("ai_service", "lab", "chat")]));
  assert.equal((await ask(SAMR, LEAK)).state, "queued");
});

test("who reads the events of its own services runs a backtest when it has any", async () => {
  assert.equal((await ask(person("SUPERVISOR_ALL", ""), LEAK)).state, "queued");
  assert.equal((await ask(person("OEM", "lab"), LEAK)).state, "queued");
  await assert.rejects(ask(person("OEM", "oem"), LEAK), refused("SG_BACKTEST_REACHES_NOBODY", /Vehicle maker/));
  await assert.rejects(ask(person("EXPERT", "experts"), SPEED), refused("SG_FORBIDDEN", /Expert committee member/));
});

test("no publication rests on a backtest that judged nobody of a kind that its rules judge", async () => {
  const both = `${SPEED} ${LEAK}`;
  assert.deepEqual([...kindsJudged(compileRules({ sources: [{ text: both }], regions: [] }))].sort(), [
    "ai_service",
    "vehicle",
  ]);
  const judgedNobody = refused(
    "SG_BACKTEST_JUDGED_NOBODY",
    /judged no subject of kind AI service, .* by Vehicle maker, /,
  );
  for (const judged of [{ vehicle: 3 }, { vehicle: 3, ai_service: 0 }])
    await assert.rejects(publish(t.records, both, NOW, judged), judgedNobody);
  await assert.rejects(publish(t.records, LEAK, NOW, {}), judgedNobody);
  assert.match(await publish(t.records, both, NOW, { vehicle: 3, ai_service: 1 }), /^pub_/);
});
