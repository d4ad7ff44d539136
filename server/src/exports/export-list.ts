/** Makes the file of a list and records it. What is not recorded is not handed out. */
import { createHash } from "node:crypto";
import { createId, maskVin } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Actor, Records } from "../records/mod.ts";
import { toCsv } from "./csv.ts";
import { ROW_LIMIT, type ExportableList, type ExportRequest, type Row } from "./exportable.ts";
import { headingsOf, wallClock, ZONE, type Language, type Remark, type Table, type Text } from "./table.ts";
import { toXlsx } from "./xlsx.ts";

export type Format = "csv" | "xlsx";

export interface ExportedFile {
  readonly id: string;
  readonly name: string;
  readonly bytes: Buffer;
  readonly rows: number;
  /** Hex. */
  readonly sha256: string;
}

const DEFAULT_WIDTH = 18;

/** @throws SG_EXPORT_TOO_LARGE */
export async function exportList<Query extends object>(
  records: Records,
  definition: ExportableList<Query>,
  request: ExportRequest<Query>,
  format: Format,
): Promise<ExportedFile> {
  const { actor, language, now } = request;
  const id = createId("exp");
  if ((await definition.hasMoreThan?.(request, ROW_LIMIT)) === true)
    throw new SandglassError(ERRORS.EXPORT_TOO_LARGE, { limit: ROW_LIMIT });
  const rows: Row[] = [];
  for await (const page of definition.read(request)) {
    rows.push(...page);
    if (rows.length > ROW_LIMIT) throw new SandglassError(ERRORS.EXPORT_TOO_LARGE, { limit: ROW_LIMIT });
  }
  const query = recordableQuery(request.query);
  const table: Table = {
    title: definition.title[language],
    headings: headingsOf(definition.columns, language),
    widths: definition.columns.map((column) => column.width ?? (column.isTime === true ? 22 : DEFAULT_WIDTH)),
    rows,
    remarks: remarksOf({ id, title: definition.title, actor, now, query, rows: rows.length }, language),
  };
  const bytes = await (format === "csv" ? toCsv(table, language) : toXlsx(table, language));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await records.transact(actor, (tx) =>
    tx
      .insertInto("exports")
      .values({
        id,
        at: new Date(now),
        actor_id: actor.id,
        actor_role: actor.role,
        actor_account: actor.account ?? null,
        organisation: actor.organisation,
        list: definition.list,
        query: JSON.stringify(query),
        format,
        language,
        rows: rows.length,
        bytes: bytes.length,
        sha256,
      })
      .execute(),
  );
  const stamp = wallClock(now).replaceAll(/[-: ]/g, "").slice(0, 12);
  return { id, name: `${definition.list}-${stamp}.${format}`, bytes, rows: rows.length, sha256 };
}

/** The query as it is recorded and printed: what was given, in the order of its names, VINs masked. */
export function recordableQuery(query: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [
        name,
        typeof value === "string"
          ? value.replaceAll(/[0-9A-HJ-NPR-Z]{17}/gi, (vin) => maskVin(vin.toUpperCase()))
          : value,
      ]),
  );
}

interface About {
  readonly id: string;
  readonly title: Text;
  readonly actor: Actor;
  readonly now: number;
  readonly query: Readonly<Record<string, unknown>>;
  readonly rows: number;
}

function remarksOf({ id, title, actor, now, query, rows }: About, language: Language): Remark[] {
  const zh = language === "zh";
  const asked = Object.entries(query).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [
    [zh ? "清单" : "List", title[language]],
    [zh ? "导出编号" : "Export", id],
    [zh ? "导出时间" : "Made at", `${wallClock(now)} (${ZONE[language]})`],
    [
      zh ? "导出人" : "Made by",
      `${actor.account ?? actor.id} · ${actor.role}${actor.organisation === "" ? "" : ` · ${actor.organisation}`}`,
    ],
    [zh ? "筛选条件" : "Query", asked.length === 0 ? (zh ? "无" : "none") : asked.join("; ")],
    [zh ? "行数" : "Rows", String(rows)],
    [
      zh ? "范围" : "Extent",
      zh
        ? "仅含导出人有权查看的记录；车辆识别代号已脱敏。"
        : "Only what the person who exported may see; VINs are masked.",
    ],
    [
      zh ? "核验" : "Check",
      zh
        ? `文件的 SHA-256 按导出编号记录在系统中（GET /api/v1/exports/${id}）。`
        : `The SHA-256 of this file is on record under the export's id (GET /api/v1/exports/${id}).`,
    ],
  ];
}
