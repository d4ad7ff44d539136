/**
 * Published recalls as pages that need neither an account nor JavaScript, and the question whether one reaches the vehicle of a
 * VIN. Both languages by `?lang=zh|en`; addresses never change.
 */
import type { FastifyPluginAsync } from "fastify";
import { REMEDIES, type Remedy } from "@sandglass/casework";
import { Type } from "typebox";
import { checkVin } from "../../access/mod.ts";
import { SandglassError } from "../../errors/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import {
  acceptForms,
  escape,
  languageOf,
  layout,
  PAGE_LANGUAGE,
  sendPage,
  sendPrivatePage,
  table,
  time,
  type Language,
} from "../public/pages.ts";
import { publicReader } from "../public/register.ts";
import type { RecallCheck, RecallHit } from "./check.ts";
import { RECALL_WORDS } from "./page-words.ts";
import { findPublished, listPublished, type RecallEntry } from "./public.ts";

const SHOWN = 200;
const LIST_PATH = "/public/recalls";
const CHECK_PATH = "/public/recalls/check";
const MAX_BODY = 4 * 1024;
const FEEDS = [["JSON", "/api/v1/public/recalls"]] as const;

type Word = keyof typeof RECALL_WORDS;

/** What came of a question about a VIN; undefined before one was asked. */
export type CheckOutcome = { readonly hits: readonly RecallHit[] } | "wrong" | "busy" | undefined;

export function recallsPage(language: Language, entries: readonly RecallEntry[]): string {
  const word = wordsOf(language);
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
  return page(language, LIST_PATH, word("title"), `<p>${escape(word("lead"))}</p>\n${list}${checkForm(language)}`);
}

export function recallPage(language: Language, id: string, entry: RecallEntry | undefined): string {
  const word = wordsOf(language);
  const path = `${LIST_PATH}/${id}`;
  if (entry === undefined) return page(language, path, word("missing"), "");
  const remedy = REMEDIES[entry.remedy satisfies Remedy][language];
  const registered = windowOf(entry, word);
  const facts: readonly (readonly [Word, string])[] = [
    ["producer", entry.producer[language]],
    ...(entry.planReference === undefined ? [] : ([["reference", entry.planReference]] as const)),
    ["models", entry.models.join(", ")],
    ...(entry.batch === undefined ? [] : ([["batch", entry.batch]] as const)),
    ...(registered === undefined ? [] : ([["registered", registered]] as const)),
    ["affected", String(entry.affected)],
    ["state", entry.stateTitle[language]],
    ["published", time(entry.publishedAt)],
    ["start", time(entry.startAt)],
    ...(entry.isOrdered ? ([["ordered", word("yes")]] as const) : []),
    ["defect", entry.defect],
    ["consequence", entry.consequence],
    ["interim", entry.interim],
    ["remedy", `${remedy}${language === "zh" ? "：" : ": "}${entry.measures}`],
    ...(entry.publication === undefined ? [] : ([["publication", entry.publication]] as const)),
  ];
  const list = facts.map(([key, value]) => `<dt>${escape(word(key))}</dt><dd>${escape(value)}</dd>`).join("\n");
  const progress = table(
    [word("quarter"), word("done"), word("affected"), word("rate")],
    entry.trend.map((each) => [escape(each.quarter), String(each.remedied), String(each.affected), `${each.rate} %`]),
  );
  const figures = entry.trend.length === 0 ? "" : `\n<h2>${escape(word("progress"))}</h2>\n${progress}`;
  return page(
    language,
    path,
    entry.title,
    `<p><code>${escape(entry.id)}</code></p><dl>${list}</dl>${figures}${checkForm(language)}`,
  );
}

/** Whether a vehicle is reached; without an outcome only the question. */
export function checkPage(language: Language, outcome: CheckOutcome): string {
  const word = wordsOf(language);
  const alert = (key: Word): string => `<p role="alert"><b>${escape(word(key))}</b></p>`;
  const answer = (): string => {
    if (outcome === undefined) return "";
    if (outcome === "wrong") return alert("vinWrong");
    if (outcome === "busy") return alert("busy");
    if (outcome.hits.length === 0) return `<p role="status">${escape(word("noHit"))}</p>`;
    const rows = outcome.hits.map(({ recall, isDone }) => [
      `<a href="${LIST_PATH}/${escape(recall.id)}?lang=${language}">${escape(recall.title)}</a>`,
      escape(recall.producer[language]),
      `<b>${escape(word(isDone ? "vehicleDone" : "vehicleWaits"))}</b>`,
      escape(isDone ? "" : recall.interim),
    ]);
    return table((["recall", "producer", "vehicle", "interim"] as const).map(word), rows);
  };
  return page(language, CHECK_PATH, word("check"), `${answer()}${checkForm(language, "")}`);
}

const wordsOf =
  (language: Language) =>
  (key: Word): string =>
    RECALL_WORDS[key][language];

const page = (language: Language, path: string, title: string, body: string): string =>
  layout(language, path, title, body, FEEDS);

function checkForm(language: Language, heading = `\n<h2>${escape(RECALL_WORDS.check[language])}</h2>`): string {
  const word = wordsOf(language);
  return `${heading}
<form method="post" action="${CHECK_PATH}?lang=${language}">
<label for="vin">${escape(word("vin"))}</label><input id="vin" name="vin" required minlength="17" maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="vin-hint"><p class="hint" id="vin-hint">${escape(word("vinHint"))}</p>
<button type="submit">${escape(word("ask"))}</button></form>`;
}

/** Days of the registration of the vehicles that are meant, when the plan narrows them. */
function windowOf({ registeredFrom, registeredTo }: RecallEntry, word: (key: Word) => string): string | undefined {
  if (registeredFrom === undefined && registeredTo === undefined) return undefined;
  const day = (instant: string | undefined, open: Word): string =>
    instant === undefined ? word(open) : time(instant).slice(0, 10);
  return `${day(registeredFrom, "openStart")} – ${day(registeredTo, "openEnd")}`;
}

/** Register it at the root, outside the API: it asks for no account. */
export function recallPages(engine: CaseEngine, check: RecallCheck): FastifyPluginAsync {
  const read = publicReader(engine);
  return async (app) => {
    acceptForms(app, MAX_BODY);

    app.get(LIST_PATH, { schema: { hide: true, querystring: PAGE_LANGUAGE } }, async (request, reply) =>
      sendPage(reply, recallsPage(languageOf(request.query), await read((tx) => listPublished(tx, SHOWN)))),
    );

    app.get(CHECK_PATH, { schema: { hide: true, querystring: PAGE_LANGUAGE } }, async (request, reply) =>
      sendPrivatePage(reply, checkPage(languageOf(request.query), undefined)),
    );

    app.post(CHECK_PATH, { schema: { hide: true, querystring: PAGE_LANGUAGE } }, async (request, reply) => {
      const language = languageOf(request.query);
      const { vin = "" } = (request.body ?? {}) as { readonly vin?: string };
      const checked = checkVin(vin);
      if (!checked.ok) return sendPrivatePage(reply, checkPage(language, "wrong"), 400);
      try {
        return sendPrivatePage(reply, checkPage(language, { hits: await check(checked.vin) }));
      } catch (cause) {
        if (cause instanceof SandglassError) return sendPrivatePage(reply, checkPage(language, "busy"), cause.status);
        throw cause;
      }
    });

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
