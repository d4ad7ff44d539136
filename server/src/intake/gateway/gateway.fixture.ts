/** A gateway on a free port with a journal in a temporary folder, clients that speak bytes, and frames for them. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { bccOf, FrameReader } from "@sandglass/gbt32960";
import { DISPOSITION_NAMES } from "@sandglass/signals";
import { Journal, type JournalOptions } from "../../journal/mod.ts";
import { temporaryFolder } from "../../journal/temporary.fixture.ts";
import { Gateway } from "./gateway.ts";
import type { GatewayOptions } from "./options.ts";
import type { SeenVehicle } from "./vehicles.ts";

export const VIN = "LTESTVAN000000001";
export const OTHER_VIN = "LTESTVAN000000002";

/** 2026-07-01 12:00:00 Beijing time. */
export const NOON_BYTES = [26, 7, 1, 12, 0, 0] as const;
export const NOON = Date.UTC(2026, 6, 1, 4, 0, 0);

export interface FrameParts {
  readonly command: number;
  readonly unit?: readonly number[] | Uint8Array;
  readonly vin?: string;
  readonly edition?: 2016 | 2025;
  readonly flag?: number;
  readonly encryption?: number;
}

export function frame({
  command,
  unit = [],
  vin = VIN,
  edition = 2016,
  flag = 0xfe,
  encryption = 1,
}: FrameParts): Buffer {
  const bytes = Buffer.alloc(25 + unit.length);
  bytes.fill(edition === 2016 ? 0x23 : 0x24, 0, 2);
  bytes[2] = command;
  bytes[3] = flag;
  bytes.write(vin, 4, 17, "latin1");
  bytes[21] = encryption;
  bytes.writeUInt16BE(unit.length, 22);
  bytes.set(unit, 24);
  bytes[bytes.length - 1] = bccOf(bytes, 2, bytes.length - 1);
  return bytes;
}

export const login = (parts: Partial<FrameParts> = {}): Buffer =>
  frame({ command: 1, unit: [...NOON_BYTES, 0, 1, ...Buffer.from("89860000000000000001"), 0, 0], ...parts });

/** Vehicle body of 2016 with that speed in 0.1 km/h. */
export const realtime = (speed: number, parts: Partial<FrameParts> = {}): Buffer =>
  frame({
    command: 2,
    unit: [...NOON_BYTES, 1, 1, 3, 1, speed >> 8, speed & 255, 0, 0, 39, 16, 14, 216, 39, 16, 80, 1, 14, 19, 136, 0, 0],
    ...parts,
  });

/** An OEM body carries the number of the frame, so that each reception can be recognised. */
export function numbered(serial: number, vin: string): Buffer {
  const unit = Buffer.alloc(6 + 3 + 4 + 200);
  unit.set([26, 7, 1, 12, 0, 0, 0x80, 0, 204]);
  unit.writeUInt32BE(serial, 9);
  return frame({ command: 2, unit, vin });
}

export function serialOf(raw: Buffer): number {
  return raw.readUInt32BE(24 + 9);
}

export function platformLogin(user: string, password: string, edition: 2016 | 2025 = 2016): Buffer {
  const unit = Buffer.alloc(41);
  unit.set(NOON_BYTES);
  unit.writeUInt16BE(1, 6);
  unit.write(user, 8, 12, "latin1");
  unit.write(password, 20, 20, "latin1");
  unit[40] = 1;
  return frame({ command: 5, unit, vin: "PLATFORM000000001", edition });
}

/** The reply of the main body of the standard to a frame. */
export function replyTo(request: Buffer, flag = 1): Buffer {
  const timed = request[2] !== 7 && request[2] !== 8;
  return frame({
    command: request[2],
    flag,
    edition: request[0] === 0x23 ? 2016 : 2025,
    vin: request.toString("latin1", 4, 21),
    unit: timed ? request.subarray(24, 30) : [],
  });
}

export async function until(condition: () => boolean, what: string, timeoutMs = 15_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) assert.fail(`timed out: ${what}`);
    await sleep(2);
  }
}

