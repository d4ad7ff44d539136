/**
 * The simulator as a process of the demonstration. Options come as one JSON object in SANDGLASS_SIMULATOR (they hold
 * the demo platforms' passwords, which do not belong into a process list); it stops
 * when its standard input closes, that is with whoever started it. Lines on it are orders to the drivers of the sandbox
 * vehicles, `halt` and `drive`, or to the provider of the AI service, `rollback`.
 */
import { EventEmitter } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { runAiService, type AiServiceOptions } from "./ai-service.ts";
import { runFleet, type FleetOptions } from "./fleet.ts";

type Options = Pick<FleetOptions, "host" | "port" | "seed" | "platforms" | "periodMs" | "failAfterMs"> & {
  readonly aiService?: Pick<AiServiceOptions, "endpoint" | "token" | "service" | "seed" | "periodMs" | "driftAfterMs">;
};

const options = JSON.parse(process.env["SANDGLASS_SIMULATOR"] ?? "{}") as Options;
const stop = new AbortController();
const orders = new EventEmitter<{ order: [string] }>();
process.stdin.on("end", () => stop.abort()).on("error", () => stop.abort());
createInterface({ input: process.stdin }).on("line", (line) => orders.emit("order", line));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
if (options.aiService !== undefined) {
  void runAiService({
    ...options.aiService,
    onOrder: (listener) => void orders.on("order", (line) => line === "rollback" && listener(line)),
    now: () => Date.now(),
    log: (line) => process.stderr.write(`AI service: ${line}\n`),
    signal: stop.signal,
  });
}
await runFleet({
  ...options,
  onOrder: (listener) => void orders.on("order", (line) => (line === "halt" || line === "drive") && listener(line)),
  now: () => Date.now(),
  log: (line) => process.stderr.write(`simulator: ${line}\n`),
  signal: stop.signal,
});
process.exit(0);
