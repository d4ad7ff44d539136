/** A thread that warms up subjects of a rebuild. */
import { parentPort } from "node:worker_threads";
import { readExportedRows } from "../../history/exported-rows.ts";
import { answerWork } from "../work-threads.ts";
import { WarmUp, type WarmUpWork } from "./warm-up.ts";

const warmUp = new WarmUp();

answerWork(parentPort, ({ path, ...work }: WarmUpWork) => warmUp.run(work, readExportedRows(path, work.inputs)));
