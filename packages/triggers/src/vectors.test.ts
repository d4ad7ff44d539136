/** Conformance with the given case files; skipped where they are absent. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { evaluateVector, type VectorCase } from "./mod.ts";

const DATA = process.env["SANDGLASS_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");
const FOLDER = join(DATA, "trigger-vectors");
type Expected = VectorCase & { expected?: unknown; expected_rle?: unknown };

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_key, x: unknown) => (x === 0 ? 0 : x)));

describe("published semantics", () => {
  if (!existsSync(FOLDER)) {
    it("equals every given case", { skip: `no ${FOLDER}` }, () => {});
    return;
  }
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json") && name !== "divergences.json")) {
    it(`equals every case of ${file}`, () => {
      const cases = JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Expected[];
      assert.ok(cases.length > 0);
      for (const { expected, expected_rle: lengths, ...question } of cases) {
        assert.deepEqual(plain(evaluateVector(question as VectorCase)), plain(expected ?? lengths), question.id);
      }
    });
  }
});

describe("definitions, without any data", () => {
  const base = { time: "dense", semantics: "boolean", hold: "right-continuous", domain: [0, 10] } as const;
  it("once over a run is true from its start plus a to its end plus b", () => {
    const actual = evaluateVector({
      ...base,
      id: "1",
      family: "x",
      formula: ["onceT", 1, 3, ["prop", "p"]],
      trace: {
        end: 10,
        p: [
          [0, false],
          [2, true],
          [4, false],
        ],
      },
    });
    assert.deepEqual(actual, [
      [0, 3, false],
      [3, 7, true],
      [7, 10, false],
    ]);
  });
  it("since needs P after the instant of Q", () => {
    const actual = evaluateVector({
      ...base,
      id: "2",
      family: "x",
      formula: ["since", ["prop", "p"], ["prop", "q"]],
      trace: {
        end: 10,
        p: [
          [0, false],
          [3, true],
          [8, false],
        ],
        q: [
          [0, false],
          [3, true],
          [4, false],
        ],
      },
    });
    assert.deepEqual(actual, [
      [0, 3, false],
      [3, 8, true],
      [8, 10, false],
    ]);
  });
  it("windows with more changes than a live monitor keeps stay exact", () => {
    const n = 3000;
    const bits = (f: (i: number) => boolean) => Array.from({ length: n }, (_, i) => f(i));
    const p = bits((i) => i % 7 !== 3);
    const q = bits((i) => i % 2 === 0 && i % 11 !== 4);
    const shape = {
      family: "disc-bool",
      time: "discrete",
      semantics: "boolean",
      hold: null,
      trace: { n, p, q },
    } as const;
    const once = evaluateVector({
      ...shape,
      id: "4",
      formula: ["onceT", 700, 1500, ["not", ["prop", "q"]]],
    }) as boolean[];
    const since = evaluateVector({
      ...shape,
      id: "5",
      formula: ["since", ["or", ["prop", "p"], ["prop", "q"]], ["prop", "q"]],
    }) as boolean[];
    let anchor = false;
    for (let t = 0; t < n; t++) {
      assert.equal(once[t], t - 700 >= 0 && q.slice(Math.max(0, t - 1500), t - 699).includes(false), `once at ${t}`);
      anchor = q[t] === true || (anchor && p[t] === true);
      assert.equal(since[t], anchor, `since at ${t}`);
    }
  });
  it("until is since on the reversed trace", () => {
    const actual = evaluateVector({
      ...base,
      id: "3",
      family: "x",
      formula: ["untilT", 0, 2, ["prop", "p"], ["prop", "q"]],
      trace: {
        end: 10,
        p: [[0, true]],
        q: [
          [0, false],
          [5, true],
          [6, false],
        ],
      },
    });
    assert.deepEqual(actual, [
      [0, 3, false],
      [3, 6, true],
      [6, 10, false],
    ]);
  });
});

describe("rules on the recorded vehicle car1", () => {
  const folder = join(DATA, "ev-field-faults");
  const file = join(folder, "stl_oracle_real_traces_car1.json");
  const skip = existsSync(file) ? false : `no ${file}`;
  const ge = (left: unknown, right: number) => ["ge", left, ["const", right]];
  const le = (left: unknown, right: number) => ["le", left, ["const", right]];
  const v = (name: string) => ["var", name];
  // Bounds are in samples: the index of a row is its second.
  const RULES: Readonly<Record<string, readonly [string, ...unknown[]]>> = {
    sustained_spread: ["histT", 0, 9, ge(v("spread"), 0.1005)],
    hot_recent: ["onceT", 0, 59, ge(v("tmax"), 40.25)],
    spread_rise: ["rise", ge(v("spread"), 0.0805)],
    parked_draw: ["histT", 0, 29, ["and", le(v("speed"), 0.05), le(["abs", v("cur")], 1.05)]],
    since_hot: ["sinceT", 0, 120, ge(v("soc"), 50.05), ge(v("tmax"), 35.25)],
    future_recovers: ["implies", ge(v("spread"), 0.1005), ["evT", 0, 60, le(v("spread"), 0.0505)]],
  };
  interface Oracle {
    rule: string;
    sat_rows: number;
    episodes: number;
    first_sat_row: number;
    robustness_at: Record<string, number>;
  }
  it("give the published rows, episodes and margins", { skip }, () => {
    const csv = execFileSync("unzip", ["-p", join(folder, "car1_processed.zip")], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    const [header = "", ...lines] = csv.trim().split("\n");
    const names = header.trim().split(",");
    const rows = lines.map((line) => line.split(",").map(Number));
    const column = (name: string) => rows.map((row) => row[names.indexOf(name)] as number);
    const low = column("BMSCellVoltageMin");
    const trace = {
      n: rows.length,
      spread: column("BMSCellVoltageMax").map((high, i) => Math.round((high - (low[i] as number)) * 1e4) / 1e4),
      tmax: column("BMSProbeTempMax"),
      speed: column("vehSpeed"),
      cur: column("BMSBatteryCurrent"),
      soc: column("vehBMSPackSOC"),
    };
    for (const oracle of JSON.parse(readFileSync(file, "utf8")) as Oracle[]) {
      const formula = RULES[oracle.rule];
      if (formula === undefined) continue; // rules for other vehicles may be added to the file
      const ask = (semantics: string) =>
        evaluateVector({
          id: oracle.rule,
          family: "real",
          time: "discrete",
          semantics,
          hold: null,
          formula,
          trace,
        } as VectorCase);
      const verdicts = ask("boolean") as boolean[];
      const margins = ask("robustness") as number[];
      assert.deepEqual(
        {
          sat_rows: verdicts.filter(Boolean).length,
          episodes: verdicts.filter((x, i) => x && verdicts[i - 1] !== true).length,
          first_sat_row: verdicts.indexOf(true),
        },
        { sat_rows: oracle.sat_rows, episodes: oracle.episodes, first_sat_row: oracle.first_sat_row },
        oracle.rule,
      );
      for (const [row, margin] of Object.entries(oracle.robustness_at)) {
        assert.ok(Math.abs((margins[Number(row)] as number) - margin) < 1e-9, `${oracle.rule} at ${row}`);
      }
    }
  });
});
