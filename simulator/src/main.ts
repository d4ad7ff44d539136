/**
 * The simulator as a process of the demonstration. Options come as one JSON object in SANDGLASS_SIMULATOR (they hold
 * the demo platforms' passwords, which do not belong into a process list); it stops
 * when its standard input closes, that is with whoever started it.
 */
import process from "node:process";
import { runFleet, type FleetOptions } from "./fleet.ts";

type Options = Pick<FleetOptions, "host" | "port" | "seed" | "platforms" | "periodMs" | "failAfterMs">;

const options = JSON.parse(process.env["SANDGLASS_SIMULATOR"] ?? "{}") as Options;
const stop = new AbortController();
process.stdin.on("end", () => stop.abort()).on("error", () => stop.abort());
process.stdin.resume();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
await runFleet({ ...options, now: () => Date.now(), log: (line) => process.stderr.write(`simulator: ${line}\n`), signal: stop.signal });
process.exit(0);