export class Client {
  readonly socket: Socket;
  readonly replies: Buffer[] = [];
  closed = false;
  /** The other side has reset the connection. */
  reset = false;
  #reader = new FrameReader({ onFrame: (bytes, from, to) => this.replies.push(Buffer.from(bytes.slice(from, to))) });

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => this.#reader.push(chunk));
    socket.on("error", () => {
      this.reset = true;
    });
    socket.on("close", () => {
      this.closed = true;
    });
  }

  static over(socket: Socket): Client {
    return new Client(socket);
  }

  static async connect(port: number): Promise<Client> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    return new Client(socket);
  }

  send(...parts: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  /** Waits for that many replies in all and returns them. */
  async receive(count: number): Promise<Buffer[]> {
    await until(() => this.replies.length >= count, `${count} replies, have ${this.replies.length}`);
    return this.replies;
  }

  /** Waits for the end of the connection; by its event, because thousands of clients must not poll. */
  async gone(timeoutMs = 15_000): Promise<void> {
    if (this.closed) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error("timed out: the link is closed")), timeoutMs);
    this.socket.once("close", resolve);
    await promise.finally(() => clearTimeout(timer));
  }
}

export interface StoredRow {
  readonly seq: number;
  readonly vehicle: bigint;
  readonly command: number;
  readonly disposition: string;
  readonly assurance: number;
  readonly edition: number;
  readonly eventTime: number;
  readonly receiveTime: number;
  readonly link: number;
  readonly raw: Buffer;
  /** Ticks of the scalars that are present, by column. */
  readonly scalars: ReadonlyMap<number, number>;
}

/** Every durable row of a journal, from disk. */
export async function storedRows(journal: Journal): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  for await (const { columns } of journal.read()) {
    for (let row = 0; row < columns.rows; row++) {
      const scalars = new Map<number, number>();
      for (const [index, { ticks, reasons }] of columns.scalars.entries())
        if (reasons[row] === 0) scalars.set(index, ticks[row]);
      rows.push({
        seq: columns.firstSeq + row,
        vehicle: columns.vehicle[row],
        command: columns.command[row],
        disposition: DISPOSITION_NAMES[columns.disposition[row]],
        assurance: columns.assurance[row],
        edition: columns.edition[row],
        eventTime: columns.eventTime[row],
        receiveTime: columns.receiveTime[row],
        link: columns.link[row],
        raw: Buffer.from(columns.rawOf(row)),
        scalars,
      });
    }
  }
  return rows;
}

/** A key that tests can compute as well. */
export const testKey = (vin: string): bigint =>
  BigInt.asUintN(
    64,
    [...vin].reduce((key, char) => key * 31n + BigInt(char.charCodeAt(0)), 7n),
  );

export interface Bench {
  readonly journal: Journal;
  readonly gateway: Gateway;
  readonly port: number;
  readonly folder: string;
  readonly seen: SeenVehicle[];
  /** Moves the gateway's clock. */
  time: { now: number };
  connect(): Promise<Client>;
  rows(): Promise<StoredRow[]>;
  close(): Promise<void>;
}

/** Closed when the test ends, whether it passed or not. */
export async function startGateway(
  context: TestContext,
  options: Partial<GatewayOptions> & { journal?: never; journalOptions?: Partial<JournalOptions> } = {},
): Promise<Bench> {
  const { journalOptions, ...gatewayOptions } = options;
  const temporary = journalOptions?.folder === undefined ? temporaryFolder("gateway") : undefined;
  const folder = journalOptions?.folder ?? (temporary as { path: string }).path;
  const journal = await Journal.open({ blockAgeMs: 5, minFreeBytes: 0, retryMs: 20, ...journalOptions, folder });
  const seen: SeenVehicle[] = [];
  const time = { now: NOON + 1000 };
  const clients: Client[] = [];
  const gateway = await Gateway.open({
    journal,
    host: "127.0.0.1",
    port: 0,
    clock: () => time.now,
    vehicleKeyOf: testKey,
    noteVehicle: (batch) => {
      seen.push(...batch);
    },
    authenticatePlatform: async (user, password) => {
      await sleep(1);
      return user === "platform" && password === "right" ? { id: "plt_1", name: "Platform" } : undefined;
    },
    ...gatewayOptions,
  });
  const bench: Bench = {
    journal,
    gateway,
    folder,
    seen,
    time,
    port: gateway.port,
    connect: async () => {
      const client = await Client.connect(gateway.port);
      clients.push(client);
      return client;
    },
    rows: () => storedRows(journal),
    close: async () => {
      for (const client of clients) client.socket.destroy();
      await gateway.close();
      await journal.close();
      temporary?.remove();
    },
  };
  context.after(bench.close);
  return bench;
}
