import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { SUBJECT_KINDS, type SubjectKind } from "@sandglass/signals";
import { type TriggerSet } from "@sandglass/triggers";
import fc from "fast-check";
import { openTestAccess, person, type TestAccess } from "../../access/testing.ts";
import { EventJournal, type EventRow } from "../../journal/mod.ts";
import { SYSTEM_SETUP } from "../../records/mod.ts";
import { findFindings } from "../queries.ts";
import type { FindingNotice } from "../finding-notice.ts";
import { EventSupervision, journalEventRows } from "./mod.ts";
import { compile } from "../feed.fixture.ts";

const T0 = Date.UTC(2026, 10, 22, 8);
const RULES = `
trigger AI-RATE version 1 "Unsafe output rate" / "不当输出率" {
  applies to ai_service ; basis "test" certainty P ;
  when sum(outputs_flagged over 1 min) / sum(outputs_total over 1 min) > 0.05 for 10 s ;
  severity 2 ; severity 3 when sum(outputs_flagged over 1 min) / sum(outputs_total over 1 min) > 0.2 ;
  clear when sum(outputs_flagged over 1 min) / sum(outputs_total over 1 min) < 0.01 for 10 s ;
  effect warn ; effect restrict at severity 3 ;
}
trigger AI-COMPLAINT version 1 "Complaint not closed" / "投诉未办结" {
  applies to ai_service ; basis "test" certainty P ;
  when after complaint_received, no complaint_closed within 30 s ; severity 1 ;
}
trigger CS-LOGIN version 1 "Failed logins" / "登录失败" {
  applies to backend_account ; basis "test" certainty P ;
  when login_failed at least 3 times in last 10 min ; severity 2 ;
}
trigger CS-PROBE version 1 "Probing" / "探测" {
  applies to backend_account ; basis "test" certainty P ;
  when firmware_rejected at least 2 times in last 1 min ; severity 2 ;
  severity 3 when firmware_rejected at least 4 times in last 1 min ;
  effect warn ; suppressed by CS-LOCKED ;
}
trigger CS-LOCKED version 1 "Changed" / "变更" {
  applies to backend_account ; basis "test" certainty P ;
  when config_changed at least 1 times in last 10 min ; severity 2 ; effect warn ;
}
trigger AD-TAKEOVER version 1 "No take-over" / "未接管" {
  applies to vehicle where maker == "A" ; basis "test" certainty P ;
  when after takeover_request, no driver_takeover within 10 s ; severity 3 ;
}`;

const SET = compile(RULES);

