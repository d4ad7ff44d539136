/** Gateway and journal alone, in a process of their own: what intake costs without supervision and history. */
import process from "node:process";
import { Gateway } from "../../server/src/intake/gateway/mod.ts";
import { Journal } from "../../server/src/journal/mod.ts";

const options = JSON.parse(process.argv[2]) as { folder: string; keep: boolean };
const journal = await Journal.open({ folder: options.folder });
// History would take closed segments away; here they are deleted so that the disk does not fill.
if (!options.keep) journal.onSegmentClosed((segment) => void journal.remove(segment.id));
const gateway = await Gateway.open({
  journal,
  host: "127.0.0.1",
  port: 0,
  answerRealtime: "both",
  vehicleKeyOf: (vin) => BigInt.asUintN(64, BigInt(Number(vin.slice(8)) || 0) * 0x9e3779b97f4a7c15n),
  noteVehicle: () => {},
  authenticatePlatform: async (user, password) =>
    Promise.resolve(user === "bench" && password === "bench-password" ? { id: "bench", name: "bench" } : undefined),
});
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({
    ...journal.status(),
    cpuSeconds: (user + system) / 1e6,
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
  });
});
process.on("disconnect", () => {
  void gateway
    .close(0)
    .then(() => journal.close())
    .then(() => process.exit(0));
});
process.send?.({ port: gateway.port });
