/** What goes wrong with the system itself, from every part, as operator alarms. */
import type { OperatorAlarms } from "../api/mod.ts";
import { ERRORS, formatError } from "../errors/mod.ts";
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
    const detail = { detail: status.detail ?? "" };
    alarms.raise({
      code,
      message: formatError(definition.en, detail),
      messageZh: formatError(definition.zh, detail),
      lasting: true,
    });
  });
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
