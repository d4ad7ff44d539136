/** The history as a rebuild reads it: rows of many vehicles at once, exported as columns. */
import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { findSignal } from "@sandglass/signals";
import type { HistoryScope } from "../../access/mod.ts";
import { readExportedRows, type History } from "../../history/mod.ts";
import { WorkThreads } from "../work-threads.ts";
import { ExportedPortion } from "./exported-portion.ts";
import type { FleetRows, PortionQuery, StoredSubject, WarmedUp } from "./fleet-rows.ts";
import type { WarmUpWork } from "./warm-up.ts";

/** Rows that are in memory at once, some 100 bytes each. */
const PORTION_ROWS = 400_000;
/** Rows of a file for a thread, some 50 bytes each: a portion may have so many times what is in memory. */
const FILE_ROWS = 2.5;
/** Subjects are named one by one to both databases. */
const PORTION_SUBJECTS = 2_000;
/** Subjects that were heard last within this time may stand in one portion. */
const HEARD_TOGETHER_MS = 3_600_000;

export interface StoredFleetOptions {
  readonly history: Pick<History, "countRows" | "exportRows" | "status">;
  /** Of supervision itself, which sees everything. */
  readonly scope: () => Promise<HistoryScope>;
  /** For the files of rows; made when missing. */
  readonly folder: string;
  readonly portionRows?: number;
}

export function storedFleet({ history, scope, folder, portionRows = PORTION_ROWS }: StoredFleetOptions): FleetRows {
  let threads: WorkThreads<WarmUpWork, WarmedUp> | undefined;

  /** Exports rows to a file that lives as long as `read` takes. */
  const exported = async <T>(
    query: { readonly to: number } & PortionQuery,
    read: (path: string, signals: readonly string[]) => Promise<T>,
  ): Promise<T> => {
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${randomUUID()}.native`);
    const { subjects, inputs, ...range } = query;
    const signals = inputs.filter((id) => findSignal(id) !== undefined);
    try {
      await history.exportRows(await scope(), { ...range, vehicles: subjects, signals, path });
      return await read(path, signals);
    } finally {
      await rm(path, { force: true });
    }
  };

  return {
    storedSeq: () => history.status().storedSeq,
    portions: async (from, share) => {
      const everything = { to: Number.MAX_SAFE_INTEGER, throughSeq: Number.MAX_SAFE_INTEGER };
      const counted = await history.countRows(await scope(), { from, ...everything });
      const heard = (last: number): number => Math.floor((last - from) / HEARD_TOGETHER_MS);
      // Within such a group they stay in the order of their keys, in which the store has them.
      const ordered = counted.toSorted((a, b) => heard(b.last) - heard(a.last));
      const most = portionRows * Math.min(FILE_ROWS, 1 / share);
      const portions: StoredSubject[][] = [];
      let left = 0;
      for (const { vehicle, rows, last, lastReceived } of ordered) {
        const open = portions.at(-1);
        const subject = { key: vehicle, time: last, receivedAt: lastReceived };
        if (open === undefined || rows > left || open.length === PORTION_SUBJECTS) {
          portions.push([subject]);
          left = most;
        } else open.push(subject);
        left -= rows;
      }
      return portions;
    },
    open: (query) =>
      exported({ ...query, to: Number.MAX_SAFE_INTEGER }, async (path, signals) => {
        const portion = new ExportedPortion(signals);
        for (const block of readExportedRows(path, signals)) {
          portion.add(block);
          await breathe();
        }
        return portion;
      }),
    warmUp: ({ throughSeq, ...work }) => {
      const ranges = work.subjects.flatMap((subject) => subject.ranges);
      const query = {
        subjects: work.subjects.map(({ key }) => key),
        inputs: work.inputs,
        from: Math.min(...ranges.map(({ from }) => from)),
        to: Math.max(...ranges.map(({ to }) => to)),
        throughSeq,
      };
      return exported(query, async (path, signals) => {
        threads ??= new WorkThreads({ script: new URL("./warm-up-worker.ts", import.meta.url) });
        const { result } = await threads.start({ ...work, inputs: signals, path });
        return result;
      });
    },
    close: async () => {
      await threads?.close();
      threads = undefined;
    },
  };
}
