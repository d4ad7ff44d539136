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
import { SYSTEM_ACCESS, SYSTEM_SETUP, type Actor, type Records } from "../records/mod.ts";
import type { Secrets } from "../secrets/mod.ts";
import type { RegionRegistry } from "../regions/mod.ts";
import type { CaseWiring } from "./case-wiring.ts";
import { DEMO_REGIONS, ensureDemoRegions } from "./demo-regions.ts";

const SEED = 1;
const PERIOD_MS = 5_000;
/** Long enough to look at a healthy fleet, short enough for a demonstration of two minutes. */
const FAIL_AFTER_MS = 25_000;
const TITLE = "车身一体化电池包热安全深度测试 · Cell-to-body pack, deep thermal-safety test";
const AI_TITLE = "车主对话助手不当输出监测测试 · Owner chat assistant, monitored test";
const AI_SERVICE = "owner-assistant";
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
    ],
    close: () => {
      stopListening();
      return simulator.stop();
    },
  };
}

/** Creates and starts the project once; a second start finds it in whatever state it is. Returns its id. */
async function ensureProject(records: Records, wiring: CaseWiring, vehicles: readonly string[]): Promise<string> {
  const { cases } = wiring;
  const oem = await demoActor(records, "oem-a");
  const samr = await demoActor(records, "samr");
  const known = await findProject(records, oem, TITLE);
  if (known !== undefined) return known;
  const { id } = await cases.createProject(oem, {
    title: TITLE,
    programme: "automobile-safety-sandbox",
    summary: "量产电池包结构变更后的道路测试 · Road test of a series pack after a structural change",
    applicant: { organisation: "oem-a", role: "vehicleMaker", name: MAKERS[0].names.zh },
    technology: {
      description: "Pack structure that carries the body; cells bonded to the floor",
      objectType: "newEnergySafety",
      catalogueItem: "newEnergySafety",
      novelty: "No separate pack case",
      knowledgeGap: "Ageing of the bond under thermal cycling",
    },
    access: { announcementBatch: "demo-2026-03", cccCertificate: "demo-2026011101000001" },
    documents: [
      { kind: "testPlan", title: "测试方案 · Test plan" },
      { kind: "riskAssessment", title: "风险自评估 · Risk self-assessment" },
      { kind: "emergencyPlan", title: "应急预案 · Emergency plan" },
      { kind: "resourceProof", title: "资源证明 · Proof of resources" },
    ],
    exclusions: [],
    businessModel: "operation",
    riskFactors: ["publicRoad", "highVoltage"],
  });
  await cases.actOnProject(oem, id, "submit");
  await cases.actOnProject(samr, id, "completenessOk", { credit: "B", experts: [] });
  await cases.actOnProject(samr, id, "panelOpinion", {
    experts: ["Chen", "Li", "Wang"].map((name) => ({ name: `${name} (demo)`, freeOfInterest: true, vote: "for" })),
    opinion: "可以入盒，限定区域和车速 · Admissible within limited regions and speed",
  });
  await cases.actOnProject(samr, id, "admit", { reasons: "Risk containable; knowledge gap relevant for the standard" });
  await cases.actOnProject(oem, id, "signPlan", {
    goals: "Show that the bond keeps cell temperature even while driving",
    hypotheses: "The spread of cell temperature stays below 8 K under every load",
    metrics: "Cell voltage spread, cell temperature, temperature spread",
    limits: {
      maxVehicles: SANDBOX_SIZE,
      regions: [...DEMO_REGIONS],
      maxSpeed: 120,
      functions: ["driving", "charging"],
      dailyFrom: "00:00",
      dailyTo: "23:59",
    },
    vehicles,
    triggerSet: { pack: "demo-sandbox" },
    emergency: "Stop, leave the vehicle, call the 24 h line; the roadside team secures the pack",
    safeguards: "Remote stop; roadside team within 30 minutes",
    insurance: "CNY 5 million per vehicle",
    earlyExit: "Vehicles return to the plant; series packs are fitted",
    months: 12,
  });
  await cases.actOnProject(samr, id, "planAgreed");
  await cases.actOnProject(oem, id, "rehearse", {
    data: "simulated",
    passed: true,
    note: "Test cases of the pack, run by the engine",
  });
  await cases.actOnProject(oem, id, "start", { resourcesVerified: true, monitoringConnected: true, consents: true });
  return id;
}

/**
 * The AI project, made before the vehicles' one: its service is watched from its first report. Returns its id.
 */
