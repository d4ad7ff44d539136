/**
 * The public register as pages that need neither an account nor JavaScript: list, one project with its history, programmes. Both
 * languages by `?lang=zh|en`; addresses never change.
 */
import { hash } from "node:crypto";
import type { FastifyInstance, FastifyPluginAsync, FastifyReply } from "fastify";
import { sourceIn, type Text } from "@sandglass/casework";
import { Type } from "typebox";
import { SYSTEM_DOCUMENTS } from "../../records/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { listCurrent, type ProgrammeVersion } from "../programmes/store.ts";
import { findEntry, listRegister, publicReader, type RegisterEntry } from "./register.ts";
import { listReports, type PublishedReport } from "./reports.ts";

export type Language = "zh" | "en";

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 "IBM Plex Sans",system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:72rem;margin:0 auto;padding:1.5rem 1rem}header,footer{display:flex;gap:1rem;flex-wrap:wrap;align-items:baseline}h1{font-size:1.4rem;margin:.5rem 0}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #8886;vertical-align:top}th{font-weight:400;opacity:.8}dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.2rem}dt{opacity:.8}nav a{margin-right:1rem}footer{margin-top:2rem;font-size:.85rem;opacity:.85}.wide{overflow-x:auto}form{max-width:44rem}label{display:block;margin:1rem 0 .2rem;font-weight:600}input,select,textarea{width:100%;box-sizing:border-box;font:inherit;padding:.4rem .5rem}button{font:inherit;padding:.5rem 1.4rem;margin-top:1rem}.hint{margin:.2rem 0 0;font-size:.85rem;opacity:.85}.trap{position:absolute;left:-200vw}.code{font-size:1.3rem;user-select:all}.answer{white-space:pre-wrap}[role=alert]{border-left:4px solid #b3261e;padding:.1rem 1rem}`;
export const POLICY = `default-src 'none'; style-src 'sha256-${hash("sha256", STYLE, "base64")}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;
const SHOWN = 200;

const WORDS = {
  title: { en: "Public register of sandbox projects", zh: "沙盒项目公开名录" },
  lead: {
    en: "Shown are projects that enterprise and authority agreed to show, with the fields both agreed to.",
    zh: "仅列入企业与主管部门均同意公开的项目及字段。",
  },
  project: { en: "Project", zh: "项目" },
  programme: { en: "Programme", zh: "类别" },
  applicant: { en: "Applicant", zh: "申请单位" },
  state: { en: "State", zh: "状态" },
  since: { en: "Since", zh: "起始时间" },
  opened: { en: "Opened", zh: "建立" },
  started: { en: "Test began", zh: "测试开始" },
  outcome: { en: "Outcome", zh: "结果" },
  summary: { en: "Summary", zh: "摘要" },
  technology: { en: "Technology", zh: "技术" },
  results: { en: "Results", zh: "成果" },
  history: { en: "History", zh: "状态历史" },
  time: { en: "Time (Asia/Shanghai)", zh: "时间（北京时间）" },
  none: { en: "No project is in the register yet.", zh: "名录中尚无项目。" },
  missing: { en: "This project is not in the register.", zh: "名录中没有该项目。" },
  unnamed: { en: "(title not public)", zh: "（名称未公开）" },
  recalls: { en: "Recalls", zh: "召回公告" },
  programmes: { en: "Programmes in force", zh: "现行项目类别" },
  version: { en: "Version", zh: "版本" },
  basis: { en: "Basis", zh: "依据" },
  certainty: { en: "Certainty", zh: "确定程度" },
  reports: { en: "Reports of programmes", zh: "项目类别报告" },
  report: { en: "Report", zh: "报告" },
  number: { en: "No.", zh: "编号" },
  issued: { en: "Issued", zh: "发布时间" },
  verify: { en: "Verify", zh: "查验" },
  back: { en: "Register", zh: "名录" },
  feeds: { en: "Feeds", zh: "数据接口" },
  other: { en: "中文", zh: "English" },
  complaint: { en: "File a complaint", zh: "提交投诉" },
  complaintOnThis: { en: "Complain about this project", zh: "对本项目提交投诉" },
  lookUp: { en: "Look up a complaint", zh: "查询投诉" },
} as const satisfies Record<string, Text>;

const CERTAINTY: Readonly<Record<string, Text>> = {
  F: { en: "found in the rule's own text", zh: "已见条文" },
  S: { en: "secondary source", zh: "二手来源" },
  D: { en: "draft text", zh: "征求意见稿" },
  M: { en: "unverified", zh: "未核实" },
  P: { en: "product proposal, not law", zh: "产品建议，非法定" },
};

export const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`);
/** Wall-clock time of the register's readers. */
export const time = (instant: string | null): string =>
  instant === null ? "" : new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 16).replace("T", " ");

