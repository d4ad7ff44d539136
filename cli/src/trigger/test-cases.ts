/** `trigger test`: the test cases beside a trigger file, or of a pack folder. */
import { readdir, stat } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { CATALOGUE } from "@sandglass/signals";
import {
  compilePack,
  loadPack,
  PackError,
  runTestCase,
  TestCaseError,
  runScreeningCase,
  type ScreeningCase,
  type TestCase,
  type TriggerSet,
} from "@sandglass/triggers";
import { compileFiles, regionsIn } from "./compile.ts";
import { readText, TriggerCommandError, type TriggerIo } from "./io.ts";

export async function testPaths(paths: readonly string[], io: TriggerIo): Promise<number> {
  let failed = 0;
  let passed = 0;
  for (const path of paths) {
    const { set, tests, screenings } = await load(path);
    if (tests.length + screenings.length === 0)
      throw new TriggerCommandError("SG_TRIGGER_TEST", `${path} has no test cases`);
    for (const [test, { problem }] of [
      ...tests.map((each) => [each, run(() => runTestCase(set, each))] as const),
      ...screenings.map((each) => [each, run(() => ({ problem: runScreeningCase(set, each) }))] as const),
    ]) {
      if (problem === undefined) passed++;
      else failed++;
      io.stdout.write(problem === undefined ? `ok   ${test.name}\n` : `FAIL ${test.name}\n     ${problem}\n`);
    }
  }
  io.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

function run(evaluate: () => { readonly problem?: string | undefined }): { readonly problem?: string | undefined } {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof TestCaseError) return { problem: error.message };
    throw error;
  }
}

interface Loaded {
  readonly set: TriggerSet;
  readonly tests: readonly TestCase[];
  readonly screenings: readonly ScreeningCase[];
}

/** A folder is a pack; `NAME.tdl` has its cases in `NAME.tests.json` or `tests.json` beside it. */
async function load(path: string): Promise<Loaded> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new TriggerCommandError("SG_CLI_FILE", `${path} cannot be read`, { cause });
  });
  if (info.isDirectory()) {
    const files: Record<string, string> = {};
    for (const name of await readdir(path))
      if ([".json", ".tdl"].includes(extname(name))) files[name] = await readText(join(path, name));
    try {
      const pack = loadPack(files);
      return {
        set: compilePack(pack, CATALOGUE, { regions: await regionsIn(path) }),
        tests: pack.tests,
        screenings: pack.screenings,
      };
    } catch (error) {
      if (error instanceof PackError) throw new TriggerCommandError(error.code, error.message, { cause: error });
      throw error;
    }
  }
  const result = await compileFiles([path]);
  if (!result.ok) {
    throw new TriggerCommandError(
      "SG_TRIGGER_SYNTAX",
      result.errors.map((e) => `${e.source}:${e.line}:${e.column}: ${e.message}`).join("\n"),
    );
  }
  const own = path.replace(/\.tdl$/, ".tests.json");
  const file = await stat(own).then(
    () => own,
    () => join(dirname(path), "tests.json"),
  );
  const text = await readText(file);
  try {
    const { tests = [], screenings = [] } = JSON.parse(text) as Partial<Pick<Loaded, "tests" | "screenings">>;
    return { set: result.set, tests, screenings };
  } catch (cause) {
    throw new TriggerCommandError("SG_TRIGGER_TEST", `${file} is not JSON`, { cause });
  }
}
