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
import { readText, TriggerCommandError, unreadable, type TriggerIo } from "./io.ts";

export async function testPaths(paths: readonly string[], io: TriggerIo): Promise<number> {
  let failed = 0;
  let passed = 0;
  for (const path of paths) {
    const { set, tests, screenings } = await load(path);
    if (tests.length + screenings.length === 0)
      throw new TriggerCommandError("SG_TRIGGER_TEST", `${path} has no test cases`, `${path} 没有测试用例`);
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

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

interface Loaded {
  readonly set: TriggerSet;
  readonly tests: readonly TestCase[];
  readonly screenings: readonly ScreeningCase[];
}

/** A folder is a pack; `NAME.tdl` has its cases in `NAME.tests.json` or `tests.json` beside it. */
async function load(path: string): Promise<Loaded> {
  const info = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
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
      if (error instanceof PackError)
        throw new TriggerCommandError(error.code, error.message, error.message, { cause: error });
      throw error;
    }
  }
  const result = await compileFiles([path]);
  if (!result.ok) {
    throw new TriggerCommandError(
      "SG_TRIGGER_SYNTAX",
      result.errors.map((e) => `${e.source}:${e.line}:${e.column}: ${e.message}`).join("\n"),
      result.errors.map((e) => `${e.source}:${e.line}:${e.column}: ${e.messageZh}`).join("\n"),
    );
  }
  const own = path.replace(/\.tdl$/, ".tests.json");
  const beside = join(dirname(path), "tests.json");
  const file = (await isThere(own)) ? own : (await isThere(beside)) ? beside : undefined;
  if (file === undefined)
    throw new TriggerCommandError(
      "SG_TRIGGER_TEST",
      `${path} has no test cases: there is neither ${own} nor ${beside}`,
      `${path} 没有测试用例：${own} 与 ${beside} 都不存在`,
    );
  const text = await readText(file);
  try {
    const { tests = [], screenings = [] } = JSON.parse(text) as Partial<Pick<Loaded, "tests" | "screenings">>;
    return { set: result.set, tests, screenings };
  } catch (cause) {
    throw new TriggerCommandError("SG_TRIGGER_TEST", `${file} is not JSON`, `${file} 不是 JSON`, { cause });
  }
}
