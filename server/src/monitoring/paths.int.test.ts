/** The two ways of a vehicle's data, counted over frames that were really stored, by the login of the platform that sent them. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { FastifyInstance } from "fastify";
import { openWorld, PEOPLE, vehicle, type World } from "../cases/world.fixture.ts";
import { NOON, platformLoginFrame, putRow, report } from "../conformance/frames.fixture.ts";
import { Conformance } from "../conformance/mod.ts";
import { Journal } from "../journal/mod.ts";
import { temporaryFolder } from "../journal/temporary.fixture.ts";
import { SYSTEM_SETUP } from "../records/mod.ts";
import { hostOf } from "../http/host.fixture.ts";
import { monitoringRoutes } from "./mod.ts";

const ENTERPRISE = 1;
const LOCAL = 2;

describe("paths of the data", () => {
  let world: World;
  let app: FastifyInstance;
  let clock = NOON;
  const folder = temporaryFolder("paths");

  /** One run of the platform: logins of both platforms, then frames of vehicles by link. */
  const run = async (frames: readonly (readonly [link: number, vehicle: bigint, count: number])[]): Promise<void> => {
    const journal = await Journal.open({ folder: folder.path, minFreeBytes: 0 });
    const conformance = await Conformance.start({ records: world.records, journal });
    const put = (frame: Uint8Array, link: number, of: bigint): void => {
      clock += 1_000;
      putRow(journal.findOpenBlock()!, { frame, link, vehicle: of, receive: clock });
      journal.rowAdded();
    };
    put(platformLoginFrame("maker-p", "right", clock), ENTERPRISE, 0n);
    put(platformLoginFrame("local-p", "right", clock), LOCAL, 0n);
    for (const [link, of, count] of frames)
      for (let index = 0; index < count; index++) put(report({ time: clock }), link, of);
    await journal.closeSegment();
    await conformance.close();
    await journal.close();
  };

  before(async () => {
    world = await openWorld();
    await world.records.transact(SYSTEM_SETUP, async (tx) => {
      await tx
        .insertInto("organisations")
        .values({ id: "city", kind: "platform", name_en: "City platform", name_zh: "地方平台", region: "440300" })
        .execute();
      for (const [id, organisation] of [
        ["maker-p", "oem-a"],
        ["local-p", "city"],
      ] as const)
        await tx
          .insertInto("platforms")
          .values({ id: `plt_${id}`, name: id, organisation, username: id, password: "hash" })
          .execute();
    });
    app = await hostOf([monitoringRoutes({ records: world.records, now: () => world.now })], PEOPLE);
  });
  after(async () => {
    await app.close();
    await world.close();
    folder.remove();
  });

  const paths = async (who: keyof typeof PEOPLE, query = "") =>
    (
      await app.inject({
        method: "GET",
        url: `/quality/paths?from=2026-07-01&to=2026-07-01${query}`,
        headers: { "x-person": who },
      })
    ).json() as {
      readonly basis: { readonly certainty: string };
      readonly items: readonly { vehicle: string; enterprise: number; local: number; missing: number }[];
      readonly next: string | null;
    };

  it("R-3.2: both paths are counted for each vehicle and day, across restarts, and the largest difference comes first", async () => {
    await run([
      [ENTERPRISE, 1_000n, 10],
      [LOCAL, 1_000n, 10],
      [ENTERPRISE, 1_001n, 12],
      [LOCAL, 1_001n, 5],
      [ENTERPRISE, 1_002n, 9],
      [LOCAL, 1_003n, 4],
    ]);
    await run([
      [LOCAL, 1_000n, 2],
      [ENTERPRISE, 1_001n, 1],
    ]);
    const { items, basis } = await paths("samr");
    assert.deepEqual(
      items.map((each) => [each.vehicle, each.enterprise, each.local, each.missing]),
      [
        [vehicle(1), 13, 5, 8],
        [vehicle(3), 0, 4, 4],
        [vehicle(0), 10, 12, 2],
      ],
      "a vehicle that no local platform knows is not compared",
    );
    assert.equal(basis.certainty, "S");

    const seen: string[] = [];
    for (let next: string | null = ""; next !== null;) {
      const page = await paths("samr", `&limit=1${next === "" ? "" : `&cursor=${next}`}`);
      seen.push(...page.items.map((each) => each.vehicle));
      ({ next } = page);
    }
    assert.deepEqual(seen, [vehicle(1), vehicle(3), vehicle(0)]);
    assert.deepEqual(
      (await paths("oemB")).items.map((each) => each.vehicle),
      [vehicle(3)],
    );
    assert.deepEqual(
      (await paths("samr", "&organisation=oem-b")).items.map((each) => each.vehicle),
      [vehicle(3)],
    );
    assert.equal((await paths("auditor")).items, undefined);
  });
});
