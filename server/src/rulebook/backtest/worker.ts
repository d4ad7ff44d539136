/** A thread that steps a backtest: millions of rows must not hold up the event loop of the server. */
import { parentPort, workerData } from "node:worker_threads";
import { readExportedRows } from "../../history/exported-rows.ts";
import type { ChunkResult, ChunkWork, SetTexts } from "./firing.ts";
import { compileRules } from "../compile.ts";
import { RowStepper } from "./step-rows.ts";

export type WorkerAnswer = { readonly result: ChunkResult } | { readonly error: string };

const stepper = new RowStepper(
  (workerData as readonly SetTexts[]).map((texts) => ({ set: compileRules(texts), texts })),
);

parentPort?.on("message", (work: ChunkWork) => {
  let answer: WorkerAnswer;
  try {
    answer = { result: stepper.step(work, readExportedRows(work.path, work.signals)) };
  } catch (error) {
    answer = { error: (error as Error).stack ?? String(error) };
  }
  parentPort?.postMessage(answer);
});
