/**
 * `trigger vectors`: evaluates conformance cases of two formats: formula and trace (published semantics), and captured
 * unit tests of RTAMT, whose `actual` has one entry per step (null where nothing is expected); those that the semantics
 * do not cover say `notApplicable` and why.
 * A case that cannot be evaluated gives an error in its line; the rest goes on.
 */
import { evaluateRtamt, evaluateVector, NotApplicable, type RtamtCase, type VectorCase } from "@sandglass/triggers";
import { readText, TriggerCommandError, type TriggerIo } from "./io.ts";

export async function evaluateFiles(files: readonly string[], io: TriggerIo): Promise<number> {
  let failed = false;
  for (const file of files) {
    let cases: unknown;
    try {
      cases = JSON.parse(await readText(file));
    } catch (cause) {
      if (cause instanceof TriggerCommandError) throw cause;
      throw new TriggerCommandError("SG_TRIGGER_VECTOR", `${file} is not JSON`, `${file} 不是 JSON`, { cause });
    }
    const list = Array.isArray(cases) ? cases : (cases as { cases?: unknown } | null)?.cases;
    if (!Array.isArray(list))
      throw new TriggerCommandError("SG_TRIGGER_VECTOR", `${file} holds no list of cases`, `${file} 中没有用例列表`);
    for (const one of list as Case[]) {
      if (isDivergence(one)) continue;
      const line = answer(one);
      failed ||= "error" in line;
      if (!io.stdout.write(`${JSON.stringify(line)}\n`))
        await new Promise((resolve) => io.stdout.once("drain", resolve));
    }
  }
  return failed ? 1 : 0;
}

type Case = VectorCase | RtamtCase;

/** The list of known divergences of the published tools tells its formulas as text: there is nothing to evaluate. */
function isDivergence(one: unknown): boolean {
  return typeof (one as { formula?: unknown } | null)?.formula === "string";
}

function answer(
  one: Case,
):
  | { id: string; actual: unknown }
  | { id: string; notApplicable: string }
  | { id: string; error: { code: string; message: string } } {
  const id = (one as Case | null)?.id ?? "";
  try {
    const isCaptured = typeof one === "object" && one !== null && "steps" in one;
    return { id, actual: isCaptured ? evaluateRtamt(one) : evaluateVector(one) };
  } catch (error) {
    if (error instanceof NotApplicable) return { id, notApplicable: error.reason };
    return {
      id,
      error: { code: "SG_TRIGGER_VECTOR", message: error instanceof Error ? error.message : String(error) },
    };
  }
}
