/**
 * Load for the gateway measurement: one platform link, or many terminal links; at most `window` frames of a link are
 * unanswered. Frames are stamped before the clock starts, so that the sender costs little. Prints one JSON line.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import process from "node:process";
import { platformLogin } from "@sandglass/simulator";
import { FRAME_BYTES, stamp } from "../e2e/frame-template.ts";

interface Options {
  readonly port: number;
  /** 0 = one platform link with 2000 vehicles. */
  readonly terminals: number;
  readonly frames: number;
  readonly window: number;
  /** Frames per write. */
  readonly batch: number;
}

const options = JSON.parse(process.argv[2]) as Options;
const REPLY_BYTES = 31;
const links = Math.max(1, options.terminals);
const perLink = Math.floor(options.frames / links / options.batch) * options.batch;

class Sender {
  readonly #socket: Socket;
  readonly #buffers: readonly Uint8Array[];
  #sent = 0;
  #answeredBytes = 0;
  #finish = () => {};
  readonly finished = new Promise<void>((resolve) => {
    this.#finish = resolve;
  });

  constructor(socket: Socket, buffers: readonly Uint8Array[]) {
    this.#socket = socket;
    this.#buffers = buffers;
    socket.on("data", (chunk: Buffer) => {
      this.#answeredBytes += chunk.length;
      if (this.#answeredBytes >= perLink * REPLY_BYTES) this.#finish();
      else this.send();
    });
    socket.on("drain", () => this.send());
  }

  send(): void {
    while (this.#sent < perLink && this.#sent + options.batch - this.#answeredBytes / REPLY_BYTES <= options.window) {
      const buffer = this.#buffers[(this.#sent / options.batch) % this.#buffers.length];
      this.#sent += options.batch;
      if (!this.#socket.write(buffer)) return;
    }
  }
}

function frames(vehicleOf: (turn: number) => number, count: number, baseSeconds: number): Uint8Array[] {
  return Array.from({ length: count }, (_, turn) => {
    const buffer = new Uint8Array(options.batch * FRAME_BYTES);
    for (let i = 0; i < options.batch; i++) {
      const index = turn * options.batch + i;
      stamp(buffer, i * FRAME_BYTES, vehicleOf(index), Math.floor(index / 2000), baseSeconds);
    }
    return buffer;
  });
}

const baseSeconds = Math.floor(Date.now() / 1000) - 86_400;
const senders: Sender[] = [];
for (let link = 0; link < links; link++) {
  const socket = connect({ port: options.port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  if (options.terminals === 0) {
    socket.write(platformLogin(2016, Date.now(), 1, "bench", "bench-password"));
    await once(socket, "data");
    senders.push(
      new Sender(
        socket,
        frames((index) => index % 2000, Math.ceil(40_000 / options.batch), baseSeconds),
      ),
    );
  } else {
    senders.push(
      new Sender(
        socket,
        frames(() => link, Math.ceil(100 / options.batch), baseSeconds),
      ),
    );
  }
}
const cpuBefore = process.cpuUsage();
const started = performance.now();
for (const sender of senders) sender.send();
await Promise.all(senders.map((sender) => sender.finished));
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
process.stdout.write(`${JSON.stringify({ frames: perLink * links, seconds, cpuSeconds: (user + system) / 1e6 })}\n`);
process.exit(0);
