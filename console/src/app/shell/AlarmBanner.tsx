import { useQuery } from "@tanstack/react-query";
import { IconAlertOctagon, IconPlugConnectedX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { situationQuery } from "../../api/queries.ts";
import { useLive } from "../../api/stream.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatDuration, formatInstant, parseTime } from "../../lib/format.ts";
import { useNow } from "../../ui/use-now.ts";
import styles from "./shell.module.css";

/** Signals and frames that show so late are said to. */
const BEHIND_MS = 60_000;

/** What an operator must know before trusting the page: paused intake, other operator alarms, a lost connection. */
export function AlarmBanner() {
  const { t } = useTranslation("shell");
  const language = useLanguage();
  const live = useLive();
  const now = useNow(1000);
  const { data } = useQuery(situationQuery);
  const alarms = data?.alarms ?? [];
  const paused = data?.intake.paused === true && !alarms.some((alarm) => alarm.code === data.intake.code);
  // Who does not operate the platform is told no alarms, and yet looks at charts that end too early.
  const waitingMs = data?.intake.waitingMs ?? 0;
  const isBehind = waitingMs >= BEHIND_MS && !alarms.some((alarm) => alarm.code === "SG_HISTORY_BEHIND");
  return (
    <div role="alert">
      {live.status === "disconnected" && (
        <p className={styles.banner} data-tone="warn">
          <IconPlugConnectedX size={16} stroke={1.5} aria-hidden />
          {t("disconnected")}
        </p>
      )}
      {live.status === "stale" && live.lastEventAt !== undefined && (
        <p className={styles.banner} data-tone="warn">
          <IconPlugConnectedX size={16} stroke={1.5} aria-hidden />
          {t("staleBanner", { age: formatDuration(now - live.lastEventAt, language) })}
        </p>
      )}
      {paused && (
        <p className={styles.banner}>
          <IconAlertOctagon size={16} stroke={1.5} aria-hidden />
          <strong>{t("alarm.paused")}</strong>
          <code>{data.intake.code}</code>
        </p>
      )}
      {isBehind && (
        <p className={styles.banner} data-tone="warn">
          <IconAlertOctagon size={16} stroke={1.5} aria-hidden />
          {t("behindBanner", { age: formatDuration(Math.floor(waitingMs / BEHIND_MS) * BEHIND_MS, language) })}
        </p>
      )}
      {alarms.map((alarm) => {
        const since = parseTime(alarm.since);
        return (
          <p key={alarm.code} className={styles.banner}>
            <IconAlertOctagon size={16} stroke={1.5} aria-hidden />
            <strong>{language === "zh" ? (alarm.messageZh ?? alarm.message) : alarm.message}</strong>
            <code>{alarm.code}</code>
            {since !== undefined && <span className="quiet">{t("alarm.since", { time: formatInstant(since) })}</span>}
          </p>
        );
      })}
    </div>
  );
}
