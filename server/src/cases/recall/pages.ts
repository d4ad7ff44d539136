/** Published recalls as pages that need neither an account nor JavaScript. Both languages by `?lang=zh|en`; addresses never change. */
import type { FastifyPluginAsync } from "fastify";
import { REMEDIES, type Remedy, type Text } from "@sandglass/casework";
import { Type } from "typebox";
import type { CaseEngine } from "../engine/engine.ts";
import { escape, languageOf, layout, PAGE_LANGUAGE, sendPage, table, time, type Language } from "../public/pages.ts";
import { publicReader } from "../public/register.ts";
import { findPublished, listPublished, type RecallEntry } from "./public.ts";

const SHOWN = 200;
const WORDS = {
  title: { en: "Recalls", zh: "召回公告" },
  lead: {
    en: "Recalls that their producers have published. Whether a vehicle is among them: POST /api/v1/public/recalls/check {vin}.",
    zh: "生产者已发布的召回。查询车辆是否在召回范围内：POST /api/v1/public/recalls/check {vin}。",
  },
  recall: { en: "Recall", zh: "召回" },
  producer: { en: "Producer", zh: "生产者" },
  models: { en: "Models", zh: "车型" },
  affected: { en: "Vehicles", zh: "车辆数" },
  state: { en: "State", zh: "状态" },
  published: { en: "Published", zh: "发布时间" },
  defect: { en: "Defect", zh: "缺陷描述" },
  consequence: { en: "Consequence", zh: "可能后果" },
  interim: { en: "Until then", zh: "避险措施" },
  remedy: { en: "Remedy", zh: "召回措施" },
  start: { en: "Start", zh: "召回开始时间" },
  ordered: { en: "Ordered by the authority", zh: "主管部门责令召回" },
  yes: { en: "yes", zh: "是" },
  progress: { en: "Completion by quarter", zh: "分季度完成情况" },
  quarter: { en: "Quarter", zh: "季度" },
  done: { en: "Done", zh: "已完成" },
  rate: { en: "Share", zh: "完成率" },
  none: { en: "No recall is published yet.", zh: "尚无已发布的召回。" },
  missing: { en: "There is no such published recall.", zh: "没有该召回公告。" },
} as const satisfies Record<string, Text>;

export function recallsPage(language: Language, entries: readonly RecallEntry[]): string {
  const word = (key: keyof typeof WORDS): string => WORDS[key][language];
  const rows = entries.map((entry) => [
    `<a href="/public/recalls/${escape(entry.id)}?lang=${language}">${escape(entry.title)}</a>`,
    escape(entry.producer[language]),
    escape(entry.models.join(", ")),
    String(entry.affected),
    escape(entry.stateTitle[language]),
    escape(time(entry.publishedAt)),
  ]);
  const heads = (["recall", "producer", "models", "affected", "state", "published"] as const).map(word);
  const list = rows.length === 0 ? `<p>${escape(word("none"))}</p>` : table(heads, rows);
  return layout(language, "/public/recalls", word("title"), `<p>${escape(word("lead"))}</p>\n${list}`);
}

export function recallPage(language: Language, id: string, entry: RecallEntry | undefined): string {
  const word = (key: keyof typeof WORDS): string => WORDS[key][language];
  const path = `/public/recalls/${id}`;
  if (entry === undefined) return layout(language, path, word("missing"), "");
  const remedy = REMEDIES[entry.remedy satisfies Remedy][language];
  const facts: readonly (readonly [keyof typeof WORDS, string])[] = [
    ["producer", entry.producer[language]],
    ["models", entry.models.join(", ")],
    ["affected", String(entry.affected)],
    ["state", entry.stateTitle[language]],
    ["published", time(entry.publishedAt)],
    ["start", time(entry.startAt)],
    ...(entry.isOrdered ? ([["ordered", word("yes")]] as const) : []),
    ["defect", entry.defect],
    ["consequence", entry.consequence],
    ["interim", entry.interim],
    ["remedy", `${remedy}: ${entry.measures}`],
  ];
  const list = facts.map(([key, value]) => `<dt>${escape(word(key))}</dt><dd>${escape(value)}</dd>`).join("\n");
  const progress = table(
    [word("quarter"), word("done"), word("affected"), word("rate")],
    entry.trend.map((each) => [escape(each.quarter), String(each.remedied), String(each.affected), `${each.rate} %`]),
  );
  const figures = entry.trend.length === 0 ? "" : `\n<h2>${escape(word("progress"))}</h2>\n${progress}`;
  return layout(language, path, entry.title, `<p><code>${escape(entry.id)}</code></p><dl>${list}</dl>${figures}`);
}

/** Register it at the root, outside the API: it asks for no account. */
export function recallPages(engine: CaseEngine): FastifyPluginAsync {
  const read = publicReader(engine);
  return async (app) => {
    app.get("/public/recalls", { schema: { hide: true, querystring: PAGE_LANGUAGE } }, async (request, reply) =>
      sendPage(reply, recallsPage(languageOf(request.query), await read((tx) => listPublished(tx, SHOWN)))),
    );
    const params = Type.Object({ id: Type.String({ pattern: "^rcl_[0-9a-z]{1,30}$" }) });
    app.get(
      "/public/recalls/:id",
      { schema: { hide: true, querystring: PAGE_LANGUAGE, params } },
      async (request, reply) => {
        const { id } = request.params as { readonly id: string };
        const entry = await read((tx) => findPublished(tx, id));
        return sendPage(reply, recallPage(languageOf(request.query), id, entry), entry === undefined ? 404 : 200);
      },
    );
  };
}
