/** The thread that steps a backtest: millions of rows must not hold up the event loop of the server. */
import { parentPort, workerData } from "node:worker_threads";
import { readExportedRows } from "../../history/export-rows.ts";
import type { ChunkResult, ChunkWork, SetTexts } from "./firing.ts";
import { compileRules } from "../compile.ts";
import { stepChunk } from "./step-rows.ts";

export type WorkerAnswer = { readonly result: ChunkResult } | { readonly error: string };

const sets = (workerData as readonly SetTexts[]).map(compileRules);

parentPort?.on("message", (work: ChunkWork) => {
  let answer: WorkerAnswer;
  try {
    answer = { result: stepChunk(sets, work, readExportedRows(work.path, work.signals.length)) };
  } catch (error) {
    answer = { error: (error as Error).stack ?? String(error) };
  }
  parentPort?.postMessage(answer);
});
