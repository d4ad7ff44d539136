/** The board of duties as rows of a file. */
import { isRoleCode, ROLES, sourceIn } from "@sandglass/casework";
import { instant, PAGE_ROWS, type Column, type ExportableList, type Language, type Row } from "../../exports/mod.ts";
import { encodeCursor } from "../../http/mod.ts";
import { countDuties, listDuties } from "../board/queries.ts";
import { filterOf, type BoardListQuery } from "../board/routes.ts";
import type { DueGroup } from "../board/schema.ts";
import type { CaseEngine } from "../engine/engine.ts";

const COLUMNS: readonly Column[] = [
  { title: { en: "Due", zh: "到期时间" }, isTime: true },
  { title: { en: "Group", zh: "分组" }, width: 10 },
  { title: { en: "Duty", zh: "义务" }, width: 40 },
  { title: { en: "Whose duty", zh: "责任方" }, width: 26 },
  { title: { en: "Case", zh: "案件编号" }, width: 26 },
  { title: { en: "Kind", zh: "类型" } },
  { title: { en: "Title", zh: "名称" }, width: 40 },
  { title: { en: "State", zh: "状态" } },
  { title: { en: "Party in charge", zh: "牵头方" } },
  { title: { en: "Regions", zh: "地区" } },
  { title: { en: "Level", zh: "级别" }, width: 8 },
  { title: { en: "Started", zh: "起算时间" }, isTime: true },
  { title: { en: "Limit", zh: "时限" }, width: 8 },
  { title: { en: "Unit", zh: "单位" }, width: 10 },
  { title: { en: "Source", zh: "依据" }, width: 40 },
  { title: { en: "Certainty", zh: "确定性" }, width: 10 },
];

const GROUPS: Readonly<Record<DueGroup, Readonly<Record<Language, string>>>> = {
  overdue: { en: "overdue", zh: "已逾期" },
  today: { en: "today", zh: "今天" },
  week: { en: "this week", zh: "七天内" },
  later: { en: "later", zh: "以后" },
  paused: { en: "paused", zh: "已暂停" },
};
const UNIT_NAMES: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  immediate: { en: "at once", zh: "立即" },
  hour: { en: "hours", zh: "小时" },
  elapsedDay: { en: "days of 24 hours", zh: "日（按 24 小时计）" },
  day: { en: "days", zh: "日" },
  workingDay: { en: "working days", zh: "工作日" },
  month: { en: "months", zh: "月" },
};

export function dutiesExport(engine: CaseEngine): ExportableList<BoardListQuery> {
  return {
    list: "obligations",
    title: { en: "Duties", zh: "义务看板" },
    columns: COLUMNS,
    hasMoreThan: async ({ actor, query, now }, rows) => {
      const filter = filterOf(engine, actor, query);
      const { total } = await engine.transact(actor, ({ tx }) => countDuties(engine, tx, filter, now), { retry: true });
      return total > rows;
    },
    async *read({ actor, query, language, now }) {
      const filter = filterOf(engine, actor, query);
      for (let cursor: string | undefined; ;) {
        const page = { ...filter, limit: PAGE_ROWS, cursor };
        const found = await engine.transact(actor, ({ tx }) => listDuties(engine, tx, page, now), { retry: true });
        const shown = found.slice(0, PAGE_ROWS);
        yield shown.map(({ line }): Row => [
          instant(line.dueAt === null ? undefined : Date.parse(line.dueAt)),
          line.group === null ? undefined : GROUPS[line.group][language],
          line.title[language],
          line.bearers.map((role) => (isRoleCode(role) ? ROLES[role].title[language] : role)).join("; "),
          line.case.id,
          line.case.kindTitle[language],
          line.case.title[language],
          line.case.stateTitle[language],
          line.case.organisation ?? undefined,
          line.case.regions.join("; "),
          line.case.level ?? undefined,
          instant(Date.parse(line.startAt)),
          line.amount,
          UNIT_NAMES[line.unit]?.[language] ?? line.unit,
          `${line.basis.requirement} ${sourceIn(line.basis, language)}`,
          line.certainty,
        ]);
        const last = shown.at(-1);
        if (found.length <= PAGE_ROWS || last === undefined) return;
        cursor = encodeCursor(last.position);
      }
    },
  };
}
