import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, describe, it } from "node:test";
import { triggerCommand } from "./mod.ts";

const folder = mkdtempSync(join(tmpdir(), "trigger-command-"));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const texts = { out: "", err: "" };
  const sink = (key: "out" | "err") =>
    new Writable({
      write(chunk, _encoding, done) {
        texts[key] += String(chunk);
        done();
      },
    });
  const code = await triggerCommand(args, { stdout: sink("out"), stderr: sink("err") });
  return { code, ...texts };
}

const GOOD = 'trigger A version 1 "Hot" / "过热" { when max_cell_temp > 60 °C for 30 s ; severity 2 ; }';

describe("sandglass trigger", () => {
  it("check tells identity and a plain sentence", async () => {
    const { code, out } = await run("check", file("good.tdl", GOOD));
    assert.equal(code, 0);
    assert.match(out, /^A version 1 {2}[0-9a-f]{16}/);
    assert.match(out, /highest cell temperature is above 60 °C for 30 seconds/);
  });

  it("check points at the error, in the language asked for", async () => {
    const bad = file("bad.tdl", "trigger A version 1 {\n  when max_cell_tmp > 60 °C ;\n}");
    const en = await run("check", bad);
    assert.equal(en.code, 1);
    assert.match(en.err, /bad\.tdl:2:8: error SG_TRIGGER_UNKNOWN_NAME: .*max_cell_temp/);
    const zh = await run("check", "--lang", "zh", bad);
    assert.match(zh.err, /未知信号“max_cell_tmp”/);
  });

  it("check --json gives the errors as data", async () => {
    const { code, out } = await run("check", "--json", file("unit.tdl", "trigger A version 1 { when speed > 60 ; }"));
    assert.equal(code, 1);
    const answer = JSON.parse(out) as { errors: { code: string; suggestion: string }[] };
    assert.equal(answer.errors[0]?.code, "SG_TRIGGER_UNIT");
    assert.equal(answer.errors[0]?.suggestion, "60 km/h");
  });

  it("format turns English into Chinese and back", async () => {
    const zh = await run("format", "--lang", "zh", file("f.tdl", GOOD));
    assert.match(zh.out, /当 最高单体温度 > 60 °C 持续 30 秒 ;/);
    const en = await run("format", file("g.tdl", zh.out));
    assert.match(en.out, /when max_cell_temp > 60 °C for 30 s ;/);
  });

  it("test runs the cases beside the file and fails when one fails", async () => {
    const path = file("t.tdl", GOOD);
    const test = (at: string) => ({
      tests: [
        {
          name: "fires",
          every: "10 s",
          series: { max_cell_temp: "20 70x5" },
          expect: [{ kind: "onset", trigger: "A", at }],
        },
      ],
    });
    file("t.tests.json", JSON.stringify(test("40 s")));
    assert.equal((await run("test", path)).code, 0);
    file("t.tests.json", JSON.stringify(test("30 s")));
    const failed = await run("test", path);
    assert.equal(failed.code, 1);
    assert.match(failed.out, /FAIL fires\n {5}expected onset of A at 30 s, got onset of A at 40 s/);
  });

  it("vectors prints one line per case and goes on behind a case it cannot evaluate", async () => {
    const shape = {
      family: "disc-bool",
      time: "discrete",
      semantics: "boolean",
      hold: null,
      trace: { n: 2, p: [true, false] },
    };
    const path = file(
      "v.json",
      JSON.stringify([
        { id: "a", formula: ["nonsense"], ...shape },
        { id: "b", formula: ["not", ["prop", "p"]], ...shape },
      ]),
    );
    const { code, out } = await run("vectors", path);
    assert.equal(code, 1);
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: string; actual?: unknown; error?: { code: string } });
    assert.equal(lines[0]?.error?.code, "SG_TRIGGER_VECTOR");
    assert.deepEqual(lines[1], { id: "b", actual: [false, true] });
  });

  it("vectors answers captured unit tests step by step and says why it does not", async () => {
    const shape = { class: "StlDiscreteTimeSpecification", engine: "discrete/online", vars: [["a", "float"]] };
    const step = (t: number, a: number, expected: number) => ({
      op: "update",
      args: [t, [["a", a]]],
      expect: [{ path: [], kind: "assertEqual", expected }],
    });
    const path = file(
      "rtamt.json",
      JSON.stringify([
        { id: "a", spec: "once[0,1](a)", ...shape, steps: [step(0, 3, 3), { op: "reset", args: [] }, step(0, 1, 1)] },
        { id: "b", spec: "exp(a)", ...shape, steps: [step(0, 0, 1)] },
      ]),
    );
    const { code, out } = await run("vectors", path);
    assert.equal(code, 0);
    const [a, b] = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(a, { id: "a", actual: [3, null, 1] });
    assert.match(String(b?.["notApplicable"]), /exp, sqrt or pow/);
  });

  it("trace tells rows, episodes and margins of a rule over a recorded vehicle", async () => {
    const rules = file(
      "rules.json",
      JSON.stringify([
        { vehicle: "x", rule: "warm", stl: "historically[0,1](tmax >= 40)" },
        { rule: "bad", stl: "nothing > 1" },
      ]),
    );
    const rows = [39, 41, 42, 43, 30, 45, 46].map((t, i) => `2026-01-01 00:00:0${i},${t}`);
    const csv = file("x.csv", ["tboxTime,BMSProbeTempMax", ...rows].join("\n"));
    const { code, out } = await run("trace", "--rules", rules, "--csv", csv);
    assert.equal(code, 1);
    const [warm, bad] = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(warm, {
      vehicle: "x",
      rule: "warm",
      stl: "historically[0,1](tmax >= 40)",
      rows: 7,
      sat_rows: 3,
      episodes: 2,
      first_sat_row: 2,
      first_sat_time: "2026-01-01 00:00:02",
      robustness_min: -10,
      robustness_max: 5,
      robustness_at: { 0: -1, 1: -1, 3: 2, 5: -10, 6: 5 },
      sat_ranges_first_20: [
        [2, 3],
        [6, 6],
      ],
    });
    assert.match(JSON.stringify(bad), /no column .*nothing/);
  });

  it("explain tells sentence, identity, memory and horizon in the language asked for", async () => {
    const fleet =
      'trigger F version 1 "Many" / "很多" { when more than 2 % of active vehicle in group project have alarm.insulation in last 7 d ; }';
    const path = file("explain.tdl", `${GOOD}\n${fleet}`);
    const en = await run("explain", path);
    assert.equal(en.code, 0);
    assert.match(en.out, /Reads: Highest cell temperature\n.*bytes per subject; .*last 2 min at most; run live/);
    assert.match(en.out, /run by a screening job on rollups/);
    const zh = await run("explain", "--lang", "zh", path);
    assert.match(zh.out, /读取：最高单体温度/);
    const json = await run("explain", "--json", path);
    const facts = json.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: string; runs: string });
    assert.deepEqual(
      facts.map(({ id, runs }) => [id, runs]),
      [
        ["A", "live"],
        ["F", "screening"],
      ],
    );
  });

  it("check takes regions from the folder of the text", async () => {
    file(
      "regions.geojson",
      JSON.stringify({
        type: "FeatureCollection",
        features: [
          {
            type: "Feature",
            id: "zone",
            properties: { en: "Zone", zh: "示范区" },
            geometry: {
              type: "Polygon",
              coordinates: [
                [
                  [1, 1],
                  [2, 1],
                  [2, 2],
                  [1, 1],
                ],
              ],
            },
          },
        ],
      }),
    );
    const path = file("inside.tdl", '触发器 A 版本 1 { 当 非 位于("示范区") 持续 1 分钟 ; }');
    const { code, out } = await run("check", "--lang", "zh", path);
    assert.equal(code, 0);
    assert.match(out, /位置在“示范区”外/);
  });

  it("refuses unknown subcommands and missing files with a code", async () => {
    assert.match((await run("sing")).err, /^SG_CLI_USAGE/);
    assert.equal((await run("sing")).code, 2);
    const missing = await run("check", join(folder, "absent.tdl"));
    assert.equal(missing.code, 1);
    assert.match(missing.err, /^SG_CLI_FILE/);
  });

  it("tells its usage, and refuses in the language asked for", async () => {
    const help = await run("--help");
    assert.deepEqual([help.code, help.err], [0, ""]);
    assert.match(help.out, /^usage: sandglass trigger/);
    const unknown = await run("nonsense", "--lang", "zh");
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /^SG_CLI_USAGE: trigger 没有子命令“nonsense”/);
    const missing = join(folder, "missing.tdl");
    assert.match((await run("check", missing)).err, /^SG_CLI_FILE: .* cannot be read: there is no such file\n$/);
    assert.match((await run("format", "--lang", "zh", missing)).err, /^SG_CLI_FILE: 无法读取 .*：文件不存在\n$/);
  });

  it("does not pass a text without triggers, nor a trigger without test cases", async () => {
    const empty = await run("check", file("empty.tdl", "// nothing yet\n"));
    assert.equal(empty.code, 1);
    assert.match(empty.err, /^SG_TRIGGER_SYNTAX: there is no trigger in .*empty\.tdl/);
    const untested = await run("test", file("untested.tdl", GOOD));
    assert.equal(untested.code, 1);
    assert.match(untested.err, /^SG_TRIGGER_TEST: .* neither .*untested\.tests\.json nor .*tests\.json/);
  });

  it("vectors answers every entry of a list, also what is no case or cannot be evaluated", async () => {
    const plain = { family: "disc-rob", time: "discrete", semantics: "robustness", hold: null };
    const formula = ["ge", ["var", "x"], ["const", 1]];
    const alert = { rule: { condition: "x > 0", for: 0, keep_firing_for: 0 }, trace: { step: 10, n: 1, x: [1] } };
    const cases = [
      { id: "good", ...plain, formula, trace: { n: 1, x: [3] } },
      null,
      7,
      { id: "known divergence", formula: "x iff y" },
      { id: "operator", ...plain, formula: ["foo", 1], trace: { n: 1, x: [1] } },
      { id: "variable", ...plain, formula: ["ge", ["var", "q"], ["const", 1]], trace: { n: 1, x: [1] } },
      { id: "length", ...plain, formula, trace: { n: 1e9, x: [1] } },
      { id: "column", ...plain, formula, trace: { n: 2, x: [1] } },
      {
        id: "samples",
        ...plain,
        time: "dense",
        formula,
        trace: {
          end: 3,
          x: [
            [2, 1],
            [1, 1],
          ],
        },
      },
      { id: "interval", family: "prom-alert-state", eval_interval: 0, ...alert },
    ];
    const { code, out } = await run("vectors", file("odd.json", JSON.stringify(cases)));
    assert.equal(code, 1);
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: string; error?: { message: string } });
    assert.deepEqual(
      lines.map(({ id, error }) => [id, error?.message]),
      [
        ["good", undefined],
        ["", "a case is an object"],
        ["", "a case is an object"],
        ["operator", "unknown operator foo"],
        ["variable", 'the trace has no variable "q"'],
        ["length", "n is a number of steps up to 10000000"],
        ["column", '"x" is a list of 2 values or a bit string of that length'],
        ["samples", 'the times of "x" go back'],
        ["interval", "eval_interval is more than 0 seconds"],
      ],
    );
    for (const text of ["null", "{}", '"x"']) {
      const refused = await run("vectors", file("none.json", text));
      assert.deepEqual([refused.code, refused.out], [1, ""]);
      assert.match(refused.err, /^SG_TRIGGER_VECTOR: .* holds no list of cases/);
    }
  });
});
