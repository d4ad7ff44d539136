/** The two sandbox projects of the demonstration, walked to TESTING through the same actions that people use. */
import type { SandboxProjectData } from "@sandglass/casework";
import { MAKERS, SANDBOX_SIZE } from "@sandglass/simulator";
import { DEMO_ACCOUNTS, type Access } from "../access/mod.ts";
import { SYSTEM_ACCESS, SYSTEM_SETUP, type Actor, type Records } from "../records/mod.ts";
import type { CaseWiring } from "./case-wiring.ts";
import { DEMO_REGIONS } from "./demo-regions.ts";

type Projects = CaseWiring["cases"];
type NewProject = Parameters<Projects["createProject"]>[1];

const TITLE = "车身一体化电池包热安全深度测试 · Cell-to-body pack, deep thermal-safety test";
const AI_TITLE = "车主对话助手不当输出监测测试 · Owner chat assistant, monitored test";
export const AI_SERVICE = "owner-assistant";

/** Creates and starts the project once; a second start finds it in whatever state it is. Returns its id. */
export async function ensureProject(
  records: Records,
  wiring: CaseWiring,
  vehicles: readonly string[],
): Promise<string> {
  const { cases } = wiring;
  const oem = await demoActor(records, "oem-a");
  const samr = await demoActor(records, "samr");
  const known = await findProject(records, oem, TITLE);
  if (known !== undefined) return known;
  const application: NewProject = {
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
  };
  const plan = {
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
  };
  return walkToTesting(
    cases,
    { maker: oem, authority: samr, expert: await demoActor(records, "expert") },
    {
      application,
      credit: "B",
      onPaper: ["Chen", "Li"],
      opinion: "可以入盒，限定区域和车速 · Admissible within limited regions and speed",
      reasons: "Risk containable; knowledge gap relevant for the standard",
      plan,
    },
  );
}

/**
 * The AI project, made before the vehicles' one: its service is watched from its first report. Returns its id.
 */
export async function ensureAiProject(records: Records, wiring: CaseWiring, access: Access): Promise<string> {
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
  const application: NewProject = {
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
  };
  const plan = {
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
  };
  return walkToTesting(
    cases,
    { maker: provider, authority: owner, expert: await demoActor(records, "expert") },
    {
      application,
      credit: "A",
      onPaper: ["Zhao", "Qian"],
      opinion: "可以入盒，限定用户范围 · Admissible for a limited group of users",
      reasons: "Risk containable by monitoring of flagged outputs",
      plan,
    },
  );
}

interface Walkers {
  readonly maker: Actor;
  readonly authority: Actor;
  readonly expert: Actor;
}

interface Walk {
  readonly application: NewProject;
  readonly credit: "A" | "B";
  /** Experts without an account, who vote on paper. */
  readonly onPaper: readonly string[];
  readonly opinion: string;
  /** Of the admission. */
  readonly reasons: string;
  readonly plan: object;
}

/** From the application to the running test. @returns the project's id */
async function walkToTesting(cases: Projects, { maker, authority, expert }: Walkers, walk: Walk): Promise<string> {
  const { id } = await cases.createProject(maker, walk.application);
  await cases.actOnProject(maker, id, "submit");
  await cases.actOnProject(authority, id, "completenessOk", { credit: walk.credit, experts: [expert.id] });
  await assess(cases, expert, id, walk);
  await cases.actOnProject(authority, id, "admit", { reasons: walk.reasons });
  await cases.actOnProject(maker, id, "signPlan", walk.plan);
  await cases.actOnProject(authority, id, "planAgreed");
  await cases.actOnProject(maker, id, "rehearse", {
    data: "simulated",
    passed: true,
    note: "Test cases of the pack, run by the engine",
  });
  await cases.actOnProject(maker, id, "start", { resourcesVerified: true, monitoringConnected: true, consents: true });
  return id;
}

/**
 * The opinion of the panel: the assigned expert declares, scores and votes here, the others, who have no account in
 * the demonstration, on paper; the panel itself records it, not the authority that decides afterwards.
 */
async function assess(
  cases: Projects,
  expert: Actor,
  id: string,
  { onPaper, opinion }: Pick<Walk, "onPaper" | "opinion">,
): Promise<void> {
  const { folded } = await cases.actOnProject(expert, id, "declareInterest", {
    freeOfInterest: true,
    statement: "与项目及参与方无利益关系 · No interest in the project or its parties",
  });
  const { terms } = folded.data as SandboxProjectData;
  await cases.actOnProject(expert, id, "castBallot", {
    scores: (terms?.criteria ?? []).map(({ code }) => ({ criterion: code, score: 80 })),
    vote: "for",
  });
  await cases.actOnProject(expert, id, "panelOpinion", {
    experts: onPaper.map((name) => ({ name: `${name} (demo)`, freeOfInterest: true, vote: "for" })),
    opinion,
  });
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

export async function demoActor(records: Records, account: string): Promise<Actor> {
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
