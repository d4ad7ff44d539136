/**
 * Load for the gateway measurement: one platform link, or many terminal links. Frames are stamped before the clock
 * starts, so that the sender costs little. With answers, at most `window` frames of a link are unanswered; without,
 * every link is written to as fast as it takes the bytes. Prints one JSON line when everything is sent (and answered).
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
  readonly answered: boolean;
  /** The server knows no login (split-only). */
  readonly bare: boolean;
  /** Frames before the measurement, while the server's code is still being compiled. */
  readonly warmUp: number;
}

const options = JSON.parse(process.argv[2]) as Options;
const REPLY_BYTES = 31;
const links = Math.max(1, options.terminals);
const perLinkOf = (frames: number) => Math.floor(frames / links / options.batch) * options.batch;
let perLink = perLinkOf(options.warmUp);

class Sender {
  readonly socket: Socket;
  readonly #buffers: readonly Uint8Array[];
  sent = 0;
  #answeredBytes = 0;
  #finish = () => {};

  constructor(socket: Socket, buffers: readonly Uint8Array[]) {
    this.socket = socket;
    this.#buffers = buffers;
    socket.on("close", () => {
      throw new Error("the server has closed a link");
    });
    if (!options.answered) return;
    socket.on("data", (chunk: Buffer) => {
      this.#answeredBytes += chunk.length;
      if (this.#answeredBytes >= perLink * REPLY_BYTES) this.#finish();
      else this.send();
    });
    socket.on("drain", () => this.send());
  }

  /** Sends up to `perLink` frames; resolves when they are answered. */
  finish(): Promise<void> {
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.send();
    });
  }

  /** @returns false when the socket is full */
  sendOne(): boolean {
    const buffer = this.#buffers[(this.sent / options.batch) % this.#buffers.length];
    this.sent += options.batch;
    return this.socket.write(buffer);
  }

  send(): void {
    while (this.sent < perLink && this.sent + options.batch - this.#answeredBytes / REPLY_BYTES <= options.window) {
      if (!this.sendOne()) return;
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
    if (!options.bare) {
      socket.write(platformLogin(2016, Date.now(), 1, "bench", "bench-password"));
      await once(socket, "data");
    }
    const buffers = frames((index) => index % 2000, Math.ceil(20_000 / options.batch), baseSeconds);
    senders.push(new Sender(socket, buffers));
  } else {
    const buffers = frames(() => link, Math.ceil(20 / options.batch), baseSeconds);
    senders.push(new Sender(socket, buffers));
  }
}

/** One write per link in turn, as vehicles do; a full link is left out until it drains. */
async function pour(): Promise<void> {
  let active = senders.filter((sender) => sender.sent < perLink);
  while (active.length > 0) {
    let written = 0;
    for (const sender of active) {
      if (sender.socket.writableNeedDrain) continue;
      sender.sendOne();
      written++;
    }
    if (written === 0) await Promise.race(active.slice(0, 8).map((sender) => once(sender.socket, "drain")));
    else await new Promise((resolve) => setImmediate(resolve));
    active = active.filter((sender) => sender.sent < perLink);
  }
  await Promise.all(senders.map(({ socket }) => new Promise((resolve) => socket.write(new Uint8Array(0), resolve))));
}

async function sendAll(): Promise<void> {
  if (options.answered) await Promise.all(senders.map((sender) => sender.finish()));
  else await pour();
}

await sendAll();
process.send?.({ frames: perLink * links });
await once(process, "message");
const cpuBefore = process.cpuUsage();
const warm = perLink;
perLink += perLinkOf(options.frames);
await sendAll();
const { user, system } = process.cpuUsage(cpuBefore);
process.send?.({ frames: (perLink - warm) * links, cpuSeconds: (user + system) / 1e6 });
await once(process, "disconnect");
process.exit(0);
