/**
 * A server under measurement, in a process of its own, without supervision and history:
 * `split` accepts sockets and cuts frames by their length only, the least that any server must do;
 * `columns` is the gateway (BCC, columns, raw frames, replies) with blocks that are given back instead of written;
 * `journal` is the gateway with the journal.
 */
import process from "node:process";
import { Gateway } from "../../server/src/intake/gateway/mod.ts";
import { Journal } from "../../server/src/journal/mod.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { startSplitServer } from "./split-server.ts";

export type ServerKind = "split" | "columns" | "journal";

export interface ServerOptions {
  readonly kind: ServerKind;
  readonly folder: string;
  readonly answer: boolean;
  /** Of `columns`: blocks are used in turn, see memory-journal.ts. */
  readonly inTurn?: boolean;
}

/** What the parent asks for. */
export interface ServerStatus {
  readonly frames: number;
  /** Rows that are durable; without a journal, rows of blocks that were given back. */
  readonly durableRows: number;
  readonly bytesWritten: number;
  readonly syncs: number;
  readonly cpuSeconds: number;
  /** The kernel's part of it. */
  readonly systemSeconds: number;
  readonly peakMb: number;
  readonly heapMb: number;
}

const options = JSON.parse(process.argv[2]) as ServerOptions;

interface Running {
  readonly port: number;
  readonly counts: () => Pick<ServerStatus, "frames" | "durableRows" | "bytesWritten" | "syncs">;
  readonly close: () => Promise<void>;
}

async function startGateway(journal: Journal | MemoryJournal): Promise<Gateway> {
  return Gateway.open({
    journal,
    host: "127.0.0.1",
    port: 0,
    answerRealtime: options.answer ? "both" : "none",
    vehicleKeyOf: (vin) => BigInt.asUintN(64, BigInt(Number(vin.slice(8)) || 0) * 0x9e3779b97f4a7c15n),
    noteVehicle: () => {},
    authenticatePlatform: async (user, password) =>
      Promise.resolve(user === "bench" && password === "bench-password" ? { id: "bench", name: "bench" } : undefined),
  });
}

async function start(): Promise<Running> {
  if (options.kind === "split") return startSplitServer();
  if (options.kind === "columns") {
    const memory = new MemoryJournal(options.inTurn === true);
    const gateway = await startGateway(memory);
    return {
      port: gateway.port,
      counts: () => ({ frames: gateway.metrics().frames, durableRows: memory.rows, bytesWritten: 0, syncs: 0 }),
      close: () => gateway.close(0),
    };
  }
  const journal = await Journal.open({ folder: options.folder });
  // History would take closed segments away; here they are deleted so that the disk does not fill.
  journal.onSegmentClosed((segment) => void journal.remove(segment.id));
  const gateway = await startGateway(journal);
  return {
    port: gateway.port,
    counts: () => ({ frames: gateway.metrics().frames, ...journal.status() }),
    close: () => gateway.close(0).then(() => journal.close()),
  };
}

const running = await start();
process.on("message", (message) => {
  if (message === "gc") {
    globalThis.gc?.();
    return;
  }
  const { user, system } = process.cpuUsage();
  process.send?.({
    ...running.counts(),
    cpuSeconds: (user + system) / 1e6,
    systemSeconds: system / 1e6,
    heapMb: process.memoryUsage().heapUsed / 1048576,
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
  } satisfies ServerStatus);
});
process.on("disconnect", () => {
  void running.close().then(() => process.exit(0));
});
process.send?.({ port: running.port });
