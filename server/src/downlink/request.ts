/** Checks requests against the tables of the editions. */
import {
  CodecError,
  dialectOf,
  type Dialect,
  type Edition,
  findBytes,
  formatAlarmText,
  highestAlarmLevel,
  parameterEdition,
  terminalParameters,
} from "@sandglass/gbt32960";
import { Type, type Static } from "typebox";
import type { SandglassError } from "../errors/mod.ts";
import type { CommandRequest } from "./command.ts";
import { commandFrame } from "./frames.ts";
import { invalid } from "./invalid.ts";
import { UpgradeBody, upgradeOf } from "./upgrade-request.ts";

/** Bytes of an alarm text. The standard names no limit; a driver reads no more. */
const MAX_ALARM_BYTES = 512;
const USER_DEFINED = { first: 0x80, last: 0xfe } as const;

const ParameterId = Type.Integer({ minimum: 1, maximum: 0xfe, description: "01–10, or 80–FE user-defined." });
export const CommandBody = Type.Object(
  {
    kind: Type.Enum(["query", "set", "control"]),
    reason: Type.String({ minLength: 3, maxLength: 400, description: "Why; kept in the ledger." }),
    expiresInSeconds: Type.Optional(
      Type.Integer({ minimum: 10, maximum: 7 * 86_400, description: "What is not on its way by then is never sent." }),
    ),
    parameters: Type.Optional(
      Type.Array(
        Type.Union([
          ParameterId,
          Type.Object({
            id: ParameterId,
            value: Type.Union([
              Type.Integer({ minimum: 0, maximum: 0xffff }),
              Type.String({ maxLength: 253 }),
              Type.Object({ hex: Type.String({ maxLength: 2_000 }) }),
            ]),
          }),
        ]),
        {
          minItems: 1,
          maxItems: 252,
          description: "Query: ids. Set: {id, value}; raw numbers in the unit of the table, texts, {hex} for 80–FE.",
        },
      ),
    ),
    control: Type.Optional(
      Type.Enum(["upgrade", "powerOff", "reset", "factoryReset", "disconnect", "alarm", "openSampling", "userDefined"]),
    ),
    level: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 255, description: "Of an alarm: 0–3 (2016), 0–4 or 255 = invalid (2025)." }),
    ),
    text: Type.Optional(
      Type.String({ minLength: 1, maxLength: 256, description: "Of an alarm, shown to the driver." }),
    ),
    upgrade: Type.Optional(UpgradeBody),
    id: Type.Optional(
      Type.Integer({
        minimum: USER_DEFINED.first,
        maximum: USER_DEFINED.last,
        description: "Of a user-defined control.",
      }),
    ),
    data: Type.Optional(
      Type.String({ maxLength: 4_000, description: "Parameters of a user-defined control, hexadecimal." }),
    ),
  },
  { additionalProperties: false },
);
export type CommandInput = Static<typeof CommandBody>;

/** The request of a body. @throws SG_REQUEST_INVALID when fields of its kind are missing or belong to another */
export function requestOf(body: CommandInput): CommandRequest {
  const given = (Object.keys(body) as (keyof CommandInput)[]).filter((name) => body[name] !== undefined);
  const only = (...allowed: (keyof CommandInput)[]): void => {
    const other = given.find((name) => !["kind", "reason", "expiresInSeconds", ...allowed].includes(name));
    if (other !== undefined) throw invalid(other, `does not belong to ${body.kind}`, `不属于${body.kind}指令`);
    const missing = allowed.find((name) => body[name] === undefined);
    if (missing !== undefined) throw invalid(missing, "is missing", "缺失");
  };
  switch (body.kind) {
    case "query":
      only("parameters");
      return {
        kind: "query",
        parameters: body.parameters!.map((each, i) => {
          if (typeof each !== "number") throw invalid(`parameters/${i}`, "is not a parameter id", "不是参数ID");
          return each;
        }),
      };
    case "set":
      only("parameters");
      return {
        kind: "set",
        parameters: body.parameters!.map((each, i) => {
          if (typeof each === "number") throw invalid(`parameters/${i}`, "has no value", "缺少参数值");
          return each;
        }),
      };
    case "control":
      return controlOf(body, only);
  }
}

function controlOf(body: CommandInput, only: (...allowed: (keyof CommandInput)[]) => void): CommandRequest {
  switch (body.control) {
    case undefined:
      throw invalid("control", "is missing", "缺失");
    case "alarm":
      only("control", "level", "text");
      return { kind: "control", control: "alarm", level: body.level!, text: body.text! };
    case "upgrade":
      only("control", "upgrade");
      return { kind: "control", control: "upgrade", ...upgradeOf(body.upgrade!) };
    case "userDefined":
      only("control", "id", "data");
      if (findBytes(body.data!) === undefined) throw invalid("data", "is not hexadecimal", "不是十六进制文本");
      return {
        kind: "control",
        control: "userDefined",
        id: body.id!,
        parameters: body.data!.replace(/\s+/g, "").toLowerCase(),
      };
    default:
      only("control");
      return { kind: "control", control: body.control };
  }
}

