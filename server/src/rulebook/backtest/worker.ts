/** A thread that steps a backtest. */
import { parentPort, workerData } from "node:worker_threads";
import { readExportedRows } from "../../history/exported-rows.ts";
import { answerWork } from "../../supervision/work-threads.ts";
import type { ChunkWork, SetTexts } from "./firing.ts";
import { compileRules } from "../compile.ts";
import { RowStepper } from "./step-rows.ts";

const stepper = new RowStepper(
  (workerData as readonly SetTexts[]).map((texts) => ({ set: compileRules(texts), texts })),
);

answerWork(parentPort, (work: ChunkWork) => stepper.step(work, readExportedRows(work.path, work.signals)));
