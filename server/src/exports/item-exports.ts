/**
 * Exports of lists by the fields of their items: the file is made from the pages that the list itself gives the same caller, so it can
 * hold nothing else, and every rule of the list (permission, masking, log of reads) is kept by the list.
 */
import type { FastifyInstance, FastifyRequest, RouteOptions } from "fastify";
import type { TSchema } from "typebox";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Records } from "../records/mod.ts";
import { PAGE_ROWS, type ExportableList, type Row } from "./exportable.ts";
import { ITEM_LISTS, type ItemList } from "./item-lists/mod.ts";
import type { WordsOf } from "./item-lists/words.ts";
import { exportRoute } from "./routes.ts";
import type { Cell, Column, Language } from "./table.ts";

type Schema = Readonly<Record<string, unknown>> & {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
};
type Query = Readonly<Record<string, unknown>>;

/** Asked of the list by the export itself. */
const PAGING = new Set(["limit", "cursor"]);
/** What belongs to the first request and not to the pages that it leads to. */
const OWN_HEADERS = new Set(["host", "connection", "content-length", "accept", "accept-encoding", "range"]);

export interface ItemExportOptions {
  readonly records: Records;
  /** UTC ms. */
  readonly now: () => number;
}

/** Watches which lists are registered from here on; what it returns adds an export beside each that `ITEM_LISTS` names. */
export function itemExportsOf(app: FastifyInstance): (options: ItemExportOptions) => void {
  const routes = new Map<string, RouteOptions>();
  app.addHook("onRoute", (route) => {
    if (route.method === "GET") routes.set(route.url.slice(app.prefix.length), route);
  });
  return (options) => {
    for (const list of ITEM_LISTS) {
      const route = routes.get(list.path);
      if (route !== undefined) itemExport(app, list, route, options);
    }
  };
}

interface ItemColumn extends Column {
  readonly field: readonly string[];
  readonly words: WordsOf | undefined;
}

/** @throws Error for a field that the items of the list do not have */
function itemExport(app: FastifyInstance, list: ItemList, route: RouteOptions, { records, now }: ItemExportOptions) {
  const schema = route.schema ?? {};
  const place = (list.items ?? "items").split(".");
  const item = schemaAt(answerOf(schema.response), place)?.items;
  const columns = list.fields.map(([field, en, zh, width, words]): ItemColumn => {
    const path = field.split(".");
    const found = item === undefined ? undefined : schemaAt(item, path);
    if (found === undefined) throw new Error(`${list.path}: its items have no field ${field}`);
    return { title: { en, zh }, field: path, isTime: isTime(found), words, ...(width === undefined ? {} : { width }) };
  });
  const asked = (schema.querystring as Schema | undefined)?.properties ?? {};
  const tags = schema.tags ?? [];
  exportRoute(app, {
    records,
    now,
    tag: tags[0] ?? "exports",
    path: list.path,
    params: schema.params as TSchema | undefined,
    query: Object.fromEntries(Object.entries(asked).filter(([name]) => !PAGING.has(name))) as Record<string, TSchema>,
    definition: (request): ExportableList<Query> => ({
      list: list.path
        .split("/")
        .filter((part) => part !== "" && !part.startsWith(":"))
        .join("-"),
      title: list.title,
      columns,
      async *read({ language }) {
        for await (const items of pagesOf(app, request, place, Object.hasOwn(asked, "cursor")))
          yield items.map((each): Row =>
            columns.map(({ field, isTime: time, words }) => {
              const value = valueAt(each, field);
              return words === undefined ? cellOf(value, language, time) : words(value, language);
            }),
          );
      },
    }),
    prepare: (_actor, query, request) => ({ ...(request.params as Query), ...query }),
  });
}

/** The pages of the list beside the export, as its caller would be given them. @throws SandglassError as the list answered */
async function* pagesOf(
  app: FastifyInstance,
  request: FastifyRequest,
  place: readonly string[],
  hasPages: boolean,
): AsyncIterable<readonly Query[]> {
  const [address = "", search = ""] = request.url.split("?");
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !OWN_HEADERS.has(name)));
  for (let cursor: string | undefined; ;) {
    const query = new URLSearchParams(search);
    for (const name of ["format", "lang"]) query.delete(name);
    if (hasPages) query.set("limit", String(PAGE_ROWS));
    if (cursor !== undefined) query.set("cursor", cursor);
    const answer = await app.inject({
      method: "GET",
      url: `${address.replace(/\/export$/, "")}?${query}`,
      headers: headers as Record<string, string>,
      remoteAddress: request.ip,
    });
    if (answer.statusCode !== 200) throw refusalOf(answer.json<Refused>(), answer.statusCode);
    const body = answer.json<{ readonly next?: string | null }>();
    yield (valueAt(body, place) ?? []) as readonly Query[];
    const { next } = body;
    if (!hasPages || typeof next !== "string") return;
    cursor = next;
  }
}

interface Refused {
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly messageZh: string;
    readonly parameters?: Readonly<Record<string, string | number>>;
  };
}

/** What the list said, said again by its export. */
function refusalOf({ error }: Refused, status: number): SandglassError {
  const known = Object.values(ERRORS).find(({ code }) => code === error?.code);
  return known === undefined
    ? new SandglassError(ERRORS.INTERNAL)
    : new SandglassError({ ...known, status }, error?.parameters ?? {});
}

function answerOf(response: unknown): Schema {
  return (response as Readonly<Record<string, Schema>> | undefined)?.["200"] ?? {};
}

/** The schema of a field; `{}` below what the list says nothing about. */
function schemaAt(schema: Schema, [name, ...rest]: readonly string[]): Schema | undefined {
  if (name === undefined) return schema;
  const shapes = schema.anyOf ?? [schema];
  for (const shape of shapes) {
    const found = shape.properties?.[name];
    if (found !== undefined) return schemaAt(found, rest);
  }
  return shapes.some((shape) => shape.properties === undefined && shape["type"] !== "null") ? {} : undefined;
}

const isTime = (schema: Schema): boolean =>
  schema["format"] === "date-time" || (schema.anyOf ?? []).some((part) => isTime(part));

function valueAt(item: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined,
    item,
  );
}

function cellOf(value: unknown, language: Language, time = false): Cell {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "string") {
    const at = time ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? value : { time: at };
  }
  if (Array.isArray(value)) return value.map((each) => textOf(cellOf(each, language))).join("; ");
  const { en, zh, ...others } = value as Readonly<Record<string, unknown>>;
  if (typeof en === "string" && typeof zh === "string" && Object.keys(others).length === 0)
    return language === "zh" ? zh : en;
  return JSON.stringify(value);
}

const textOf = (cell: Cell): string => (typeof cell === "object" ? JSON.stringify(cell) : String(cell ?? ""));
