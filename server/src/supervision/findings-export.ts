/** The list of findings as rows of a file. */
import { SANDBOX_EFFECTS } from "@sandglass/casework";
import { ASSURANCE_NAMES, ASSURANCE_TITLES } from "@sandglass/signals";
import { displayUnit } from "@sandglass/triggers";
import { instant, PAGE_ROWS, type Column, type ExportableList, type Language, type Row } from "../exports/mod.ts";
import { encodeCursor } from "../http/mod.ts";
import type { Records } from "../records/mod.ts";
import { filterOf, type FindingListQuery } from "./finding-filter.ts";
import { NEWEST_FOUND, placeOf } from "./finding-sort.ts";
import { findFindings, hasMoreFindings, type Finding, type FindingStatus } from "./queries.ts";

export const COLUMNS: readonly Column[] = [
  { title: { en: "Finding", zh: "编号" }, width: 32 },
  { title: { en: "Trigger", zh: "触发规则" }, width: 26 },
  { title: { en: "Version", zh: "版本" }, width: 8 },
  { title: { en: "Title", zh: "名称" }, width: 40 },
  { title: { en: "Level", zh: "级别" }, width: 8 },
  { title: { en: "Status", zh: "状态" }, width: 12 },
  { title: { en: "Confirmed", zh: "已确认" }, width: 8 },
  { title: { en: "VIN (masked)", zh: "车辆识别代号（脱敏）" }, width: 22 },
  { title: { en: "Maker", zh: "生产企业" }, width: 26 },
  { title: { en: "Subject", zh: "对象" }, width: 26 },
  { title: { en: "Project", zh: "项目" }, width: 26 },
  { title: { en: "Effect", zh: "处置" }, width: 12 },
  { title: { en: "Onset", zh: "发生时间" }, isTime: true },
  { title: { en: "Detected", zh: "发现时间" }, isTime: true },
  { title: { en: "Cleared", zh: "解除时间" }, isTime: true },
  { title: { en: "Margin", zh: "裕度" }, width: 10 },
  { title: { en: "Unit of the margin", zh: "裕度单位" }, width: 10 },
  { title: { en: "Assurance", zh: "可信等级" }, width: 14 },
  // Behind the others, whose places programs may know.
  { title: { en: "Effect in words", zh: "处置名称" }, width: 14 },
  { title: { en: "Unit in words", zh: "裕度单位名称" }, width: 14 },
  { title: { en: "Assurance in words", zh: "可信等级名称" }, width: 14 },
];

const EFFECTS: ReadonlyMap<string, Readonly<Record<Language, string>>> = new Map(Object.entries(SANDBOX_EFFECTS));
/** As the console names them. */
const STATUSES: Readonly<Record<FindingStatus, Readonly<Record<Language, string>>>> = {
  firing: { en: "firing", zh: "持续中" },
  cleared: { en: "cleared", zh: "已解除" },
  superseded: { en: "superseded", zh: "已被取代" },
  suppressed: { en: "suppressed", zh: "已抑制" },
  retracted: { en: "retracted", zh: "已撤回" },
};

const DIMENSIONLESS = { en: "dimensionless", zh: "无量纲" } as const;

function unitIn(code: string | undefined, language: Language): string | undefined {
  if (code === undefined) return undefined;
  return code === "1" ? DIMENSIONLESS[language] : displayUnit(code);
}

/** In the order of the columns: codes where programs read them, their words behind. */
export function rowIn(language: Language, each: Finding): Row {
  const assurance = ASSURANCE_NAMES[each.assurance] ?? "none";
  return [
    each.id,
    each.trigger,
    each.version,
    each.title[language],
    each.level,
    STATUSES[each.status][language],
    each.confirmed,
    each.vin,
    each.maker,
    each.subject.name ?? each.subject.id,
    each.project,
    each.effect,
    instant(each.onset),
    instant(each.detectedAt),
    instant(each.clearedAt),
    each.margin?.value,
    each.margin?.unit,
    assurance,
    each.effect === undefined ? undefined : (EFFECTS.get(each.effect)?.[language] ?? each.effect),
    unitIn(each.margin?.unit, language),
    ASSURANCE_TITLES[assurance][language],
  ];
}

export function findingsExport(records: Records): ExportableList<FindingListQuery> {
  return {
    list: "findings",
    title: { en: "Findings", zh: "触发结果" },
    columns: COLUMNS,
    hasMoreThan: ({ actor, query }, rows) =>
      records.transact(actor, (tx) => hasMoreFindings(tx, filterOf(query), rows), { retry: true }),
    async *read({ actor, query, language }) {
      const filter = filterOf(query);
      for (let cursor: string | undefined; ;) {
        const page = { ...filter, limit: PAGE_ROWS + 1, ...(cursor === undefined ? {} : { cursor }) };
        const found = await records.transact(actor, (tx) => findFindings(tx, page), { retry: true });
        const shown = found.slice(0, PAGE_ROWS);
        yield shown.map((each) => rowIn(language, each));
        const last = shown.at(-1);
        if (found.length <= PAGE_ROWS || last === undefined) return;
        cursor = encodeCursor(placeOf(filter.sort ?? NEWEST_FOUND, last));
      }
    },
  };
}
