/**
 * Speed of the codec on one core, for the 623-byte frame: `node bench/codec/bench.ts [runs]`.
 * Prints one JSON line with the median of 5 runs of each measure, in frames per second
 * of CPU time, garbage collection included.
 */
import { availableParallelism, cpus } from "node:os";
import {
  bccByByte,
  bccOf,
  createColumnDecoder,
  decodeFrame,
  encodeFrame,
  encodeFrameInto,
  FrameReader,
} from "@sandglass/gbt32960";
import { ObservationBlock } from "@sandglass/signals";
import { createColumnMap } from "../../server/src/intake/gateway/column-map.ts";
import { FRAME, MESSAGE } from "./frame-623.ts";

const RUNS = Number(process.argv[2] ?? 5);
const CHUNK_FRAMES = 100;
const RUN_MS = 600;

/** Frames one after the other, starting at an odd address as they do in a real chunk. */
const chunk = new Uint8Array(FRAME.length * CHUNK_FRAMES + 3).subarray(3);
for (let i = 0; i < CHUNK_FRAMES; i++) chunk.set(FRAME, i * FRAME.length);

/** Keeps results alive, so that the work is not optimised away. */
let kept = 0;

/** User and system time of this process in ms: a busy neighbour slows the clock on the wall, not this one. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Frames per second of CPU time: the median over runs of `RUN_MS`, after one run to warm up. */
function measure(hundredFrames: () => void): number {
  const run = (): number => {
    const started = cpuTime();
    let frames = 0;
    let elapsed = 0;
    while (elapsed < RUN_MS) {
      for (let i = 0; i < 10; i++) hundredFrames();
      frames += 10 * CHUNK_FRAMES;
      elapsed = cpuTime() - started;
    }
    return (frames / elapsed) * 1000;
  };
  run();
  return Array.from({ length: RUNS }, run).toSorted((a, b) => a - b)[RUNS >> 1];
}

const eachFrame = (work: (from: number, to: number) => void) => () => {
  for (let from = 0; from < chunk.length; from += FRAME.length) work(from, from + FRAME.length);
};

const block = new ObservationBlock(4096);
const decodeColumns = createColumnDecoder(createColumnMap());
function intoBlock(bytes: Uint8Array, from: number, to: number): void {
  if (block.isFull) block.reset();
  if (decodeColumns(bytes, block, block.rows, from, to).ok) block.endRow();
}

const columnReader = new FrameReader({ onFrame: intoBlock });
const idleReader = new FrameReader({ onFrame: () => {} });
const decoded = decodeFrame(FRAME);
const target = new Uint8Array(1024);

const measures: Record<string, () => void> = {
  "columns, stream reader and BCC": () => columnReader.push(chunk),
  "columns alone": eachFrame((from, to) => intoBlock(chunk, from, to)),
  "stream reader and BCC": () => idleReader.push(chunk),
  "BCC by words": eachFrame((from, to) => {
    kept ^= bccOf(chunk, from + 2, to - 1);
  }),
  "BCC by bytes": eachFrame((from, to) => {
    kept ^= bccByByte(chunk, from + 2, to - 1);
  }),
  "typed decode, BCC checked": eachFrame(() => {
    kept ^= decodeFrame(FRAME).command;
  }),
  encode: eachFrame(() => {
    kept ^= encodeFrame(MESSAGE).length;
  }),
  "encode what was decoded": eachFrame(() => {
    kept ^= encodeFrame(decoded).length;
  }),
  "encode into a buffer": eachFrame(() => {
    kept ^= encodeFrameInto(MESSAGE, target);
  }),
};

const framesPerSecond = Object.fromEntries(
  Object.entries(measures).map(([name, work]) => [name, Math.round(measure(work))]),
);
console.log(
  JSON.stringify({
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: availableParallelism(),
    runs: RUNS,
    framesPerSecond,
    kept,
  }),
);