async function ensureAiProject(records: Records, wiring: CaseWiring, access: Access): Promise<string> {
  const { cases } = wiring;
  const provider = await demoActor(records, "ai-lab");
  const owner = await demoActor(records, "ai-gov");
  const known = await findProject(records, provider, AI_TITLE);
  if (known !== undefined) return known;
  const service = await access.subjects.register(SYSTEM_SETUP, {
    kind: "ai_service",
    name: AI_SERVICE,
    organisation: "ai-lab",
    region: "440300",
    details: { model: "demo-chat-2" },
  });
  const { id } = await cases.createProject(provider, {
    title: AI_TITLE,
    programme: "ai-service-sandbox",
    summary: "面向车主的对话助手 · A chat assistant for vehicle owners",
    applicant: { organisation: "ai-lab", role: "internetTechnology", name: "对话服务企业（演示）" },
    technology: {
      description: "Generative answers on the use of a vehicle",
      objectType: "other",
      catalogueItem: "generative",
      novelty: "Answers that are generated, not written",
      knowledgeGap: "How often an answer is unsafe in daily use",
    },
    documents: [
      { kind: "testPlan", title: "测试方案 · Test plan" },
      { kind: "riskAssessment", title: "风险自评估 · Risk self-assessment" },
      { kind: "emergencyPlan", title: "应急预案 · Emergency plan" },
      { kind: "consentForm", title: "知情同意书 · Text of the consent" },
    ],
    exclusions: [],
    businessModel: "b2c",
    riskFactors: ["publicUsers"],
  });
  await cases.actOnProject(provider, id, "submit");
  await cases.actOnProject(owner, id, "completenessOk", { credit: "A", experts: [] });
  await cases.actOnProject(owner, id, "panelOpinion", {
    experts: ["Zhao", "Qian", "Sun"].map((name) => ({ name: `${name} (demo)`, freeOfInterest: true, vote: "for" })),
    opinion: "可以入盒，限定用户范围 · Admissible for a limited group of users",
  });
  await cases.actOnProject(owner, id, "admit", { reasons: "Risk containable by monitoring of flagged outputs" });
  await cases.actOnProject(provider, id, "signPlan", {
    goals: "Show how often answers are unsafe, and that a drift is caught",
    hypotheses: "Fewer than 5 % of outputs are flagged; a drift is caught within five minutes",
    metrics: "Share of flagged outputs, safety evaluations, response time",
    limits: { maxVehicles: 1, functions: ["chat"], dailyFrom: "00:00", dailyTo: "23:59" },
    vehicles: [service.id],
    triggerSet: { pack: "demo-ai" },
    emergency: "The service answers from written texts while it is looked at",
    consent: "Owners agree in the app before the first question and may leave at any time",
    compensation: "One year of free service for a wrong answer that cost money",
    safeguards: "Content filter; the model before is kept ready",
    insurance: "CNY 1 million per case",
    earlyExit: "The assistant answers from written texts again",
    months: 6,
  });
  await cases.actOnProject(owner, id, "planAgreed");
  await cases.actOnProject(provider, id, "rehearse", {
    data: "simulated",
    passed: true,
    note: "Test cases of the pack, run by the engine",
  });
  await cases.actOnProject(provider, id, "start", {
    resourcesVerified: true,
    monitoringConnected: true,
    consents: true,
  });
  return id;
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

async function findProject(records: Records, actor: Actor, title: string): Promise<string | undefined> {
  const row = await records.transact(
    actor,
    (tx) =>
      tx
        .selectFrom("cases")
        .select("id")
        .where("kind", "=", "sandbox-project")
        .where("title_en", "=", title)
        .executeTakeFirst(),
    { retry: true },
  );
  return row?.id;
}

async function stateOf(records: Records, actor: Actor, id: string): Promise<string> {
  const { state } = await records.transact(
    actor,
    (tx) => tx.selectFrom("cases").select("state").where("id", "=", id).executeTakeFirstOrThrow(),
    { retry: true },
  );
  return state;
}

async function demoActor(records: Records, account: string): Promise<Actor> {
  const planned = DEMO_ACCOUNTS.find((each) => each.account === account);
  if (planned === undefined) throw new Error(`there is no demo account ${account}`);
  const row = await records.transact(
    SYSTEM_ACCESS,
    (tx) => tx.selectFrom("accounts").select("id").where("account", "=", account).executeTakeFirstOrThrow(),
    { retry: true },
  );
  return {
    kind: "person",
    id: row.id,
    account,
    role: planned.role,
    organisation: planned.organisation,
    ...(planned.region === undefined ? {} : { region: planned.region }),
  };
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