/** Where a program reads what a page shows. */
type Feeds = readonly (readonly [format: "JSON" | "CSV", address: string])[];
const REGISTER_FEEDS: Feeds = [
  ["JSON", "/api/v1/public/register"],
  ["CSV", "/api/v1/public/register.csv"],
];

export function layout(
  language: Language,
  path: string,
  title: string,
  body: string,
  feeds: Feeds = REGISTER_FEEDS,
): string {
  const links = feeds.map(([format, address]) => `<a href="${escape(address)}">${format}</a>`).join(" · ");
  const other = language === "zh" ? "en" : "zh";
  return `<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escape(title)}</title><style>${STYLE}</style></head><body>
<header><nav><a href="/public?lang=${language}">${escape(WORDS.back[language])}</a><a href="/public/programmes?lang=${language}">${escape(WORDS.programmes[language])}</a><a href="/public/recalls?lang=${language}">${escape(WORDS.recalls[language])}</a><a href="${escape(path)}${path.includes("?") ? "&amp;" : "?"}lang=${other}" hreflang="${other}">${escape(WORDS.other[language])}</a></nav></header>
<main><h1>${escape(title)}</h1>
${body}
</main>
<footer><span>${escape(WORDS.feeds[language])}: ${links}</span><span><a href="/public/complaints?lang=${language}">${escape(WORDS.complaint[language])}</a> · <a href="/public/complaints/status?lang=${language}">${escape(WORDS.lookUp[language])}</a></span></footer>
</body></html>
`;
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (tag: "th" | "td", cells: readonly string[]): string =>
    `<tr>${cells.map((cell) => (tag === "th" ? `<th scope="col">${cell}</th>` : `<td>${cell}</td>`)).join("")}</tr>`;
  return `<div class="wide"><table><thead>${line("th", heads.map(escape))}</thead><tbody>${rows.map((row) => line("td", row)).join("\n")}</tbody></table></div>`;
}

export function registerPage(language: Language, entries: readonly RegisterEntry[]): string {
  const word = (key: keyof typeof WORDS): string => WORDS[key][language];
  const rows = entries.map((entry) => [
    `<a href="/public/projects/${escape(entry.id)}?lang=${language}">${escape(entry.title ?? word("unnamed"))}</a>`,
    escape(entry.programme.title[language]),
    escape(entry.applicant ?? ""),
    escape(entry.stateTitle[language]),
    escape(time(entry.since)),
  ]);
  const heads = [word("project"), word("programme"), word("applicant"), word("state"), word("since")];
  const list = rows.length === 0 ? `<p>${escape(word("none"))}</p>` : table(heads, rows);
  return layout(language, "/public", word("title"), `<p>${escape(word("lead"))}</p>\n${list}`);
}

export function projectPage(language: Language, id: string, entry: RegisterEntry | undefined): string {
  const word = (key: keyof typeof WORDS): string => WORDS[key][language];
  const path = `/public/projects/${id}`;
  if (entry === undefined) return layout(language, path, word("missing"), "");
  const facts: readonly (readonly [keyof typeof WORDS, string | null])[] = [
    ["programme", entry.programme.title[language]],
    ["applicant", entry.applicant],
    ["state", entry.stateTitle[language]],
    ["opened", time(entry.openedAt)],
    ["started", time(entry.startedAt)],
    ["outcome", entry.outcome?.[language] ?? null],
    ["summary", entry.summary],
    ["technology", entry.technology],
    ["results", entry.results],
  ];
  const shown = facts.filter(([, value]) => value !== null && value !== "");
  const list = shown.map(([key, value]) => `<dt>${escape(word(key))}</dt><dd>${escape(value ?? "")}</dd>`).join("\n");
  const history = table(
    [word("state"), word("time")],
    entry.history.map((step) => [escape(step.title[language]), escape(time(step.at))]),
  );
  return layout(
    language,
    path,
    entry.title ?? word("unnamed"),
    `<p><code>${escape(entry.id)}</code></p><dl>${list}</dl>\n<h2>${escape(word("history"))}</h2>\n${history}
<p><a href="/public/complaints?project=${escape(entry.id)}&amp;lang=${language}">${escape(word("complaintOnThis"))}</a></p>`,
  );
}

