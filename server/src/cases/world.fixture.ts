/** For the tests of cases: real records, accounts, vehicles, a clock that the test moves, and firings as supervision writes them. */
import { SYSTEM_INTAKE, SYSTEM_SETUP, SYSTEM_SUPERVISION, type Actor } from "../records/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { subjectIdOf, vehicleIdOf } from "../access/mod.ts";
import { createCases, type Cases, type CasesOptions } from "./mod.ts";

export const DAY = 86_400_000;
const BEGIN = Date.UTC(2026, 10, 23, 1);

export const person = (id: string, role: string, organisation: string, region?: string): Actor => ({
  kind: "person",
  id,
  account: id,
  role,
  organisation,
  ...(region === undefined ? {} : { region }),
});

export const PEOPLE = {
  oem: person("acc_oem_a", "OEM", "oem-a"),
  oemB: person("acc_oem_b", "OEM", "oem-b"),
  samr: person("acc_samr", "SAMR", "samr"),
  samr2: person("acc_samr_2", "SAMR", "samr"),
  ai: person("acc_ai", "AI_REGULATOR", "data-bureau"),
  ai2: person("acc_ai_2", "AI_REGULATOR", "data-bureau"),
  eidc: person("acc_eidc", "EIDC", "samr"),
  local: person("acc_local", "LOCAL_IIT", "local-iit", "440300"),
  elsewhere: person("acc_local_2", "LOCAL_IIT", "local-iit", "310000"),
  monitor: person("acc_monitor", "NAT_PLATFORM", "nat-platform"),
  auditor: person("acc_auditor", "AUDITOR", "audit"),
  expert: person("acc_expert", "EXPERT", "experts"),
  supervisor: { kind: "token", id: "tok_supervisor", role: "SUPERVISOR_ALL", organisation: "samr" },
} as const satisfies Record<string, Actor>;

export const TRIGGER_SET_HASH = "ab".repeat(32);
/** What a run of the plan's set came to; the set itself is a name only in these tests. */
const REHEARSED = {
  kind: "simulated",
  reference: "demo-sandbox",
  setHash: TRIGGER_SET_HASH,
  rows: 120,
  vehicles: 2,
  firings: 3,
  failed: 0,
} as const;
/** Keys of vehicles 0–2: of maker A in Shenzhen; 3: of maker B in Shanghai; 9: never registered. */
const keyOf = (index: number): bigint => 1_000n + BigInt(index);
const SERVICE_KEY = 7_001n;
/** An AI service of maker A in Shenzhen. */
export const SERVICE = subjectIdOf("ai_service", SERVICE_KEY);
export const vehicle = (index: number): string => vehicleIdOf(keyOf(index));

export interface FiringFields {
  readonly kind?: string;
  readonly finding?: string;
  readonly trigger?: string;
  readonly level?: number;
  readonly vehicle?: number;
  readonly project?: string;
  readonly effect?: string;
  readonly assurance?: number;
  readonly at?: number;
}

export interface World {
  readonly records: TestRecords;
  readonly cases: Cases;
  /** UTC ms of the test's clock. */
  now: number;
  /** Writes a firing into the outbox, as supervision does. */
  fire(fields: FiringFields): Promise<string>;
  close(): Promise<void>;
}

