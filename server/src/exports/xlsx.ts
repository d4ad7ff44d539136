/** Workbooks are written beside the main thread: one of 20,000 rows takes seconds of a core, in which frames would wait. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Language, Table } from "./table.ts";

/** One after another, so that exports never take more than one core from what the server is for. */
let last: Promise<unknown> = Promise.resolve();

export function toXlsx(table: Table, language: Language): Promise<Buffer> {
  const mine = last.then(() => write(table, language));
  last = mine.catch(() => undefined);
  return mine;
}

async function write(table: Table, language: Language): Promise<Buffer> {
  const worker = new Worker(new URL("./workbook-worker.ts", import.meta.url), { workerData: { table, language } });
  try {
    const [bytes] = (await once(worker, "message")) as [Uint8Array];
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } finally {
    await worker.terminate();
  }
}
