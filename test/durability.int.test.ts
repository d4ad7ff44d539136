/**
 * Nothing answered is ever lost. While frames flow on a platform link and on a terminal link with answers switched on,
 * a random process of the product is killed with SIGKILL, again and again. Afterwards every answered frame is stored
 * exactly once, findings are neither lost nor doubled, the ledger verifies, and no process is left behind.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  createRandom,
  platformLogin,
  realtimeReport,
  vehicleLogin,
  WireClient,
  type VehicleState,
} from "@sandglass/simulator";
import {
  eventually,
  makeDataFolder,
  processesOf,
  processTree,
  removeDataFolder,
  ROOT,
  RunningServer,
  type ProcessInfo,
} from "./running-server.ts";
import { spawnSync } from "node:child_process";

const KILLS = Number(process.env["SANDGLASS_KILLS"] ?? 20);
const SEED = Number(process.env["SANDGLASS_KILL_SEED"] ?? 20261121);
const PLATFORM = { name: "kill test", user: "killtest", password: "durable-please" };
/** Every 40th second of a vehicle's time an alarm of 3 s begins. */
const ALARM_PERIOD = 40;
const ALARM_LENGTH = 3;

const STATE: Omit<VehicleState, "alarmLevel"> = {
  activity: "parked",
  speed: 0,
  mileage: 1000,
  totalVoltage: 350,
  totalCurrent: 1,
  soc: 50,
  insulation: 5000,
  cells: Array.from({ length: 96 }, () => 3.7),
  probes: [20, 21, 22, 23],
  motor: { speed: 0, torque: 0, temp: 20, controllerTemp: 20 },
  location: { longitude: 116, latitude: 39 },
  accelerator: 0,
  brake: 0,
  alarmBits: 0,
};

interface Sender {
  readonly vin: string;
  /** Event times (s) that were answered with success, ever. */
  readonly answered: Set<number>;
  readonly sent: Set<number>;
  run(server: () => RunningServer | undefined, stop: AbortSignal): Promise<void>;
}

const START_S = Math.floor(Date.now() / 1000) - 100_000;

function alarmAt(second: number): number {
  return (second - START_S) % ALARM_PERIOD < ALARM_LENGTH && second - START_S >= ALARM_PERIOD ? 3 : 0;
}

/** Sends one frame per second of vehicle time, several in flight, and notes the answers in their order. */
function createSender(vin: string, kind: "platform" | "terminal"): Sender {
  const answered = new Set<number>();
  const sent = new Set<number>();
  let second = START_S;
  return {
    vin,
    answered,
    sent,
    async run(server, stop) {
      while (!stop.aborted) {
        const target = server();
        if (target === undefined) {
          await sleep(50);
          continue;
        }
        try {
          const client = await WireClient.connect(target.gateway.host, target.gateway.port);
          const login =
            kind === "platform"
              ? platformLogin(2016, Date.now(), 1, PLATFORM.user, PLATFORM.password)
              : vehicleLogin(2016, vin, Date.now(), 1, "89860000000000000000");
          await client.request(login, 5_000);
          while (!stop.aborted && !client.isClosed) {
            const burst = Array.from({ length: 8 }, () => {
              const at = second++;
              sent.add(at);
              return { at, frame: realtimeReport(2016, vin, at * 1000, { ...STATE, alarmLevel: alarmAt(at) }) };
            });
            await Promise.all(
              burst.map(async ({ at, frame }) => {
                const reply = await client.request(frame, 10_000);
                if (reply.flag === 1) answered.add(at);
              }),
            );
          }
          await client.close();
        } catch {
          await sleep(100); // The link broke: that is the point of the test.
        }
      }
    },
  };
}

/** Every part of the product gets its share of the kills, however many processes it has. */
function kindOf({ command }: ProcessInfo): string {
  if (command.includes("scripts/start.mjs")) return "stage 0";
  if (command.includes("server/src/main.ts")) return "server";
  if (command.includes("history")) return "history";
  if (command.startsWith("sh ")) return "PostgreSQL guard";
  return command.startsWith("postgres: ")
    ? "PostgreSQL backend"
    : command.includes("postgres")
      ? "postmaster"
      : command;
}

interface FrameRow {
  readonly time: string;
  readonly command: number;
}
interface FindingRow {
  readonly id: string;
  readonly onset: string;
  readonly trigger: string;
}

