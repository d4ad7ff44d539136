/**
 * A process with a journal, a gateway and the quality counters over a real database, to be killed at any instant.
 * Arguments: the journal's folder, the database's address.
 */
import process from "node:process";
import { testKey } from "../intake/gateway/gateway.fixture.ts";
import { Gateway } from "../intake/gateway/mod.ts";
import { Journal } from "../journal/mod.ts";
import { openRecords } from "../records/mod.ts";
import { Conformance } from "./mod.ts";

const [folder, databaseUrl] = process.argv.slice(2);
const records = await openRecords({ dataDir: folder, databaseUrl, poolSize: 3 });
const journal = await Journal.open({ folder, blockRows: 48, blockAgeMs: 5, segmentRows: 512, minFreeBytes: 0 });
await Conformance.start({ records, journal, writeEveryMs: 15 });
const gateway = await Gateway.open({
  journal,
  host: "127.0.0.1",
  port: 0,
  // As real keys are: the registry's are 63 bits.
  vehicleKeyOf: (vin) => BigInt.asUintN(63, testKey(vin)),
  noteVehicle: () => {},
  authenticatePlatform: (user, password) =>
    Promise.resolve(password === "right" ? { id: user, name: user } : undefined),
});
process.send?.({ port: gateway.port });
process.on("disconnect", () => process.exit(0));
