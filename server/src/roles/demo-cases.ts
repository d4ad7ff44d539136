/**
 * Cases of the demonstration beside its sandbox projects, so that the ministry of the police, the user entity of an on-road
 * pilot and the cyberspace administration have something before them: each is walked by the persons whose steps these are, and
 * stops where the next one is for a visitor.
 */
import { MAKERS } from "@sandglass/simulator";
import type { Records } from "../records/mod.ts";
import type { CaseWiring } from "./case-wiring.ts";
import { demoActor } from "./demo-projects.ts";

interface Step {
  /** Account of the demonstration. */
  readonly by: string;
  readonly action: string;
  readonly input: object;
}

interface DemoCase {
  readonly kind: string;
  /** The first opens the case. */
  readonly steps: readonly [Step, ...Step[]];
}

const PILOT = {
  level: "L3",
  userEntity: "pilot-fleet",
  region: "440300",
  cityConsent: "深府函〔2026〕演示 1 号 · Letter of the city 2026-1 (demo)",
  accessTestPlan: "封闭场地 40 个场景，道路 20 个场景 · 40 scenarios on closed field, 20 on roads",
  safetyAssessmentPlan: "功能安全、预期功能安全、网络与数据安全 · Functional safety, SOTIF, network and data security",
} as const;
const FORWARDED: Step = {
  by: "local",
  action: "forwardIcvPilot",
  input: {
    departments: "公安、住建、交通、通信管理 · Police, housing, transport, communications",
    opinion: "材料齐全 · Complete",
  },
};
const agreed = (by: string): Step => ({ by, action: "confirmTestPlan", input: { opinion: "同意 · Agreed" } });

const casesOf = (year: number): readonly DemoCase[] => [
  {
    kind: "icv-pilot",
    // Left for `oem-a` to connect vehicles, and for `operator` to start on the road.
    steps: [
      {
        by: "oem-a",
        action: "fileIcvPilot",
        input: { ...PILOT, title: "高速拥堵场景 L3 试点 · L3 pilot in motorway jams", model: MAKERS[0].models[0].name },
      },
      FORWARDED,
      agreed("miit"),
      agreed("mps"),
      { by: "local", action: "superviseTest", input: { found: "按方案进行 · As planned" } },
      { by: "oem-a", action: "reportTestResult", input: { result: "全部通过 · All passed" } },
      {
        by: "eidc",
        action: "evaluateAccess",
        input: { plan: true, execution: true, result: true, opinion: "结果支持准入 · Bears the access" },
      },
      {
        by: "miit",
        action: "grantAccess",
        input: {
          permit: "ICV-DEMO-1",
          scenario: "高速公路拥堵 · Jam on motorways",
          roads: ["南坪快速路（演示）· Nanping expressway (demo)"],
          lanes: "单车道，不变道 · One lane, no change of lane",
          maxSpeed: 50,
          maxVehicles: 5,
          restrictions: "雨雪天气不得使用 · Not in rain or snow",
        },
      },
    ],
  },
  {
    kind: "icv-pilot",
    // Left for `mps` to confirm.
    steps: [
      {
        by: "oem-b",
        action: "fileIcvPilot",
        input: {
          ...PILOT,
          title: "城市快速路 L3 试点 · L3 pilot on city expressways",
          model: MAKERS[1].models[0].name,
        },
      },
      FORWARDED,
      agreed("miit"),
    ],
  },
  {
    kind: "data-report",
    // Left for `cac` to accept or to return.
    steps: [
      {
        by: "oem-a",
        action: "openDataReport",
        input: { year, persons: 250_000, declared: ["outside"], region: "440000" },
      },
      {
        by: "oem-a",
        action: "assessData",
        input: {
          officer: "王（演示）· Wang (demo), deputy general manager",
          principles: { inVehicle: true, notByDefault: true, precision: true, deidentified: true },
          risks: "车外影像可能含人脸和车牌 · Pictures of the surroundings may show faces and plates",
          measures: "车内匿名化后再上传 · Made anonymous in the vehicle before they leave it",
          handovers: [],
          assessments: [],
        },
      },
      { by: "oem-a", action: "submitDataReport", input: { reference: `DEMO-${year}-1` } },
    ],
  },
];

/**
 * Idempotent: what an earlier start has opened, in whatever state it is, stays as it is.
 * @param year of the data-security report
 */
export async function ensureDemoCases(
  records: Records,
  { cases: { engine } }: Pick<CaseWiring, "cases">,
  year: number,
): Promise<void> {
  for (const [index, { kind, steps }] of casesOf(year).entries()) {
    let id: string | undefined;
    for (const [step, { by, action, input }] of steps.entries()) {
      const meta = { idempotencyId: `demo-case-${index}-${step}` };
      const opened = id;
      const stored = await engine.transact(await demoActor(records, by), (unit) =>
        opened === undefined
          ? engine.create(unit, kind, action, input, meta)
          : engine.act(unit, opened, action, input, meta),
      );
      id = stored.id;
    }
  }
}