export async function openWorld(options: Partial<CasesOptions> = {}): Promise<World> {
  const records = await openTestRecords();
  await records.transact(SYSTEM_SETUP, async (tx) => {
    for (const id of ["oem-a", "oem-b", "samr", "local-iit", "nat-platform", "audit", "experts", "data-bureau"]) {
      await tx
        .insertInto("organisations")
        .values({ id, kind: "any", name_en: id, name_zh: id, region: null })
        .execute();
    }
  });
  await records.transact(SYSTEM_INTAKE, async (tx) => {
    for (const index of [0, 1, 2, 3, 9]) {
      const isRegistered = index !== 9;
      await tx
        .insertInto("vehicles")
        .values({
          key: keyOf(index),
          vin: `LSGTEST0000000${String(index).padStart(3, "0")}`,
          registered: isRegistered,
          organisation: isRegistered ? (index === 3 ? "oem-b" : "oem-a") : null,
          region: isRegistered ? (index === 3 ? "310115" : "440305") : null,
          maker: null,
          model: null,
          powertrain: null,
          registered_at: isRegistered ? new Date(0) : null,
          first_seen: null,
          edition: null,
          link: null,
        })
        .execute();
    }
    await tx
      .insertInto("subjects")
      .values({
        key: SERVICE_KEY,
        kind: "ai_service",
        name: "assistant",
        organisation: "oem-a",
        region: "440300",
        registered: true,
        registered_at: new Date(0),
        first_seen: null,
      })
      .execute();
    await tx
      .insertInto("organisations")
      .values({ id: "intake", kind: "any", name_en: "i", name_zh: "i", region: null })
      .execute();
  });
  let count = 0;
  const world: World = {
    records,
    now: BEGIN,
    cases: createCases({
      records,
      now: () => world.now,
      checkTriggerSet: async () => ({ hash: TRIGGER_SET_HASH }),
      rehearsals: {
        simulate: async () => REHEARSED,
        request: async () => "bkt_1",
        result: async () => ({ ...REHEARSED, kind: "past" }),
      },
      ...options,
    }),
    async fire(fields) {
      count += 1;
      const {
        kind = "onset",
        finding = `fnd_${String(count).padStart(26, "0")}`,
        trigger = "GBT32960-ALARM",
        level = 3,
        assurance = 1,
        at = world.now,
      } = fields;
      const key = keyOf(fields.vehicle ?? 0);
      const payload = {
        kind,
        finding,
        trigger,
        version: 1,
        versionHash: "cd".repeat(32),
        level,
        title: { en: "Cell over-temperature", zh: "单体过温" },
        vehicle: vehicleIdOf(key),
        vehicleKey: String(key),
        assurance,
        onset: at,
        at,
        detectedAt: at,
        ...(fields.project === undefined ? {} : { project: fields.project }),
        ...(fields.effect === undefined ? {} : { effect: fields.effect }),
      };
      await records.transact(SYSTEM_SUPERVISION, (tx) =>
        tx
          .insertInto("outbox")
          .values({ topic: "firing", subject: finding, payload: JSON.stringify(payload), done_at: null })
          .execute(),
      );
      return finding;
    },
    close: () => records.close(),
  };
  return world;
}

export const APPLICATION = {
  title: "Cell-to-body pack",
  programme: "automobile-safety-sandbox",
  applicant: { organisation: "oem-a", role: "vehicleMaker" },
  technology: {
    description: "Pack that carries the body",
    objectType: "newEnergySafety",
    catalogueItem: "newEnergySafety",
    novelty: "No separate case",
    knowledgeGap: "Ageing of the joint",
  },
  access: { announcementBatch: "2026-03", cccCertificate: "2026011101000001" },
  documents: [
    { kind: "testPlan", title: "Test plan" },
    { kind: "riskAssessment", title: "Risk self-assessment" },
    { kind: "emergencyPlan", title: "Emergency plan" },
    { kind: "resourceProof", title: "Resources" },
  ],
  limits: { maxVehicles: 20, regions: ["440300"], maxSpeed: 120 },
};

export const PLAN = {
  vehicles: [vehicle(0), vehicle(1)],
  triggerSet: {
    pack: "demo-sandbox",
    effects: [
      { trigger: "EV-BAT-001", effect: "suspend" },
      { trigger: "EV-BAT-002", effect: "warn" },
    ],
  },
  goals: "Show that the joint ages as computed",
  hypotheses: "The spread of cell temperature stays below 5 K",
  metrics: "Cell temperature spread",
  emergency: "Team within 30 minutes",
  safeguards: "Remote stop",
  insurance: "CNY 5 million per vehicle",
  earlyExit: "Vehicles return to the plant",
  months: 12,
};

const PANEL = {
  experts: ["Chen", "Li", "Wang"].map((name) => ({ name, freeOfInterest: true, vote: "for" })),
  opinion: "Admissible",
};

/** The way of a project from the draft to the test: who does what, in order. */
export const TO_TESTING: readonly (readonly [keyof typeof PEOPLE, string, object])[] = [
  ["oem", "submit", {}],
  ["samr", "completenessOk", { riskFactors: ["publicRoad"], experts: ["acc_expert"] }],
  ["expert", "panelOpinion", PANEL],
  ["samr", "admit", { reasons: "In scope" }],
  ["oem", "signPlan", PLAN],
  ["samr", "planAgreed", {}],
  ["oem", "rehearse", { data: "simulated", passed: true, firings: 2 }],
  ["oem", "start", { resourcesVerified: true, monitoringConnected: true, consents: true }],
];

/** The rest of a good ending, from the test on. */
export const TO_ROUTINE: readonly (readonly [keyof typeof PEOPLE, string, object])[] = [
  ["oem", "planDone", {}],
  ["oem", "finalReport", { activities: "Driven", results: "Stable", learning: "Ages slowly" }],
  ["expert", "finalEvaluation", PANEL],
  ["samr", "toRoutine", { reasons: "Stable and controllable" }],
];

/** Opens a project and takes it to TESTING. @returns its id */
export async function projectInTest(world: World, application: object = APPLICATION): Promise<string> {
  const { id } = await world.cases.createProject(PEOPLE.oem, application);
  for (const [who, name, input] of TO_TESTING) await world.cases.actOnProject(PEOPLE[who], id, name, input);
  return id;
}