export function programmesPage(
  language: Language,
  programmes: readonly ProgrammeVersion[],
  reports: readonly PublishedReport[] = [],
): string {
  const word = (key: keyof typeof WORDS): string => WORDS[key][language];
  const rows = programmes.map(({ programme }) => [
    `<b>${escape(programme.title[language])}</b><br>${escape(programme.summary[language])}`,
    String(programme.version),
    escape(`${programme.basis.requirement} · ${sourceIn(programme.basis, language)}`),
    escape(CERTAINTY[programme.basis.certainty]?.[language] ?? programme.basis.certainty),
  ]);
  const issued = reports.map(({ id, number, title, issuedAt }) => [
    `<a href="/api/v1/public/reports/${escape(id)}/file?language=${language}">${escape(title[language])}</a>`,
    escape(number),
    escape(time(new Date(issuedAt).toISOString())),
    `<a href="/verify/${escape(id)}">${escape(word("verify"))}</a>`,
  ]);
  const list =
    issued.length === 0
      ? ""
      : `\n<h2>${escape(word("reports"))}</h2>\n${table([word("report"), word("number"), word("issued"), ""], issued)}`;
  return layout(
    language,
    "/public/programmes",
    word("programmes"),
    table([word("programme"), word("version"), word("basis"), word("certainty")], rows) + list,
  );
}

export const PAGE_LANGUAGE = Type.Object({ lang: Type.Optional(Type.Union([Type.Literal("zh"), Type.Literal("en")])) });

/** Of a query that fits `PAGE_LANGUAGE`. */
export const languageOf = (query: unknown): Language => (query as { readonly lang?: Language }).lang ?? "zh";

const asPage = (reply: FastifyReply, status: number): FastifyReply =>
  reply.code(status).header("content-type", "text/html; charset=utf-8").header("content-security-policy", POLICY);

/** A page that is the same for everybody, for a minute. */
export function sendPage(reply: FastifyReply, page: string, status = 200): FastifyReply {
  return asPage(reply, status).header("cache-control", "public, max-age=60").send(page);
}

/** What a person enters and what they are answered is for their eyes only. */
export function sendPrivatePage(reply: FastifyReply, page: string, status = 200): FastifyReply {
  return asPage(reply, status).header("referrer-policy", "no-referrer").header("cache-control", "no-store").send(page);
}

/** Lets pages take what a form without script sends, up to so many bytes, as an object of its fields. */
export function acceptForms(app: FastifyInstance, bodyLimit: number): void {
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
}

/** Register it at the root, outside the API: it asks for no account. */
export function publicPages(engine: CaseEngine, now: () => number): FastifyPluginAsync {
  const read = publicReader(engine);
  return async (app) => {
    app.get("/public", { schema: { hide: true, querystring: PAGE_LANGUAGE } }, async (request, reply) => {
      const rows = await read((tx) => listRegister(tx, { limit: SHOWN }));
      const entries = rows.map((row) => row.entry);
      return sendPage(reply, registerPage(languageOf(request.query), entries));
    });
    app.get("/public/programmes", { schema: { hide: true, querystring: PAGE_LANGUAGE } }, async (request, reply) =>
      sendPage(
        reply,
        programmesPage(
          languageOf(request.query),
          await read((tx) => listCurrent(tx, now())),
          await engine.transact(SYSTEM_DOCUMENTS, ({ tx }) => listReports(tx, SHOWN), { retry: true }),
        ),
      ),
    );
    app.get(
      "/public/projects/:id",
      {
        schema: {
          hide: true,
          querystring: PAGE_LANGUAGE,
          params: Type.Object({ id: Type.String({ pattern: "^prj_[0-9a-z]{1,30}$" }) }),
        },
      },
      async (request, reply) => {
        const { id } = request.params as { readonly id: string };
        const entry = await read((tx) => findEntry(tx, id));
        const page = projectPage(languageOf(request.query), id, entry);
        return sendPage(reply, page, entry === undefined ? 404 : 200);
      },
    );
  };
}
