/** The report of a programme, as the server discovers it: the figures are counted here, whatever a person writes. */
import {
  departmentsOf,
  PROGRAMME_REPORT,
  REPORT_KINDS,
  type Json,
  type Lifecycle,
  type ProgrammeReportData,
  type ResultData,
} from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { CaseType } from "../engine/case-type.ts";
import type { CaseServices } from "../engine/discover.ts";
import type { Unit } from "../engine/unit.ts";
import type { ReadDistance } from "../programmes/distance.ts";
import { boundsOf, lessonsOf, yearOf, type ProgrammeYear } from "../programmes/figures.ts";
import { findProgramme } from "../programmes/store.ts";

const COUNTED = new Set(["draftReport", "reviseReport"]);

export const caseType = ({ distance }: CaseServices): CaseType => ({
  kind: PROGRAMME_REPORT.kind,
  prefix: "rpt",
  lifecycles: [PROGRAMME_REPORT as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { programme = "", programmeTitle: title, year, kind = "annual" } = data as ProgrammeReportData;
    const { en, zh } = REPORT_KINDS[kind];
    return {
      title: {
        en: `${en} ${year ?? ""}: ${title?.en ?? programme}`,
        zh: `${title?.zh ?? programme}${year ?? ""}${kind === "annual" ? "" : "年"}${zh}`,
      },
      vehicles: [],
      item: programme,
    };
  },
  prepare: async (unit, _actor, name, input, folded) => {
    if (!COUNTED.has(name)) return { input };
    const { programme = "", year = 0 } = {
      ...(folded?.data as ProgrammeReportData),
      ...(input as ProgrammeReportData),
    };
    return { input, facts: await factsOf(unit, programme, year, distance) };
  },
});

/** @throws SG_PROGRAMME_UNKNOWN; SG_CASE_INPUT for a year that has not begun */
async function factsOf(unit: Unit, id: string, year: number, distance: ReadDistance | undefined): Promise<Json> {
  const programme = await findProgramme(unit.tx, id);
  if (programme === undefined) throw new SandglassError(ERRORS.PROGRAMME_UNKNOWN, { programme: id, possible: [] });
  if (boundsOf(year).from.getTime() > unit.at)
    throw new SandglassError(ERRORS.CASE_INPUT, {
      action: "draftReport",
      path: "/year",
      rule: "must have begun",
      ruleZh: "该年度尚未开始",
    });
  const figures = await yearOf(
    unit.tx,
    id,
    year,
    distance === undefined ? undefined : { actor: unit.actor, at: unit.at, read: distance },
  );
  const lessons = await lessonsOf(unit.tx, id, year);
  return { title: programme.title, ...departmentsOf(programme), figures: printable(figures, lessons, unit.at) };
}

const percent = (part: number | null): number | undefined => (part === null ? undefined : Math.round(part * 1000) / 10);

/** The figures of the page, as the report prints them; what is unknown is left out. */
function printable(year: ProgrammeYear, lessons: Awaited<ReturnType<typeof lessonsOf>>, at: number): Json {
  const { triggers, incidents, tasks, distance } = year;
  const figures = {
    countedAt: new Date(at).toISOString(),
    filed: year.filed,
    admitted: year.admitted,
    refused: year.refused,
    acceptanceRate: percent(year.acceptanceRate),
    decisionDays: year.decisionDays ?? undefined,
    testDays: year.testDays ?? undefined,
    warnings: triggers.warn,
    restrictions: triggers.restrict,
    suspensionsByTrigger: triggers.suspend,
    terminationsByTrigger: triggers.terminate,
    suspensions: year.suspensions,
    breaches: year.breaches,
    incidents: incidents.total,
    injured: incidents.injured,
    dead: incidents.dead,
    ...(distance === null
      ? {}
      : {
          distanceKm: distance.km,
          distanceVehicles: `${distance.known} / ${distance.vehicles}`,
          incidentsPer10000Km: distance.incidentsPer10000Km ?? undefined,
        }),
    tasksOpened: tasks.opened,
    tasksMet: tasks.met,
    ended: Object.entries(year.ended).map(([state, projects]) => ({ state, projects })),
    toRoutineShare: percent(year.toRoutineShare),
    smeShare: percent(year.smeShare),
    results: Object.entries(year.results).map(([kind, counts]) => ({ kind: kind as ResultData["kind"], ...counts })),
    lessons: lessons.map(({ title, project, results }) => ({ title: title ?? project, results })),
  };
  return JSON.parse(JSON.stringify(figures)) as Json;
}
