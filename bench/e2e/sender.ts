/**
 * The load of the end-to-end measurement, a process of its own: one platform link, `vehicles` vehicles in turn,
 * batched writes, at most `window` frames unanswered. Options as JSON in the first argument; prints one JSON line.
 */
import process from "node:process";
import { createConnection } from "node:net";
import { platformLogin } from "@sandglass/simulator";
import { FRAME_BYTES, stamp } from "./frame-template.ts";

interface Options {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly frames: number;
  readonly vehicles: number;
  readonly window: number;
  readonly batch: number;
  readonly baseSeconds: number;
}

const options = JSON.parse(process.argv[2]) as Options;
/** A reply keeps the time and drops the rest: 31 bytes. */
const REPLY_BYTES = 31;

const socket = createConnection({ host: options.host, port: options.port, noDelay: true });
await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
const login = new Promise<void>((resolve, reject) => {
  socket.once("data", (reply: Buffer) =>
    reply[3] === 1 ? resolve() : reject(new Error(`login refused with flag ${reply[3]}`)),
  );
});
socket.write(platformLogin(2016, Date.now(), 1, options.user, options.password));
await login;

let answeredBytes = 0;
let wake: (() => void) | undefined;
socket.on("data", (chunk: Buffer) => {
  answeredBytes += chunk.length;
  wake?.();
});
socket.on("close", () => {
  if (answeredBytes < options.frames * REPLY_BYTES) {
    process.stderr.write("the gateway closed the link\n");
    process.exit(1);
  }
});
const waken = () => new Promise<void>((resolve) => (wake = resolve));

const started = process.hrtime.bigint();
let sent = 0;
// Buffers of one window are reused only after their frames are answered.
const pool = Array.from(
  { length: Math.ceil(options.window / options.batch) + 2 },
  () => new Uint8Array(options.batch * FRAME_BYTES),
);
for (let turn = 0; sent < options.frames; turn++) {
  while (sent - answeredBytes / REPLY_BYTES > options.window - options.batch) await waken();
  const count = Math.min(options.batch, options.frames - sent);
  const buffer = pool[turn % pool.length];
  for (let i = 0; i < count; i++, sent++)
    stamp(buffer, i * FRAME_BYTES, sent % options.vehicles, Math.floor(sent / options.vehicles), options.baseSeconds);
  if (!socket.write(buffer.subarray(0, count * FRAME_BYTES)))
    await new Promise((resolve) => socket.once("drain", resolve));
}
while (answeredBytes < options.frames * REPLY_BYTES) await waken();
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
process.stdout.write(
  `${JSON.stringify({ frames: sent, answered: answeredBytes / REPLY_BYTES, seconds, cpuSeconds: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6 })}\n`,
);
socket.end();
process.exit(0);