test(`${KILLS} kills of any process lose nothing that was answered`, { timeout: 600_000 }, async (t) => {
  const data = makeDataFolder();
  const random = createRandom(SEED);
  let server: RunningServer | undefined = await RunningServer.start(data, ["--empty", "--answer-realtime"]);
  const stop = new AbortController();
  after(async () => {
    stop.abort();
    await server?.stop("SIGKILL");
    removeDataFolder(data);
  });
  await server.api("POST", "/platforms", PLATFORM);

  const senders = [createSender("LDKTEST0000000001", "platform"), createSender("LDKTEST0000000002", "terminal")];
  const sending = Promise.all(
    senders.map((sender) => sender.run(() => (server?.isRunning === true ? server : undefined), stop.signal)),
  );

  const killed: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(random.between(200, 1500));
    const kinds = [...Map.groupBy(processTree(server.child.pid ?? 0), kindOf)];
    const [kind, candidates] = kinds[Math.floor(random.next() * kinds.length)];
    const victim = candidates[Math.floor(random.next() * candidates.length)];
    killed.push(kind);
    process.kill(victim.pid, "SIGKILL");
    await sleep(random.between(50, 600));
    // Stage 0, the server, or a child whose loss the server answers by ending: then it is started again, as a user would.
    await sleep(300);
    if (!server.isRunning || processTree(server.child.pid ?? 0).length <= 1) {
      await server.stop("SIGKILL");
      server = undefined;
      const again = await RunningServer.start(data, ["--empty", "--answer-realtime"]);
      const own = new Set(processTree(again.child.pid ?? 0).map((info) => info.pid));
      const stale = processesOf(data).filter((info) => !own.has(info.pid));
      assert.deepEqual(stale, [], "no process of an earlier run is left after a restart");
      server = again;
    }
  }
  await sleep(1500);
  stop.abort();
  await sending;
  const running = server;
  t.diagnostic(
    `killed: ${[...Map.groupBy(killed, (kind) => kind)].map(([kind, times]) => `${kind} ${times.length}×`).join(", ")}`,
  );

  for (const sender of senders) {
    const {
      items: [vehicle],
    } = await running.api<{ items: { id: string }[] }>("POST", "/vehicles/search", { vin: sender.vin });
    const seconds = async () =>
      (await running.list<FrameRow>(`/vehicles/${vehicle.id}/frames?limit=1000`))
        .filter((row) => row.command === 2)
        .map((row) => Date.parse(row.time) / 1000);
    let stored: number[] = [];
    await eventually(`every answered frame of ${sender.vin} is queryable`, 60_000, async () => {
      stored = await seconds();
      const set = new Set(stored);
      return [...sender.answered].every((second) => set.has(second));
    });
    t.diagnostic(`${sender.vin}: sent ${sender.sent.size}, answered ${sender.answered.size}, stored ${stored.length}`);
    assert.ok(sender.answered.size > KILLS * 8, "frames flowed between the kills");
    assert.equal(new Set(stored).size, stored.length, "each reception is stored exactly once");
    assert.ok(
      stored.every((second) => sender.sent.has(second)),
      "nothing is stored that was not sent",
    );

    // What the stored frames themselves say, evaluated from scratch: level 3 begins a finding, a known lower level ends it.
    const expected: number[] = [];
    let firing = false;
    for (const second of stored.toSorted((a, b) => a - b)) {
      const level = alarmAt(second);
      if (level >= 3 && !firing) expected.push(second);
      firing = level >= 3;
    }
    let found: FindingRow[] = [];
    await eventually("supervision has caught up", 60_000, async () => {
      found = await running.list<FindingRow>(`/findings?vehicle=${vehicle.id}&level=3&limit=500`);
      return found.length >= expected.length;
    });
    assert.deepEqual(
      found.map((finding) => Date.parse(finding.onset) / 1000).sort((a, b) => a - b),
      expected,
    );
  }

  const file = join(data, "export.ndjson");
  const key = join(data, "ledger.pub");
  const fetched = await fetch(`${running.ready.console.replace(/\/$/, "")}/api/v1/ledger/export`, {
    headers: { authorization: `Bearer ${running.ready.token}` },
  });
  assert.equal(fetched.status, 200);
  writeFileSync(file, await fetched.text());
  writeFileSync(key, (await running.api<{ publicKey: string }>("GET", "/ledger/key")).publicKey);
  const verified = spawnSync(
    process.execPath,
    [join(ROOT, "cli/src/main.ts"), "ledger", "verify", file, "--key", key],
    { encoding: "utf8" },
  );
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);

  await running.stop();
  await eventually("a stop leaves no process", 20_000, () => processesOf(data).length === 0);
});
