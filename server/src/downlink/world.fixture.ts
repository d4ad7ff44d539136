/** A gateway with a real socket, a real database with two registered vehicles, and the down-link between them. */
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import assert from "node:assert/strict";
import { decodeFrame, encodeFrame, type Message } from "@sandglass/gbt32960";
import {
  frame,
  login,
  platformLogin,
  startGateway,
  type Bench,
  type Client,
} from "../intake/gateway/gateway.fixture.ts";
import type { GatewayOptions } from "../intake/gateway/mod.ts";
import type { Actor } from "../records/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import type { CommandTimes } from "./actions.ts";
import type { CommandState } from "./command.ts";
import { Downlink } from "./mod.ts";

export const VIN_A = "LTESTVAN000000001";
export const VIN_B = "LTESTVAN000000002";
export const KEYS: ReadonlyMap<string, bigint> = new Map([
  [VIN_A, 11n],
  [VIN_B, 12n],
]);
export const KEY_A = 11n;
export const KEY_B = 12n;

export const person = (role: string, organisation = "", id = `acc_${role}`): Actor => ({
  kind: "person",
  id,
  account: role.toLowerCase(),
  role,
  organisation,
});
export const MONITOR = person("NAT_PLATFORM", "national");
export const SAMR = person("SAMR", "samr");
export const MAKER = person("OEM", "org_a");

/** Nothing is repeated while a test runs, unless it asks for shorter waits. */
export const PATIENT: Partial<CommandTimes> = { retryMs: 30_000, controlRetryMs: 30_000 };

export interface World {
  readonly records: TestRecords;
  readonly bench: Bench;
  readonly downlink: Downlink;
  /** Another process takes over: the queue is what the database holds. */
  restart(times?: Partial<CommandTimes>): Promise<Downlink>;
  state(id: string): Promise<CommandState>;
  reaches(id: string, state: CommandState): Promise<void>;
}

export async function openWorld(
  context: TestContext,
  times: Partial<CommandTimes> = PATIENT,
  gateway: Partial<GatewayOptions> & { journal?: never } = {},
): Promise<World> {
  const records = await openTestRecords();
  await records.asSuperuser(
    "insert into organisations (id, kind, name_en, name_zh) values ('org_a', 'OEM', 'A', '甲'), ('org_b', 'OEM', 'B', '乙')",
  );
  await records.asSuperuser(
    `insert into vehicles (key, vin, registered, organisation, region, registered_at, edition) values
     (${KEY_A}, '${VIN_A}', true, 'org_a', '440300', now(), '2016'), (${KEY_B}, '${VIN_B}', true, 'org_b', '310000', now(), '2025')`,
  );
  const bench = await startGateway(context, {
    vehicleKeyOf: (vin) => KEYS.get(vin) ?? 99n,
    clock: Date.now,
    ...gateway,
  });
  const open = (own: Partial<CommandTimes>): Promise<Downlink> =>
    Downlink.start({
      records,
      gateway: bench.gateway.downLink,
      now: Date.now,
      times: own,
      pollMs: 10,
      dialect: gateway.dialect,
    });
  let downlink = await open(times);
  context.after(async () => {
    await downlink.close();
    await records.close();
  });
  const world: World = {
    records,
    bench,
    get downlink() {
      return downlink;
    },
    restart: async (own = times) => {
      await downlink.close();
      downlink = await open(own);
      return downlink;
    },
    state: async (id) => {
      const [row] = await records.asSuperuser("select state from vehicle_commands where id = $1", [id]);
      return row["state"] as CommandState;
    },
    reaches: async (id, state) => {
      const deadline = performance.now() + 40_000;
      for (;;) {
        const is = await world.state(id);
        if (is === state) return;
        if (performance.now() > deadline) assert.fail(`${id} is ${is}, not ${state}`);
        await sleep(5);
      }
    },
  };
  return world;
}

/** A vehicle that logged in on its own link. */
export async function terminal(world: World, vin = VIN_A, edition: 2016 | 2025 = 2016): Promise<Client> {
  const client = await world.bench.connect();
  client.send(
    edition === 2016 ? login({ vin }) : frame({ command: 4, vin, edition, unit: [26, 7, 1, 12, 0, 0, 0, 1] }),
  );
  await client.receive(1);
  return client;
}

/** A platform that logged in and passed a logout of each vehicle on. */
export async function platform(world: World, vins: readonly string[], edition: 2016 | 2025 = 2025): Promise<Client> {
  const client = await world.bench.connect();
  client.send(platformLogin("platform", "right"));
  await client.receive(1);
  for (const vin of vins) client.send(frame({ command: 4, vin, edition, unit: [26, 7, 1, 12, 0, 0, 0, 1] }));
  await client.receive(1 + vins.length);
  return client;
}

/** The reply of a vehicle in the style of the main body: flag changed, time kept; with values for a query. */
export function reply(
  command: Buffer,
  parameters?: readonly { id: number; value: number | string }[],
  flag = 1,
): Buffer {
  const message = decodeFrame(command) as Message & { readonly time: string };
  if (parameters === undefined)
    return frame({
      command: command[2],
      flag,
      vin: message.vin,
      edition: message.edition,
      unit: command.subarray(24, 30),
    });
  return Buffer.from(
    encodeFrame({
      kind: "parameterReply",
      edition: message.edition,
      vin: message.vin,
      command: 0x80,
      response: flag,
      time: message.time,
      parameterCount: parameters.length,
      parameters,
    }),
  );
}
