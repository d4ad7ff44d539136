/** What goes wrong with the system itself, from every part, as operator alarms. */
import type { OperatorAlarms } from "../api/mod.ts";
import { ERRORS, formatError, type ErrorDefinition } from "../errors/mod.ts";
import type { HistoryAlarm } from "../history/mod.ts";
import type { Journal } from "../journal/mod.ts";
import type { RecordsAlarm } from "../records/mod.ts";

/** Intake pauses when the journal cannot be written, and says so until it can. */
export function watchJournal(journal: Journal, alarms: OperatorAlarms): void {
  let shown: string | undefined;
  journal.onStatus((status) => {
    const code = status.paused ? (status.code ?? ERRORS.JOURNAL_IO.code) : undefined;
    if (code === shown) return;
    if (shown !== undefined) alarms.clear(shown);
    shown = code;
    if (code === undefined) return;
    const definition = code === ERRORS.JOURNAL_DISK_FULL.code ? ERRORS.JOURNAL_DISK_FULL : ERRORS.JOURNAL_IO;
    raiseError(alarms, definition, { detail: status.detail ?? "" });
  });
}

/** Storing is late from here on … */
const LATE_MS = 60_000;
/** … and no more when what waits came less than this ago. */
const CAUGHT_UP_MS = 20_000;
const LOOK_MS = 5_000;

/**
 * Says when history cannot keep up: frames are durable and supervised, but pages and queries do not show them yet. It gives way
 * to intake and supervision, so that this comes when the processors are busy with other work, and ends by itself. What is
 * told is brought up to date with every whole minute.
 */
export function watchBacklog(
  backlog: () => { readonly bytes: number; readonly waitedMs: number },
  alarms: Pick<OperatorAlarms, "raise" | "clear">,
): () => void {
  let shown: number | undefined;
  const timer = setInterval(() => {
    const { bytes, waitedMs } = backlog();
    const minutes = Math.floor(waitedMs / 60_000);
    if (shown !== undefined && waitedMs < CAUGHT_UP_MS) {
      shown = undefined;
      alarms.clear("SG_HISTORY_BEHIND");
    }
    // Below a minute again, and not caught up yet: what was told last stands.
    if (waitedMs < LATE_MS || minutes === shown) return;
    const isCatchingUp = shown !== undefined && minutes < shown;
    shown = minutes;
    const megabytes = Math.round(bytes / 1e6);
    alarms.raise({
      code: "SG_HISTORY_BEHIND",
      message: `History is ${minutes} min behind${isCatchingUp ? " and catching up" : ""} (${megabytes} MB wait): frames are durable and supervised; signals, frames and counts of that time are shown later`,
      messageZh: `历史库入库滞后 ${minutes} 分钟${isCatchingUp ? "，正在追赶" : ""}（积压 ${megabytes} MB）：报文已持久并已监测，这段时间的信号、报文与计数将延后可见`,
      lasting: true,
    });
  }, LOOK_MS);
  return () => clearInterval(timer);
}

const RECORDS_TEXT = {
  SG_RECORDS_DOWN: ["PostgreSQL does not answer; it is being restarted", "PostgreSQL 无响应，正在重启"],
  SG_RECORDS_RESTARTED: ["PostgreSQL was restarted", "PostgreSQL 已重启"],
  SG_RECORDS_BACKEND_KILLED: [
    "A PostgreSQL process ended unexpectedly and recovers",
    "PostgreSQL 进程意外退出，正在恢复",
  ],
  SG_RECORDS_DISK_FULL: ["The disk of the records is full: nothing can be recorded", "业务记录所在磁盘已满，无法写入"],
} as const;

export function raiseRecordsAlarm(alarm: RecordsAlarm, alarms: OperatorAlarms): void {
  const [message, messageZh] = RECORDS_TEXT[alarm.code];
  if (alarm.code === "SG_RECORDS_RESTARTED") alarms.clear("SG_RECORDS_DOWN");
  alarms.raise({ code: alarm.code, message, messageZh, lasting: alarm.code === "SG_RECORDS_DOWN" });
}

export function raiseHistoryAlarm(alarm: HistoryAlarm, alarms: OperatorAlarms): void {
  switch (alarm.kind) {
    case "child-lost":
      return alarms.raise({
        code: "SG_HISTORY_DOWN",
        message: "The history store stopped and is being restarted",
        messageZh: "历史库进程停止，正在重启",
        lasting: true,
      });
    case "child-restored":
      return alarms.clear("SG_HISTORY_DOWN");
    case "segment-refused":
      return alarms.raise({
        code: "SG_HISTORY_SEGMENT_REFUSED",
        message: `Segment ${alarm.segment} was refused three times and set aside: ${alarm.reason}`,
        messageZh: `数据段 ${alarm.segment} 三次写入失败，已隔离：${alarm.reason}`,
        lasting: true,
      });
    case "segment-repaired":
      return alarms.raise({
        code: "SG_HISTORY_SEGMENT_REPAIRED",
        message: `Segment ${alarm.segment} was repaired`,
        messageZh: `数据段 ${alarm.segment} 已修复`,
        lasting: false,
      });
    case "disk-full":
      return alarms.raise({
        code: "SG_HISTORY_DISK_FULL",
        message: "The disk of the history store is full",
        messageZh: "历史库磁盘已满",
        lasting: false,
      });
  }
}

/** Somebody outside holds another history of the ledger than this one, or holds this one and was shown another. */
export function raiseWitnessAlarm(alarms: OperatorAlarms, witness: string, reason: string | undefined): void {
  if (reason === undefined) return alarms.clear(ERRORS.LEDGER_WITNESS_REFUSED.code);
  raiseError(alarms, ERRORS.LEDGER_WITNESS_REFUSED, { witness, reason });
}

/** A lasting alarm in the words of the catalogue. */
function raiseError(
  alarms: OperatorAlarms,
  definition: ErrorDefinition,
  parameters: Readonly<Record<string, string>>,
): void {
  const message = formatError(definition, parameters, "en");
  const messageZh = formatError(definition, parameters, "zh");
  alarms.raise({ code: definition.code, message, messageZh, lasting: true });
}
