/** Compiling files: against the whole catalogue, with signals that a text declares itself and the regions beside it. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CATALOGUE } from "@sandglass/signals";
import { allTriggers, compileTriggers, type CompileResult, type Region } from "@sandglass/triggers";
import { readText, TriggerCommandError } from "./io.ts";

/** Throws SG_TRIGGER_SYNTAX where there is nothing to compile: an empty file in a check would pass unseen. */
export async function compileFiles(files: readonly string[]): Promise<CompileResult> {
  const sources = await Promise.all(files.map(async (name) => ({ name, text: await readText(name) })));
  const regions = (await Promise.all([...new Set(files.map((file) => dirname(file)))].map(regionsIn))).flat();
  const result = compileTriggers(sources, CATALOGUE, { declarations: true, regions });
  if (result.ok && allTriggers(result.set).length === 0) {
    const names = files.join(", ");
    throw new TriggerCommandError("SG_TRIGGER_SYNTAX", `there is no trigger in ${names}`, `${names} 中没有触发器`);
  }
  return result;
}

interface Feature {
  readonly id?: string | number;
  readonly properties?: { readonly en?: string; readonly zh?: string; readonly breadthM?: number } | null;
  readonly geometry: Region["geometry"];
}

/**
 * Regions of a folder: `regions.geojson`, a FeatureCollection whose features have an `id` and the properties `en`, `zh`
 * and, for roads, `breadthM`.
 */
export async function regionsIn(folder: string): Promise<readonly Region[]> {
  const path = join(folder, "regions.geojson");
  if (!(await stat(path).catch(() => undefined))) return [];
  let features: readonly Feature[];
  try {
    ({ features } = JSON.parse(await readText(path)) as { features: readonly Feature[] });
  } catch (cause) {
    throw new TriggerCommandError("SG_TRIGGER_REGION", `${path} is not JSON`, `${path} 不是 JSON`, { cause });
  }
  if (!Array.isArray(features))
    throw new TriggerCommandError("SG_TRIGGER_REGION", `${path} has no features`, `${path} 中没有 features`);
  return features.map(({ id, properties, geometry }) => ({
    id: String(id),
    names: { en: properties?.en ?? String(id), zh: properties?.zh ?? String(id) },
    geometry,
    ...(properties?.breadthM === undefined ? {} : { breadthM: properties.breadthM }),
  }));
}
