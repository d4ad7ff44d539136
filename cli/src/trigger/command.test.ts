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

  it("refuses unknown subcommands and missing files with a code", async () => {
    assert.match((await run("sing")).err, /^SG_CLI_USAGE/);
    assert.equal((await run("sing")).code, 2);
    const missing = await run("check", join(folder, "absent.tdl"));
    assert.equal(missing.code, 1);
    assert.match(missing.err, /^SG_CLI_FILE/);
  });
});
