/**
 * The demonstration: the mission in two minutes. Organisations, accounts and vehicles are registered; a sandbox project
 * is walked to TESTING by its applicant and the regulator through the same actions that people use; then the simulated
 * fleet drives, and one of its batteries fails.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { MAKERS, planFleet, planPlatforms, SANDBOX_SIZE, type PlatformAccount } from "@sandglass/simulator";
import { DEMO_ACCOUNTS, seedDemo, vehicleIdOf, type Access } from "../access/mod.ts";
import type { Config } from "../config.ts";
import { SYSTEM_ACCESS, type Actor, type Records } from "../records/mod.ts";
import type { Secrets } from "../secrets/mod.ts";
import type { RegionRegistry } from "../regions/mod.ts";
import type { CaseWiring } from "./case-wiring.ts";
import { ensureDemoCases } from "./demo-cases.ts";
import { AI_SERVICE, demoActor, ensureAiProject, ensureProject } from "./demo-projects.ts";
import { ensureDemoRegions } from "./demo-regions.ts";

const SEED = 1;
const PERIOD_MS = 5_000;
/** Long enough to look at a healthy fleet, short enough for a demonstration of two minutes. */
const FAIL_AFTER_MS = 25_000;
const AI_PERIOD_MS = 5_000;
const AI_DRIFT_AFTER_MS = 30_000;
const INTAKE_TOKEN_MS = 7 * 86_400_000;
const RESTART_MS = 3_000;
const MAIN = join(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))), "simulator", "src", "main.ts");

export interface RunningDemo {
  /** Lines for the terminal. */
  text(console: string): readonly string[];
  close(): Promise<void>;
}

export interface DemoOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly records: Records;
  readonly access: Access;
  readonly wiring: CaseWiring;
  readonly regions: RegionRegistry;
  readonly gatewayPort: number;
  /** Address of the API, to which the AI service reports. */
  readonly api: string;
  /** UTC ms. */
  readonly now: () => number;
  readonly log: { warn(fields: object, text: string): void };
}

export async function startDemo({
  config,
  secrets,
  records,
  access,
  wiring,
  regions,
  gatewayPort,
  api,
  now,
  log,
}: DemoOptions): Promise<RunningDemo> {
  const fleet = planFleet(SEED);
  const platforms = planPlatforms(secrets.load("demo-platform.key", 10).toString("hex"));
  const password = secrets.load("demo-password.key", 4).toString("hex");
  await seedDemo(
    access,
    {
      makers: MAKERS,
      vehicles: fleet.map((vehicle) => ({
        vin: vehicle.vin,
        maker: vehicle.maker.id,
        model: vehicle.model.name,
        region: vehicle.region,
        details: {
          chemistry: vehicle.model.chemistry,
          battery_type: vehicle.model.chemistry,
          cells: vehicle.model.cells,
          use: "operating",
        },
      })),
      platforms,
    },
    password,
  );
  const vehicles = fleet
    .filter((vehicle) => vehicle.inSandbox)
    .map((vehicle) => vehicleIdOf(access.keyOf(vehicle.vin)));
  await ensureDemoRegions(regions);
  const ai = await ensureAiProject(records, wiring, access);
  const project = await ensureProject(records, wiring, vehicles);
  await ensureDemoCases(records, wiring, new Date(now()).getUTCFullYear());
  const aiService = {
    endpoint: `${api}/api/v1/intake/otlp`,
    token: await makeIntakeToken(access),
    service: AI_SERVICE,
  };
  const simulator = new Simulator({ port: gatewayPort, host: config.gatewayHost, platforms, aiService, log });
  simulator.start();
  // The maker obeys: who is told to stop stops, and drives on when the suspension is lifted.
  const obey = (id: string, state: string): void => {
    if (id === project) simulator.obey(state === "SUSPENDED" || state === "TERMINATING" ? "halt" : "drive");
    // The provider obeys too: a restricted service goes back to the model before.
    if (id === ai && state !== "TESTING") simulator.obey("rollback");
  };
  const stopListening = wiring.cases.onChange((change) => {
    if (change.state !== change.from) obey(change.id, change.state);
  });
  // What was ordered before this start holds still.
  for (const [id, account] of [
    [project, "oem-a"],
    [ai, "ai-lab"],
  ] as const) {
    const state = await stateOf(records, await demoActor(records, account), id);
    if (state !== "TESTING") obey(id, state);
  }
  return {
    text: (console) => [
      "",
      `Demo accounts, password ${password}:`,
      ...DEMO_ACCOUNTS.map(({ account, name }) => `  ${account.padEnd(9)} ${name}`),
      "What to look at:",
      `  1. ${console}/ as samr: 200 simulated vehicles of three makers arrive over the real protocol.`,
      `  2. In about a minute the battery of one of the ${SANDBOX_SIZE} sandbox vehicles begins to fail; findings appear live.`,
      "  3. The vehicle project is SUSPENDED by its rule (system:trigger), a hazard work order opens, both are in the ledger.",
      "  4. An AI service reports over OpenTelemetry; in about two minutes its flagged outputs make its project RESTRICTED: sign in as ai-gov, who decides it.",
      "  5. Two on-road pilots: mps has one to confirm, operator is the user entity of the other; cac has a data report to decide.",
    ],
    close: () => {
      stopListening();
      return simulator.stop();
    },
  };
}

