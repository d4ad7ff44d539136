/**
 * The frames of vehicles, stepped in threads: vehicles in portions of about a million rows, exported by the store to a
 * file, the next portion being exported meanwhile.
 */
import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { HistoryScope } from "../../access/mod.ts";
import type { History } from "../../history/mod.ts";
import { WorkThreads } from "../../supervision/mod.ts";
import type { ChunkResult, ChunkVehicle, ChunkWork, SetTexts } from "./firing.ts";

const ROWS_PER_CHUNK = 1_000_000;

export interface FramesWork extends Omit<ChunkWork, "path" | "vehicles"> {
  readonly texts: readonly SetTexts[];
  readonly counted: readonly { readonly vehicle: bigint; readonly rows: number }[];
  readonly vehicle: (key: bigint) => ChunkVehicle;
  /** Exported event time begins here, UTC ms, and ends with `to`. */
  readonly since: number;
  readonly throughSeq: number;
}

export interface FramesPorts {
  readonly history: Pick<History, "exportRows">;
  readonly scope: HistoryScope;
  /** For the files of rows; made when missing. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Calls `found` for each portion, in any order. @throws SG_HISTORY_CANCELLED after `signal` */
export async function stepFrames(
  { texts, counted, vehicle, since, throughSeq, ...work }: FramesWork,
  { history, scope, folder: parent, signal }: FramesPorts,
  found: (result: ChunkResult) => void,
): Promise<void> {
  const folder = join(parent, randomUUID());
  await mkdir(folder, { recursive: true });
  const cut = [...portions(counted)];
  const threads = new WorkThreads<ChunkWork, ChunkResult>({
    script: new URL("./worker.ts", import.meta.url),
    data: texts,
    portions: cut.length,
    signal,
  });
  try {
    const stepping: Promise<void>[] = [];
    for (const [number, vehicles] of cut.entries()) {
      const path = join(folder, `${number}.native`);
      const { signals, to } = work;
      await history.exportRows(scope, { vehicles, signals, from: since, to, throughSeq, path }, { signal });
      // One portion ahead of the threads: so many files are there at most, and one more.
      const { result } = await threads.start({ ...work, path, vehicles: vehicles.map(vehicle) });
      const settled = result.then(async (portion) => {
        found(portion);
        await rm(path, { force: true });
      });
      settled.catch(() => undefined);
      stepping.push(settled);
    }
    await Promise.all(stepping);
  } finally {
    await threads.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Vehicles in portions of about equal rows; a vehicle is never divided. */
function* portions(counted: FramesWork["counted"]): Generator<bigint[]> {
  let portion: bigint[] = [];
  let sum = 0;
  for (const { vehicle, rows } of counted) {
    if (portion.length > 0 && sum + rows > ROWS_PER_CHUNK) {
      yield portion;
      portion = [];
      sum = 0;
    }
    portion.push(vehicle);
    sum += rows;
  }
  if (portion.length > 0) yield portion;
}
