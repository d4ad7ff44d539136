/** What each page keeps in its URL. */
import { decodeSearch, instant, integer, list, oneOf, text, type Decoded, type Shape } from "../lib/url-state.ts";

/** Every page accepts a language, so that a link can be sent to a reader of the other one. */
const everywhere = { lang: oneOf(["zh", "en"]) };

export const RANGES = ["15m", "1h", "6h", "24h", "7d"] as const;
export type RangeName = (typeof RANGES)[number];
export const RANGE_MS: Readonly<Record<RangeName, number>> = {
  "15m": 900_000,
  "1h": 3_600_000,
  "6h": 21_600_000,
  "24h": 86_400_000,
  "7d": 604_800_000,
};

export const situationShape = {
  ...everywhere,
  group: oneOf(["maker", "region", "model"]),
  sort: oneOf(["newest", "level"]),
  level: integer(1, 4),
  vehicle: text,
  finding: text,
};
export const vehiclesShape = {
  ...everywhere,
  state: oneOf(["registered", "unregistered", "online", "silent"]),
  q: text,
  sort: oneOf(["-level"]),
  cols: text,
};
export const vehicleShape = {
  ...everywhere,
  /** The last is of subjects that are no vehicles. */
  tab: oneOf(["signals", "frames", "rules", "findings", "commands", "conformance", "events"]),
  signals: list(8),
  range: oneOf(RANGES),
  from: instant,
  to: instant,
  at: instant,
  frame: text,
  field: integer(0, 5000),
  command: text,
  ask: oneOf(["query", "set", "control"]),
};
export const findingsShape = {
  ...everywhere,
  /** That level and above; the other one is that level alone. */
  level: integer(1, 4),
  exactLevel: integer(1, 4),
  status: oneOf(["firing", "cleared", "superseded", "suppressed", "retracted"]),
  trigger: text,
  project: text,
  vehicle: text,
  q: text,
  sort: oneOf(["level", "-level", "onset", "-onset"]),
  cols: text,
};
export const findingShape = { ...everywhere, at: instant, signal: text };
export const projectsShape = {
  ...everywhere,
  stage: oneOf(["application", "assessment", "plan", "test", "report", "exit"]),
  sort: oneOf(["due", "-due", "opened"]),
  cols: text,
};
export const programmesShape = { ...everywhere };
export const complaintsShape = { ...everywhere, show: oneOf(["all"]) };
export const programmeShape = { ...everywhere, version: integer(1, 10_000), apply: oneOf(["new"]) };
export const projectShape = { ...everywhere, tab: oneOf(["overview", "entry", "supervision", "exit"]) };
export const casesShape = {
  ...everywhere,
  type: text,
  state: text,
  flag: text,
  show: oneOf(["open", "overdue", "ended"]),
  open: text,
  q: text,
  sort: oneOf(["due", "-due", "level", "-level", "opened"]),
  cols: text,
};
export const searchShape = { ...everywhere, q: text };
export const inboxShape = { ...everywhere, show: oneOf(["unread", "forms", "settings", "webhooks"]) };
export const dutiesShape = {
  ...everywhere,
  scope: oneOf(["mine"]),
  type: text,
  bearer: text,
  due: oneOf(["overdue", "today", "week", "later", "paused"]),
};
export const caseShape = { ...everywhere };
export const bulkRunsShape = { ...everywhere };
export const bulkRunShape = {
  ...everywhere,
  show: oneOf(["done", "proposed", "refused", "skipped", "cancelled", "failed"]),
};
export const rulesShape = {
  ...everywhere,
  trigger: text,
  pack: text,
  level: integer(1, 4),
  certainty: oneOf(["F", "S", "D", "M", "P"]),
  q: text,
};
export const regionsShape = { ...everywhere, region: text };
export const draftsShape = { ...everywhere };
export const draftShape = {
  ...everywhere,
  tab: oneOf(["write", "backtest", "govern"]),
  backtest: text,
  /** Vehicle and time whose truth is shown under the text. */
  vehicle: text,
  at: instant,
};
export const QUALITY_GROUPS = ["rule", "vehicle", "platform", "maker"] as const;
export const QUALITY_CLASSES = [
  "missing",
  "abnormal",
  "invalid",
  "out_of_range",
  "delay",
  "logic",
  "transmission",
  "precision",
] as const;
export const qualityShape = {
  ...everywhere,
  by: oneOf(QUALITY_GROUPS),
  class: oneOf(QUALITY_CLASSES),
  rule: text,
  day: text,
};
export const platformQualityShape = { ...everywhere, from: text, to: text };
export const linksShape = {
  ...everywhere,
  tab: oneOf(["links", "closed", "refused", "quarantine"]),
  /** Of the links; the newest first without it. */
  sort: oneOf(["opened"]),
};
export const ledgerShape = {
  ...everywhere,
  tab: oneOf(["leaves", "custody"]),
  leaf: text,
  kind: oneOf(["case-action", "finding", "segment", "vehicle-command", "vin-unmask", "backtest", "rule-publication"]),
};
export const commandsShape = {
  ...everywhere,
  state: oneOf([
    "open",
    "awaiting_approval",
    "queued",
    "sent",
    "answered",
    "refused",
    "timed_out",
    "expired",
    "rejected",
    "withdrawn",
  ]),
  kind: oneOf(["query", "set", "control"]),
};
export const inspectorShape = {
  ...everywhere,
  piece: integer(0, 1_000_000),
  field: integer(0, 70_000),
  dialect: list(8),
};
export const signInShape = { ...everywhere, next: text, refused: text };
export const accountShape = { ...everywhere };
export const adminShape = { ...everywhere, tab: oneOf(["people", "organisations", "tokens", "policy"]) };
/** Days as YYYY-MM-DD. */
export const auditShape = { ...everywhere, action: text, subject: text, actor: text, first: text, last: text };

/**
 * Reads what a page keeps. The router lays the result over what the address says: a parameter that cannot be read is taken
 * back there, not only left out, so that a mangled link opens the page as if it were not in it.
 */
export function validate<S extends Shape>(shape: S): (raw: Record<string, unknown>) => Decoded<S> {
  return (raw) => {
    const given = Object.keys(shape).filter((key) => key in raw);
    return { ...Object.fromEntries(given.map((key) => [key, undefined])), ...decodeSearch(shape, raw) };
  };
}
