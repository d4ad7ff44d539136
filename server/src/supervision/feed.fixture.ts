/** Real journals with made-up rows for tests of supervision. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Assurance, CATALOGUE, deriveSignals, getScalar, Reason, type Disposition } from "@sandglass/signals";
import { compileTriggers, type TriggerSet } from "@sandglass/triggers";
import { Journal } from "../journal/mod.ts";

/** The set of a text, which may name signals of frames and of events. */
export function compile(text: string): TriggerSet {
  const result = compileTriggers([{ text }], CATALOGUE);
  assert.ok(result.ok, JSON.stringify(result.ok ? "" : result.errors));
  return result.set;
}

export interface Row {
  readonly vehicle: bigint;
  readonly event: number;
  readonly receive?: number;
  readonly command?: number;
  readonly disposition?: Disposition;
  readonly assurance?: Assurance;
  /** Physical values by signal id; "invalid" for an invalid sample. */
  readonly values?: Readonly<Record<string, number | "invalid">>;
  /** Tells frames apart that are otherwise equal. */
  readonly tag?: number;
}

export function temporaryFolder(): { path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), "sandglass-supervision-"));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function openJournal(folder: string, blockRows = 64): Promise<Journal> {
  return Journal.open({ folder: path.join(folder, "journal"), blockAgeMs: 5, blockRows, minFreeBytes: 0 });
}

/** Appends these rows and resolves when they are durable (consumers may still be at work). */
export async function appendRows(journal: Journal, rows: readonly Row[]): Promise<void> {
  const target = journal.status().durableRows + rows.length;
  for (const row of rows) {
    let block = journal.findOpenBlock();
    while (block === undefined) {
      await pause();
      block = journal.findOpenBlock();
    }
    const at = block.rows;
    block.vehicle[at] = row.vehicle;
    block.eventTime[at] = row.event;
    block.receiveTime[at] = row.receive ?? row.event;
    block.link[at] = 1;
    block.assurance[at] = row.assurance ?? Assurance.platform;
    block.edition[at] = 16;
    block.command[at] = row.command ?? 2;
    block.disposition[at] = row.disposition ?? 0;
    block.putRaw(rawOf(row));
    for (const [id, value] of Object.entries(row.values ?? {})) {
      const signal = getScalar(id);
      const column = block.scalars[signal.column];
      if (value === "invalid") column.reasons[at] = Reason.invalid;
      else {
        column.ticks[at] = Math.round(value * signal.perUnit);
        column.reasons[at] = Reason.ok;
      }
    }
    deriveSignals(block);
    block.endRow();
    journal.rowAdded();
  }
  while (journal.status().durableRows < target) await pause();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

/** Like a frame: 4 bytes that a repetition as 0x03 changes, then what identifies it, then a check byte. */
function rawOf(row: Row): Uint8Array {
  const body = JSON.stringify([String(row.vehicle), row.event, row.values ?? {}, row.tag ?? 0]);
  const bytes = Buffer.concat([
    Buffer.from([0x23, 0x23, row.command ?? 2, 0xfe]),
    Buffer.from(body),
    Buffer.from([row.command ?? 2]),
  ]);
  return bytes;
}
