/**
 * Finds the kinds of cases: every folder beside the engine that has a `kind.ts` exports one as `caseType`, or a function
 * that makes one from what the server offers. Adding a folder is all that a new kind needs here.
 */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { CheckTriggerSet, Rehearsals } from "../sandbox-project/policy.ts";
import type { ReadDistance } from "../programmes/distance.ts";
import type { CaseType } from "./case-type.ts";

/** What a kind may ask the server for when it is made. */
export interface CaseServices {
  readonly checkTriggerSet: CheckTriggerSet;
  readonly rehearsals?: Rehearsals | undefined;
  readonly distance?: ReadDistance | undefined;
  /** UTC ms. */
  readonly now: () => number;
}
export type CaseTypeModule = CaseType | ((services: CaseServices) => CaseType);

const FOLDER = path.dirname(import.meta.dirname);

/** @throws Error naming a folder whose module does not export a kind */
export async function discoverCaseTypes(folder = FOLDER): Promise<readonly CaseTypeModule[]> {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(folder, entry.name, "kind.ts"))
    .filter((file) => existsSync(file))
    .sort();
  const found: CaseTypeModule[] = [];
  for (const file of files) {
    const module = (await import(pathToFileURL(file).href)) as { readonly caseType?: CaseTypeModule };
    if (module.caseType === undefined) throw new Error(`${file} exports no caseType`);
    found.push(module.caseType);
  }
  return found;
}

/** The kinds of this server. @throws Error when two have the same name, prefix, or two versions of the same number */
export function makeCaseTypes(modules: readonly CaseTypeModule[], services: CaseServices): readonly CaseType[] {
  const types = modules.map((each) => (typeof each === "function" ? each(services) : each));
  const names = types.flatMap(({ kind, prefix, lifecycles }) => [
    `kind ${kind}`,
    `prefix ${prefix}`,
    ...lifecycles.map(({ version }) => `version ${version} of ${kind}`),
  ]);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two case types have the ${twice}`);
  const stray = types.find(({ kind, lifecycles }) => lifecycles.some((each) => each.kind !== kind));
  if (stray !== undefined) throw new Error(`a lifecycle of ${stray.kind} is of another kind`);
  return types;
}
