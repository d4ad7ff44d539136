/** The list of cases as rows of a file. */
import { instant, PAGE_ROWS, type Column, type ExportableList, type Row } from "../../exports/mod.ts";
import { encodeCursor } from "../../http/mod.ts";
import { newestLifecycle } from "../engine/case-type.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { countCases, listCases } from "../engine/list.ts";
import { filterOf, type CaseListQuery } from "../engine/routes/cases.ts";
import { cursorOf } from "../engine/sort.ts";
import { subjectNames } from "../engine/subject-names.ts";
import { lineOf } from "../engine/view.ts";

const COLUMNS: readonly Column[] = [
  { title: { en: "Case", zh: "案件编号" }, width: 26 },
  { title: { en: "Kind", zh: "类型" } },
  { title: { en: "Title", zh: "名称" }, width: 40 },
  { title: { en: "State", zh: "状态" } },
  { title: { en: "Ended", zh: "已结束" }, width: 8 },
  { title: { en: "Level", zh: "级别" }, width: 8 },
  { title: { en: "Marks", zh: "标记" } },
  { title: { en: "Parties", zh: "相关方" }, width: 26 },
  { title: { en: "Regions", zh: "地区" } },
  { title: { en: "Vehicles", zh: "车辆" }, width: 26 },
  { title: { en: "Project", zh: "项目" }, width: 26 },
  { title: { en: "Opened", zh: "立案时间" }, isTime: true },
  { title: { en: "Last action", zh: "最近办理时间" }, isTime: true },
  { title: { en: "Due", zh: "到期时间" }, isTime: true },
  { title: { en: "Overdue", zh: "已逾期" }, width: 8 },
];

export function casesExport(engine: CaseEngine): ExportableList<CaseListQuery> {
  return {
    list: "cases",
    title: { en: "Cases", zh: "案件" },
    columns: COLUMNS,
    hasMoreThan: async ({ actor, query, now }, rows) => {
      const filter = filterOf(engine, actor, query);
      const { facets } = await engine.transact(actor, ({ tx }) => countCases(tx, filter, now), { retry: true });
      return facets.reduce((sum, { count }) => sum + count, 0) > rows;
    },
    async *read({ actor, query, language, now }) {
      const filter = filterOf(engine, actor, query);
      for (let cursor: string | undefined; ;) {
        const page = { ...filter, limit: PAGE_ROWS, ...(cursor === undefined ? {} : { cursor }) };
        const { found, names } = await engine.transact(
          actor,
          async ({ tx }) => {
            const rows = await listCases(tx, page, now);
            return {
              found: rows,
              names: await subjectNames(
                tx,
                rows.flatMap((row) => row.vehicles),
              ),
            };
          },
          { retry: true },
        );
        const shown = found.slice(0, PAGE_ROWS);
        yield shown.map((row): Row => {
          const line = lineOf(engine, row, now);
          const { flags } = engine.lifecycleOf({ id: row.id, kind: row.kind, definition: row.definition });
          return [
            row.id,
            newestLifecycle(engine.typeOf(row.kind)).title[language],
            language === "zh" ? row.title_zh : row.title_en,
            line.stateTitle[language],
            row.ended,
            row.level ?? undefined,
            row.flags.map((flag) => flags[flag]?.[language] ?? flag).join("; "),
            row.organisations.join("; "),
            row.regions.join("; "),
            row.vehicles.map((id) => names.get(id) ?? id).join("; "),
            row.project ?? undefined,
            instant(row.opened_at.getTime()),
            instant(row.changed_at.getTime()),
            instant(row.due_at?.getTime()),
            line.overdue,
          ];
        });
        const last = shown.at(-1);
        if (found.length <= PAGE_ROWS || last === undefined) return;
        cursor = encodeCursor(cursorOf(filter.sort)(last));
      }
    },
  };
}
