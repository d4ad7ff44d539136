/** A process with a journal and a gateway, to be killed at any instant. Argument: the journal's folder. */
import process from "node:process";
import { Journal } from "../../journal/mod.ts";
import { testKey } from "./gateway.fixture.ts";
import { Gateway } from "./gateway.ts";

const journal = await Journal.open({ folder: process.argv[2], blockRows: 64, segmentRows: 512, minFreeBytes: 0 });
const gateway = await Gateway.open({
  journal,
  host: "127.0.0.1",
  port: 0,
  answerRealtime: "both",
  vehicleKeyOf: testKey,
  noteVehicle: () => {},
  authenticatePlatform: (user, password) =>
    Promise.resolve(password === "right" ? { id: user, name: user } : undefined),
});
process.send?.({ port: gateway.port });
process.on("disconnect", () => process.exit(0));
