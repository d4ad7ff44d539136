import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { isRoleCode } from "@sandglass/casework";
import { sessionQuery, situationQuery } from "../../api/queries.ts";
import { useLive } from "../../api/stream.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { partsOfSituation } from "../../lib/pages-of-role.ts";
import { formatDuration, formatNumber, formatTime } from "../../lib/format.ts";
import styles from "./shell.module.css";

/** Whether what is shown is live, and how fast frames come in. */
export function LiveChip() {
  const { t } = useTranslation("shell");
  const language = useLanguage();
  const live = useLive();
  const { data } = useQuery(situationQuery);
  const title =
    live.lastEventAt === undefined ? undefined : t("live.lastEvent", { time: formatTime(live.lastEventAt) });
  const { data: actor } = useQuery(sessionQuery);
  const parts = actor && isRoleCode(actor.role) ? partsOfSituation(actor.role) : undefined;
  // A zero would say that nothing comes in, where the role may not know of anything.
  const seesTraffic = parts !== undefined && (parts.vehicles || parts.findings);
  const numbers = seesTraffic && (live.status === "live" || live.status === "stale");
  return (
    <span className={styles.chip} data-status={live.status} title={title} role="status">
      <span className={styles.dot} data-status={live.status} aria-hidden />
      <span>{t(`live.${live.status}`)}</span>
      {numbers && data && (
        <b className="num">
          {t("live.rate", { rate: formatNumber(data.frames.perSecond, language, data.frames.perSecond < 10 ? 1 : 0) })}
        </b>
      )}
      {numbers && data?.lagMs.p95 !== null && data?.lagMs.p95 !== undefined && (
        <span>
          {t("live.lag")} <b className="num">{formatDuration(data.lagMs.p95, language)}</b>
        </span>
      )}
    </span>
  );
}
