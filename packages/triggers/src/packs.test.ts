/** The shipped packs compile, pass the tests beside them, and judge a recorded vehicle as expected. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { CATALOGUE } from "@sandglass/signals";
import {
  compilePack,
  createMonitor,
  loadPack,
  expectationsOf,
  runScreeningCase,
  runTestCase,
  type FiringEvent,
  type Pack,
} from "./mod.ts";

const ROOT = join(import.meta.dirname, "../../..");
const PACKS = join(ROOT, "packs");
const DATA = process.env["SANDGLASS_DATA"] ?? join(ROOT, "../shared/data");

function read(name: string): Pack {
  const folder = join(PACKS, name);
  return loadPack(
    Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")])),
  );
}

for (const name of readdirSync(PACKS)) {
  describe(`pack ${name}`, () => {
    const pack = read(name);
    const set = compilePack(pack, CATALOGUE);
    it("states its basis and both titles for every trigger", () => {
      for (const trigger of set.triggers) {
        assert.ok(trigger.basis?.certainty, trigger.id);
        assert.match(trigger.basis.zh ?? "", /\p{Script=Han}/u, `${trigger.id}: its basis in Chinese`);
        assert.doesNotMatch(trigger.basis.text, /\p{Script=Han}/u, `${trigger.id}: its basis in English`);
        assert.notEqual(trigger.title.en, trigger.title.zh, trigger.id);
      }
      for (const { title, basis, id } of set.screenings) {
        assert.ok(basis?.certainty, id);
        assert.match(basis.zh ?? "", /\p{Script=Han}/u, `${id}: its basis in Chinese`);
        assert.notEqual(title.en, title.zh, id);
      }
    });
    it("has no number without its source: what is from memory or a draft is never called law", () => {
      for (const { certainty } of pack.manifest.basis) assert.ok("FSDMP".includes(certainty));
      assert.notEqual(pack.manifest.title.en, pack.manifest.title.zh);
      assert.notEqual(pack.manifest.description.en, pack.manifest.description.zh);
    });
    const skip = name === "bench-24" && "a load for measurements";
    it("shows every trigger firing in one of its tests", { skip }, () => {
      const shown = new Set([
        ...pack.tests.flatMap((test) => expectationsOf(test).map(({ trigger }) => trigger)),
        ...pack.screenings
          .filter(({ expect }) => expect.some(({ verdict }) => verdict === "T"))
          .map(({ trigger }) => trigger),
      ]);
      const missing = [...set.triggers, ...set.screenings].map(({ id }) => id).filter((id) => !shown.has(id));
      assert.deepEqual(missing, []);
    });
    it("shows every trigger staying silent where its condition is known to be false", { skip }, () => {
      const shown = new Set([
        ...pack.tests.flatMap(({ silent = [] }) => silent),
        ...pack.screenings
          .filter(({ expect }) => expect.some(({ verdict }) => verdict === "F"))
          .map(({ trigger }) => trigger),
      ]);
      const missing = [...set.triggers, ...set.screenings].map(({ id }) => id).filter((id) => !shown.has(id));
      assert.deepEqual(missing, []);
    });
    it("says from which day every trigger holds", { skip }, () => {
      for (const { id, effective } of [...set.triggers, ...set.screenings]) {
        const { from } = effective ?? pack.manifest.effective;
        assert.match(from, /^20\d\d-\d\d-\d\d$/, id);
        assert.ok(from >= pack.manifest.effective.from, `${id} holds before its pack`);
        if (!name.startsWith("demo-")) assert.ok(effective !== undefined, id);
      }
    });
    it("reads the same in Chinese", () => {
      for (const { text, versionHash, id } of [...set.triggers, ...set.screenings]) {
        const [chinese] = compilePack({ ...pack, sources: [{ text: text.zh }] }, CATALOGUE).triggers;
        const [screening] = compilePack({ ...pack, sources: [{ text: text.zh }] }, CATALOGUE).screenings;
        assert.equal((chinese ?? screening)?.versionHash, versionHash, id);
      }
    });
    for (const test of pack.screenings) it(test.name, () => assert.equal(runScreeningCase(set, test), undefined));
    for (const test of pack.tests) {
      it(test.name, () => {
        const result = runTestCase(set, test);
        assert.equal(result.problem, undefined);
      });
    }
  });
}

describe("the recorded vehicle car2", () => {
  const zip = join(DATA, "ev-field-faults/car2_processed.zip");
  const skip = existsSync(zip) ? false : `no ${zip}`;
  it("fires GBT32960-ALARM exactly at its four level-3 episodes, the rows before each onset missing", { skip }, () => {
    const csv = execFileSync("unzip", ["-p", zip], { encoding: "utf8", maxBuffer: 64 << 20 });
    const lines = csv.trim().split("\n");
    const header = (lines[0] as string).split(",");
    const at = (name: string) => header.indexOf(name);
    const rows = lines.slice(1).map((line) => {
      const cells = line.split(",");
      return {
        time: Date.parse(`${(cells[at("tboxTime")] as string).trim().replace(" ", "T")}+08:00`),
        level: Number(cells[at("BMSWarningInformation")]),
      };
    });
    const onsets = rows.filter((row, i) => row.level >= 3 && (rows[i - 1]?.level ?? 0) < 3).map((row) => row.time);
    assert.equal(onsets.length, 4);
    const late = (time: number) => onsets.some((onset) => time >= onset - 30_000 && time < onset);
    const set = compilePack(read("gbt32960-alarms"), CATALOGUE);
    const monitor = createMonitor(set);
    const state = monitor.create("car2");
    const events: FiringEvent[] = [];
    const values = new Float64Array(set.inputs.length);
    const present = new Uint8Array(set.inputs.length);
    const level = set.inputs.indexOf("alarm.level");
    rows.forEach((row, i) => {
      if (late(row.time)) return;
      values[level] = row.level;
      present[level] = 1;
      monitor.step(state, row.time, values, present, i + 1, (event) => events.push(event));
    });
    const fired = events.filter((event) => event.kind === "onset");
    assert.deepEqual(
      fired.map((event) => event.onset),
      onsets,
    );
    assert.ok(fired.every((event) => event.level === 3));
    assert.equal(events.filter((event) => event.kind === "cleared").length, 4);
  });
});