/**
 * Checks a request against the tables of the edition that the vehicle speaks; against both while that is unknown, of
 * which one must do.
 * @throws SG_REQUEST_INVALID
 */
export function checkRequest(request: CommandRequest, edition: Edition | undefined, dialect?: Partial<Dialect>): void {
  if (edition !== undefined) return checkEdition(request, edition, dialect);
  try {
    checkEdition(request, 2025, dialect);
  } catch {
    checkEdition(request, 2016, dialect);
  }
}

function checkEdition(request: CommandRequest, edition: Edition, dialect: Partial<Dialect> | undefined): void {
  const table = terminalParameters(edition, dialect);
  switch (request.kind) {
    case "query": {
      const repeated = request.parameters.find((id, i) => request.parameters.indexOf(id) !== i);
      if (repeated !== undefined)
        throw invalid("parameters", `names ${hex(repeated)} twice`, `重复包含 ${hex(repeated)}`);
      for (const [i, id] of request.parameters.entries()) {
        if (id > table.length && id < USER_DEFINED.first) throw reserved(`parameters/${i}`, id);
        if (id >= USER_DEFINED.first && i < request.parameters.length - 1)
          throw invalid(`parameters/${i}`, "is user-defined and must come last", "为用户自定义参数，应排在最后");
      }
      break;
    }
    case "set":
      checkSettings(request.parameters, edition, dialect);
      break;
    case "control":
      if (request.control === "alarm") checkAlarm(request.level, request.text, edition);
      break;
  }
  try {
    commandFrame({ request, edition, vin: "0".repeat(17), at: 0x180_0000_0000, dialect });
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw invalid("request", error.message, `无法按${edition}版编码`);
  }
}

function checkSettings(
  parameters: readonly { id: number; value: unknown }[],
  edition: Edition,
  dialect: Partial<Dialect> | undefined,
): void {
  const table = terminalParameters(edition, dialect);
  const tables = parameterEdition(dialectOf(dialect), edition);
  const seen = new Set<number>();
  for (const [i, { id, value }] of parameters.entries()) {
    const path = `parameters/${i}`;
    if (seen.has(id)) throw invalid(path, `names ${hex(id)} twice`, `重复包含 ${hex(id)}`);
    seen.add(id);
    if (id >= USER_DEFINED.first) {
      if (i < parameters.length - 1)
        throw invalid(path, "is user-defined and must come last", "为用户自定义参数，应排在最后");
      if (typeof value !== "object" || findBytes((value as { hex: string }).hex) === undefined)
        throw invalid(path, "needs {hex}", "须以 {hex} 给出");
      continue;
    }
    const row = table.find((each) => each.id === id);
    if (row === undefined) throw reserved(path, id);
    if (!row.settable) throw invalid(path, "is a version, which cannot be set", "为版本信息，不可设置");
    if (row.kind === "text") {
      if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value) || value.length > row.max)
        throw invalid(path, `needs 1 to ${row.max} printable ASCII characters`, `应为1至${row.max}个可打印ASCII字符`);
      const length = parameters.slice(0, i).find((each) => each.id === row.lengthIn)?.value;
      if (length !== undefined && length !== value.length)
        throw invalid(
          path,
          `has ${value.length} characters, ${hex(row.lengthIn!)} says ${String(length)}`,
          `长度与 ${hex(row.lengthIn!)} 不一致`,
        );
      continue;
    }
    if (typeof value !== "number" || value < row.min || value > row.max)
      throw invalid(
        path,
        `must be ${row.min} to ${row.max} in edition ${tables}`,
        `在${tables}版中应为 ${row.min} 至 ${row.max}`,
      );
    if (row.lengthOf !== undefined && !parameters.slice(i + 1).some((each) => each.id === row.lengthOf))
      throw invalid(path, `needs ${hex(row.lengthOf)} behind it`, `其后须有 ${hex(row.lengthOf)}`);
  }
}

function checkAlarm(level: number, text: string, edition: Edition): void {
  const highest = highestAlarmLevel(edition);
  if (level > highest && !(edition === 2025 && level === 0xff))
    throw invalid("level", `must be 0 to ${highest} in edition ${edition}`, `在${edition}版中应为 0 至 ${highest}`);
  if (/\p{Cc}/u.test(text)) throw invalid("text", "holds a control character", "包含控制字符");
  let bytes: number;
  try {
    bytes = formatAlarmText(level, text).length / 2 - 1;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw invalid("text", "has a character that GB 18030 has no code for", "包含 GB 18030 未编码的字符");
  }
  if (bytes > MAX_ALARM_BYTES)
    throw invalid(
      "text",
      `has ${bytes} bytes, at most ${MAX_ALARM_BYTES} fit`,
      `长度 ${bytes} 字节，最多 ${MAX_ALARM_BYTES} 字节`,
    );
}

function hex(id: number): string {
  return id.toString(16).padStart(2, "0").toUpperCase();
}

function reserved(path: string, id: number): SandglassError {
  return invalid(path, `is ${hex(id)}, which the standard reserves`, `为 ${hex(id)}，标准中预留`);
}
