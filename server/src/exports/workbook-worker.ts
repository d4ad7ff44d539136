/** Writes one workbook in a thread of its own. */
import { parentPort, workerData } from "node:worker_threads";
import type { Language, Table } from "./table.ts";
import { toWorkbook } from "./workbook.ts";

const { table, language } = workerData as { readonly table: Table; readonly language: Language };
const file = await toWorkbook(table, language);
const bytes = new Uint8Array(file);
parentPort?.postMessage(bytes, [bytes.buffer]);