/** A new start needs a new token: the one before is known as a digest only. */
async function makeIntakeToken(access: Access): Promise<string> {
  const made = await access.tokens.create(SYSTEM_ACCESS, {
    name: "demo AI service",
    role: "TECH_FIRM",
    organisation: "ai-lab",
    scope: "intake",
    ttlMs: INTAKE_TOKEN_MS,
  });
  return made.token;
}

async function stateOf(records: Records, actor: Actor, id: string): Promise<string> {
  const { state } = await records.transact(
    actor,
    (tx) => tx.selectFrom("cases").select("state").where("id", "=", id).executeTakeFirstOrThrow(),
    { retry: true },
  );
  return state;
}

/** The simulator process: stops when our pipe closes, is started again when it ends by itself. */
class Simulator {
  private child: ChildProcess | undefined;
  private stopped = false;
  private failed = false;
  private halted = false;
  private rolledBack = false;
  private readonly options: {
    readonly host: string;
    readonly port: number;
    readonly platforms: readonly PlatformAccount[];
    readonly aiService: { readonly endpoint: string; readonly token: string; readonly service: string };
    readonly log: DemoOptions["log"];
  };

  constructor(options: Simulator["options"]) {
    this.options = options;
  }

  start(): void {
    const { host, port, platforms, aiService, log } = this.options;
    // The fault happens once; a simulator that had to be started again drives a healthy fleet.
    const settings = {
      host,
      port,
      seed: SEED,
      platforms,
      periodMs: PERIOD_MS,
      aiService: {
        ...aiService,
        seed: SEED,
        periodMs: AI_PERIOD_MS,
        ...(this.failed ? {} : { driftAfterMs: AI_DRIFT_AFTER_MS }),
      },
      ...(this.failed ? {} : { failAfterMs: FAIL_AFTER_MS }),
    };
    const child = spawn(process.execPath, [MAIN], {
      stdio: ["pipe", "ignore", "pipe"],
      detached: true,
      env: { ...process.env, SANDGLASS_SIMULATOR: JSON.stringify(settings) },
    });
    child.stdin.on("error", () => {});
    child.stderr.on("data", (chunk: Buffer) => log.warn({ text: chunk.toString().trim() }, "simulator"));
    child.on("exit", () => {
      this.failed = true;
      if (!this.stopped) setTimeout(() => !this.stopped && this.start(), RESTART_MS).unref();
    });
    this.child = child;
    if (this.halted) this.obey("halt");
    if (this.rolledBack) this.obey("rollback");
  }

  /** What the drivers of the sandbox vehicles do from now on, or the provider of the AI service; also after a new start. */
  obey(order: "halt" | "drive" | "rollback"): void {
    if (order === "rollback") this.rolledBack = true;
    else this.halted = order === "halt";
    this.child?.stdin?.write(`${order}\n`);
  }

  stop(): Promise<void> {
    this.stopped = true;
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.stdin?.end();
      setTimeout(() => child.kill("SIGKILL"), 3_000).unref();
    });
  }
}
