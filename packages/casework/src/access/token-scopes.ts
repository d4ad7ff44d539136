/**
 * Scopes of API tokens: what is left of its owner's rights. A scope names an area of the API and whether things may be changed
 * there. A token never has more than its owner; an address that no area has needs a token without limits.
 */
import type { Text } from "../text.ts";

export const TOKEN_AREAS = {
  situation: { en: "Situation and live events", zh: "态势与实时事件" },
  vehicles: { en: "Vehicles, services, telemetry", zh: "车辆、服务与遥测" },
  findings: { en: "Findings and screenings", zh: "触发结果与筛查" },
  cases: { en: "Projects, work orders, cases", zh: "项目、工单与案件" },
  rules: { en: "Rules, drafts, packs", zh: "规则、草稿与规则包" },
  commands: { en: "Commands to vehicles", zh: "车辆下行指令" },
  quality: { en: "Data quality", zh: "数据质量" },
  platforms: { en: "Links and platforms", zh: "链路与平台" },
  ledger: { en: "Ledger", zh: "存证账本" },
  notifications: { en: "Notices and webhooks", zh: "通知与回调" },
} as const satisfies Record<string, Text>;
export type TokenArea = keyof typeof TOKEN_AREAS;
export type TokenScope = `${TokenArea}:${"read" | "write"}`;
export const TOKEN_SCOPES = (Object.keys(TOKEN_AREAS) as TokenArea[]).flatMap((area): TokenScope[] => [
  `${area}:read`,
  `${area}:write`,
]);

export function isTokenScope(value: string): value is TokenScope {
  return (TOKEN_SCOPES as readonly string[]).includes(value);
}

/** First segment of a path below the API's prefix → its area. */
const AREA_OF: Readonly<Record<string, TokenArea>> = {
  situation: "situation",
  stream: "situation",
  vehicles: "vehicles",
  subjects: "vehicles",
  signals: "vehicles",
  findings: "findings",
  screenings: "findings",
  projects: "cases",
  programmes: "cases",
  cases: "cases",
  obligations: "cases",
  attachments: "cases",
  documents: "cases",
  "case-types": "cases",
  "case-drafts": "cases",
  complaints: "cases",
  experts: "cases",
  triggers: "rules",
  packs: "rules",
  rules: "rules",
  backtests: "rules",
  regions: "rules",
  commands: "commands",
  quality: "quality",
  links: "platforms",
  platforms: "platforms",
  organisations: "platforms",
  quarantine: "quality",
  ledger: "ledger",
  notifications: "notifications",
  webhooks: "notifications",
};

/** POSTs that only ask: the question stands in the body. */
const ASKING = [
  /^vehicles\/search$/,
  /^triggers\/check$/,
  /^cases\/[^/]+\/actions\/[^/]+\/preview$/,
  /^case-types\/[^/]+\/preview$/,
];
const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * The scope that a request needs; undefined = no scope is enough.
 * @param path pattern or address below the prefix, e.g. `/vehicles/:id/commands`
 */
export function scopeNeeded(method: string, path: string): TokenScope | undefined {
  const segments = path.replace(/^\/+/, "").split(/[?#]/)[0]!.split("/");
  const [first = ""] = segments;
  const area =
    first === "vehicles" && segments[2] === "commands"
      ? "commands"
      : Object.hasOwn(AREA_OF, first)
        ? AREA_OF[first]
        : undefined;
  if (area === undefined) return undefined;
  const isReading = READING.has(method) || ASKING.some((pattern) => pattern.test(segments.join("/")));
  // Names of organisations are read everywhere; who they are is the security administrator's, in a session of their own.
  if (first === "organisations" && !isReading) return undefined;
  return `${area}:${isReading ? "read" : "write"}`;
}

/** `write` includes reading in its area. @param scopes undefined = a token without limits */
export function scopesAllow(scopes: readonly string[] | undefined, method: string, path: string): boolean {
  if (scopes === undefined) return true;
  const needed = scopeNeeded(method, path);
  if (needed === undefined) return false;
  return scopes.includes(needed) || (needed.endsWith(":read") && scopes.includes(needed.replace(/read$/, "write")));
}
