import assert from "node:assert/strict";
import { test } from "node:test";
import { FleetMonitor } from "../api/mod.ts";
import { ALL, fixture, SALT } from "../history/segments.fixture.ts";
import { login, platformLogin, realtime, startGateway, until, VIN } from "../intake/gateway/gateway.fixture.ts";
import { Journal } from "../journal/mod.ts";
import { temporaryFolder } from "../journal/temporary.fixture.ts";
import { primeFleet } from "./figures.ts";

test("after a restart every frame ever received counts once, stored or not, of vehicles and of platforms themselves", async (context) => {
  const files = fixture();
  const history = await files.open();
  const folder = temporaryFolder("prime");
  context.after(async () => {
    await history.close();
    files.remove();
    folder.remove();
  });
  const bench = await startGateway(context, { journalOptions: { folder: folder.path } });
  const terminal = await bench.connect();
  const platform = await bench.connect();
  platform.send(platformLogin("platform", "right"));
  terminal.send(login(), realtime(100), realtime(200), realtime(300, { vin: "LTESTVAN000000099" }));
  await until(() => bench.journal.status().durableRows === 5, "five frames");
  await bench.journal.closeSegment();
  for (const segment of bench.journal.closedSegments()) await history.insertSegment(segment, SALT);
  // These reach the journal only.
  terminal.send(realtime(400), realtime(500));
  await until(() => bench.journal.status().durableRows === 7, "seven frames");
  const vehicle = (await bench.rows()).find(({ raw }) => raw.toString("latin1", 4, 21) === VIN)?.vehicle;
  assert.ok(vehicle !== undefined);
  await bench.close();

  const journal = await Journal.open({ folder: folder.path, minFreeBytes: 0 });
  const fleet = new FleetMonitor(() => bench.time.now);
  await primeFleet(fleet, history, journal, ALL);
  assert.equal(fleet.figures("all").frames, 7);
  // Its login, four reports, and the foreign frame that came over its link; the platform's login is nobody's.
  assert.equal(fleet.figures(new Set([vehicle])).frames, 6);
  await journal.close();
});