describe("supervision of events", () => {
  let t: TestAccess;
  let folder: string;
  let journal: EventJournal;
  let supervision: EventSupervision;
  let notices: FindingNotice[] = [];
  let clock = T0;
  let projects: { project: string; set: TriggerSet; vehicles: ReadonlySet<bigint>; since: number }[] = [];
  let published: { set: TriggerSet; since: number }[] = [];
  let version = 0;
  let keys: Record<string, bigint>;
  let vin = 0;

  before(async () => {
    t = await openTestAccess();
    for (const id of ["lab", "oem"])
      await t.access.directory.ensureOrganisation({ id, kind: "maker", names: { en: id, zh: id } });
  });
  after(() => t.close());

  beforeEach(async () => {
    await t.records.asSuperuser("truncate findings, finding_events, outbox, ledger_leaves cascade");
    const tag = randomBytes(4).toString("hex");
    for (const [kind, name] of [
      ["ai_service", "chat"],
      ["backend_account", "root"],
    ] as const)
      await t.access.subjects.noteSeen([{ kind, name: name + tag, organisation: "lab", region: "440300" }]);
    const [a, b] = [`LSJE36091MS${String(vin++).padStart(6, "0")}`, `LSJE36091MS${String(vin++).padStart(6, "0")}`];
    await t.access.registry.register(SYSTEM_SETUP, [
      { vin: a, organisation: "oem", maker: "A" },
      { vin: b, organisation: "oem", maker: "B" },
    ]);
    keys = {
      chat: t.access.subjects.keyOf("ai_service", "lab", `chat${tag}`),
      root: t.access.subjects.keyOf("backend_account", "lab", `root${tag}`),
      a: t.access.keyOf(a),
      b: t.access.keyOf(b),
    };
    folder = mkdtempSync(join(tmpdir(), "sandglass-event-supervision-"));
    clock = T0;
    projects = [];
    published = [];
    notices = [];
    await open();
  });

  async function open(): Promise<void> {
    journal = await EventJournal.open({ folder: join(folder, "events"), minFreeBytes: 0, segmentRows: 20 });
    supervision = await EventSupervision.start({
      records: t.records,
      journal,
      dataDir: folder,
      assignments: {
        everywhere: [SET],
        published: () => published,
        projects: () => projects,
        version: () => version,
      },
      rows: journalEventRows(journal, () => journal.status().nextSeq - 1),
      late: { share: 1 },
      now: () => clock,
      checkpointMs: 1e9,
    });
    supervision.onFinding((notice) => notices.push(notice));
  }
  async function shut(): Promise<void> {
    await journal.close();
    await supervision.close();
  }
  const remove = () => rmSync(folder, { recursive: true, force: true });

  let number = 0;
  function row(kind: SubjectKind, who: string, atS: number, name: string, more: Partial<EventRow> = {}): EventRow {
    return {
      subject: keys[who] as bigint,
      kind: SUBJECT_KINDS.indexOf(kind),
      source: "test",
      id: String(number++),
      time: T0 + atS * 1000,
      received: T0 + atS * 1000 + 200,
      name,
      value: undefined,
      attributes: '{"fields":{}}',
      credential: "tok",
      assurance: 1,
      format: 0,
      disposition: 0,
      raw: Buffer.alloc(0),
      requestOffset: 0,
      ...more,
    };
  }
  /** Two delta counters each 5 s. */
  const outputs = (fromS: number, toS: number, flagged: number): EventRow[] => {
    const rows: EventRow[] = [];
    const counter = JSON.stringify({ fields: {}, counter: { temporality: "delta", monotonic: true } });
    for (let s = fromS; s < toS; s += 5)
      rows.push(
        row("ai_service", "chat", s, "outputs_total", { value: 100, attributes: counter }),
        row("ai_service", "chat", s, "outputs_flagged", { value: flagged, attributes: counter }),
      );
    return rows;
  };
  async function feed(rows: readonly EventRow[]): Promise<void> {
    clock = Math.max(clock, ...rows.map((each) => each.received));
    await journal.append(rows);
    await supervision.settled();
  }
  const findings = () => t.records.transact(person("SUPERVISOR_ALL", ""), (tx) => findFindings(tx, { limit: 100 }));
  const summary = async () =>
    (await findings())
      .map((each) => `${each.trigger} ${each.subject.kind} ${each.level} ${each.status} ${(each.onset - T0) / 1000}`)
      .toSorted();

  test("counters, deadlines and counts fire for the subjects that they apply to, with their kind and owner", async () => {
    await feed([...outputs(0, 60, 1), ...outputs(60, 120, 10), ...outputs(120, 200, 30)]);
    await feed([1, 2, 3].map((s) => row("backend_account", "root", s, "login_failed")));
    await feed([row("vehicle", "a", 5, "takeover_request"), row("vehicle", "b", 5, "takeover_request")]);
    await feed([row("vehicle", "a", 20, "x"), row("vehicle", "b", 20, "x")]);
    // 6 of 12 reports with 10 of 100: above 5 % from 85 s on; more than 20 % at 160 s.
    assert.deepEqual(await summary(), [
      "AD-TAKEOVER vehicle 3 cleared 15",
      "AI-RATE ai_service 3 firing 95",
      "CS-LOGIN backend_account 2 firing 3",
    ]);
    const [rate] = (await findings()).filter(({ trigger }) => trigger === "AI-RATE");
    assert.match(rate.subject.id, /^sub_/);
    assert.equal(rate.subject.id, (await t.access.subjects.find(SYSTEM_SETUP, keys["chat"] as bigint))?.id);
    const seenBy = async (role: string, organisation: string, region?: string) =>
      (await t.records.transact(person(role, organisation, region), (tx) => findFindings(tx, { limit: 100 })))
        .map(({ trigger }) => trigger)
        .toSorted();
    assert.deepEqual(await seenBy("TECH_FIRM", "lab"), ["AI-RATE", "CS-LOGIN"]);
    assert.deepEqual(await seenBy("TECH_FIRM", "oem"), []);
    assert.deepEqual(await seenBy("OEM", "oem"), ["AD-TAKEOVER"]);
    assert.deepEqual(await seenBy("AI_REGULATOR", ""), ["AI-RATE", "CS-LOGIN"]);
    assert.deepEqual(await seenBy("LOCAL_IIT", "x", "440000"), ["AI-RATE", "CS-LOGIN"]);
    assert.deepEqual(await seenBy("LOCAL_IIT", "x", "310000"), []);
    const notice = notices.find(({ trigger, kind }) => trigger === "AI-RATE" && kind === "onset");
    assert.deepEqual([notice?.subject?.kind, notice?.subject?.organisation], ["ai_service", "lab"]);
    await shut();
    remove();
  });

  test("a published rule watches events; its next version goes on with what is open, also across a restart", async () => {
    const rule = (number: number, more: string): TriggerSet =>
      compile(`trigger PUB-LOCK version ${number} "Locked" / "锁定" {
        applies to backend_account ; when firmware_rejected within last 1 min ; severity 1 ; ${more} }`);
    published = [{ set: rule(1, ""), since: T0 }];
    version++;
    await feed([row("backend_account", "root", 1, "firmware_rejected")]);
    published = [{ set: rule(2, "carry ;"), since: T0 }];
    version++;
    await feed([row("backend_account", "root", 10, "x")]);
    const [before] = await t.records.asSuperuser(
      "select id, status, watched_hash from findings where trigger_id = 'PUB-LOCK'",
    );
    assert.deepEqual([before?.status, before?.watched_hash], ["firing", published[0]?.set.triggers[0]?.versionHash]);
    await shut();
    published = [{ set: rule(3, "carry ;"), since: T0 }];
    version++;
    await open();
    await feed([row("backend_account", "root", 100, "x")]);
    const found = await t.records.asSuperuser("select id, status, version from findings where trigger_id = 'PUB-LOCK'");
    assert.deepEqual(
      found.map((each) => [each.id, each.status, each.version]),
      [[before?.id, "cleared", 1]],
    );
    await shut();
    remove();
  });

  test("a deadline ends without data, and an answer in time prevents it", async () => {
    await feed([row("ai_service", "chat", 0, "complaint_received"), row("ai_service", "chat", 20, "complaint_closed")]);
    await feed([row("ai_service", "chat", 100, "complaint_received")]);
    assert.deepEqual(await summary(), []);
    clock = T0 + 137_000;
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    await supervision.settled();
    assert.deepEqual(await summary(), ["AI-COMPLAINT ai_service 1 cleared 130"]);
    await shut();
    remove();
  });

  test("an event received again is counted once, also after a restart; a late one counts in its place", async () => {
    const [first, second, third] = [1, 2, 3].map((s) => row("backend_account", "root", s, "login_failed"));
    await feed([first]);
    await feed([{ ...first, received: first.received + 9 }]);
    await shut();
    await open();
    await feed([{ ...first, received: first.received + 99 }]);
    await feed([third]);
    assert.deepEqual(await summary(), []);
    await feed([{ ...second, received: third.received + 10 }]);
    await supervision.settleLate();
    assert.deepEqual(await summary(), ["CS-LOGIN backend_account 2 firing 3"]);
    assert.deepEqual([supervision.status().duplicates, supervision.status().late], [1, 1]);
    await shut();
    remove();
  });

  test("what another trigger keeps back is recorded with its rise and end, over a restart, and told to nobody", async () => {
    projects = [{ project: "prj_1", set: SET, vehicles: new Set([keys["root"] as bigint]), since: 0 }];
    version++;
    await feed([row("backend_account", "root", 0, "config_changed")]);
    await feed([1, 2].map((s) => row("backend_account", "root", s, "firmware_rejected")));
    await shut();
    await open();
    await feed([3, 4].map((s) => row("backend_account", "root", s, "firmware_rejected")));
    await feed([row("backend_account", "root", 100, "x")]);
    const kept = await t.records.asSuperuser("select * from findings where trigger_id = 'CS-PROBE' order by project");
    assert.deepEqual(
      kept.map(({ project, level, status, suppressed_by, effect, cleared_at }) => [
        project,
        level,
        status,
        suppressed_by,
        effect,
        cleared_at !== null,
      ]),
      [
        ["prj_1", 3, "suppressed", "CS-LOCKED", null, true],
        [null, 3, "suppressed", "CS-LOCKED", null, true],
      ],
    );
    const told = await t.records.asSuperuser("select payload->>'trigger' as trigger from outbox");
    assert.deepEqual([...new Set(told.map(({ trigger }) => trigger))].toSorted(), ["CS-LOCKED"]);
    await shut();
    remove();
  });

  test("cumulative counters count their increase, over a restart of the service and of ours", async () => {
    let total = 5_000;
    let flagged = 700;
    let start = 1;
    const report = (s: number, name: string, value: number) =>
      row("ai_service", "chat", s, name, {
        value,
        attributes: JSON.stringify({ fields: {}, counter: { temporality: "cumulative", monotonic: true, start } }),
      });
    const reports = (fromS: number, toS: number, bad: number): EventRow[] => {
      const rows: EventRow[] = [];
      for (let s = fromS; s < toS; s += 5) {
        total += 100;
        flagged += bad;
        rows.push(report(s, "outputs_total", total), report(s, "outputs_flagged", flagged));
      }
      return rows;
    };
    await feed(reports(0, 60, 1));
    await shut();
    await open();
    await feed(reports(60, 90, 1));
    [total, flagged, start] = [0, 0, 2];
    await feed(reports(90, 150, 1));
    assert.deepEqual(await summary(), []);
    await feed(reports(150, 200, 40));
    assert.deepEqual(
      (await summary()).map((line) => line.split(" ").slice(0, 3).join(" ")),
      ["AI-RATE ai_service 3"],
    );
    await shut();
    remove();
  });

  test("a project's set asks for its effect, and closing the project supersedes what stands", async () => {
    projects = [{ project: "prj_1", set: SET, vehicles: new Set([keys["chat"] as bigint]), since: 0 }];
    version++;
    await feed([...outputs(0, 60, 1), ...outputs(60, 160, 40)]);
    const rows = await t.records.asSuperuser(
      "select payload from outbox where payload->>'project' = 'prj_1' order by id",
    );
    const messages = rows.map(
      ({ payload }) => payload as { kind: string; effect: string; subject: { kind: string }; level: number },
    );
    assert.ok(messages.some(({ kind, effect }) => kind === "escalated" && effect === "restrict"));
    assert.ok(messages.every(({ subject }) => subject.kind === "ai_service"));
    const leaves = await t.records.asSuperuser("select kind, organisation from ledger_leaves where kind = 'finding'");
    assert.ok(leaves.length >= 4 && leaves.every(({ organisation }) => organisation === "lab"));
    projects = [];
    version++;
    await feed([row("ai_service", "chat", 165, "x")]);
    assert.deepEqual((await findings()).map(({ project, status }) => `${project ?? "-"} ${status}`).toSorted(), [
      "- firing",
      "prj_1 superseded",
    ]);
    await shut();
    remove();
  });

  test("batches, restarts and repetitions at random give the same findings", { timeout: 120_000 }, async () => {
    const rows = [
      ...outputs(0, 60, 1),
      ...outputs(60, 130, 20),
      ...outputs(130, 220, 0),
      ...[3, 40, 41, 42, 90].map((s) => row("backend_account", "root", s, "login_failed")),
    ].toSorted((a, b) => a.time - b.time);
    await feed(rows);
    const expected = await summary();
    assert.ok(expected.length >= 2, expected.join());
    await shut();
    remove();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ size: fc.integer({ min: 1, max: 25 }), restart: fc.boolean(), again: fc.boolean() }), {
          minLength: 30,
          maxLength: 60,
        }),
        async (plan) => {
          await t.records.asSuperuser("truncate findings, finding_events, outbox, ledger_leaves cascade");
          folder = mkdtempSync(join(tmpdir(), "sandglass-event-supervision-"));
          clock = T0;
          await open();
          let at = 0;
          for (const { size, restart, again } of plan) {
            const part = rows.slice(at, at + size);
            if (part.length === 0) break;
            at += size;
            await feed(part);
            if (again) await feed(part);
            if (restart) {
              await shut();
              await open();
            }
          }
          await feed(rows.slice(at));
          await supervision.settleLate();
          // What a part of an instant made of it was taken back.
          assert.deepEqual(
            (await summary()).filter((line) => !line.includes("retracted")),
            expected,
          );
          await shut();
          remove();
        },
      ),
      { numRuns: 5, endOnFailure: true },
    );
  });
});
