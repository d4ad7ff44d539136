/** A fleet of bare rows for the benches of supervision: straight into the journal, without wire and decoder. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compilePack, loadPack, type TriggerSet } from "@sandglass/triggers";
import { getScalar, Reason, SIGNALS } from "@sandglass/signals";
import { Journal } from "../../server/src/journal/mod.ts";

/** A pack of this repository, compiled. */
export function packOf(name: string): TriggerSet {
  const folder = join(import.meta.dirname, "../../packs", name);
  const files = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]);
  return compilePack(loadPack(Object.fromEntries(files)), SIGNALS);
}

export const benchSet = (): TriggerSet => packOf("bench-24");

export function temporaryHome(name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `sandglass-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export const openJournal = (home: string): Promise<Journal> =>
  Journal.open({ folder: join(home, "journal"), minFreeBytes: 0, poolBlocks: 24, blockRows: 1024, blockAgeMs: 50 });

const SPEED = getScalar("speed");
const VOLTAGE = getScalar("total_voltage");
const TEMPERATURE = getScalar("max_cell_temp");
const SOC = getScalar("soc");
const LEVEL = getScalar("alarm.level");

/** One report; quiet, as nearly all are, or with an alarm. Waits for a free block. */
export async function report(
  journal: Journal,
  vehicle: number,
  number: number,
  time: number,
  level = 0,
): Promise<void> {
  let block = journal.findOpenBlock();
  while (block === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    block = journal.findOpenBlock();
  }
  const row = block.rows;
  block.vehicle[row] = BigInt(vehicle);
  block.eventTime[row] = time;
  block.receiveTime[row] = time + 200;
  block.assurance[row] = 1;
  block.edition[row] = 16;
  block.command[row] = 2;
  block.disposition[row] = 0;
  block.putRaw(Buffer.from(`##\u0002\u00fe${vehicle}:${number};`));
  for (const [signal, value] of [
    [SPEED, 40 + ((vehicle + number) % 30)],
    [VOLTAGE, 360],
    [TEMPERATURE, 25 + (vehicle % 10)],
    [SOC, 40 + (vehicle % 50)],
    [LEVEL, level],
  ] as const) {
    block.scalars[signal.column].ticks[row] = Math.round(value * signal.perUnit);
    block.scalars[signal.column].reasons[row] = Reason.ok;
  }
  block.endRow();
  journal.rowAdded();
}

/** One report of every vehicle. */
export async function round(journal: Journal, vehicles: number, number: number, time: number): Promise<void> {
  for (let vehicle = 1; vehicle <= vehicles; vehicle++) {
    await report(journal, vehicle, number, time);
    if (vehicle % 4096 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

export function quantile(times: readonly number[], q: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(1));
}
