import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Situation } from "../../api/shapes/common.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatNumber } from "../../lib/format.ts";
import type { SituationParts } from "../../lib/pages-of-role.ts";
import { label, PROJECT_STATES } from "../../lib/vocabulary.ts";
import { SEVERITIES, SeverityCount } from "../../ui/Severity.tsx";
import styles from "./situation.module.css";

/** Receive lag that the monitoring rules tolerate, ms. */
const LAG_TARGET_MS = 5000;
const LIVE_STATES = ["TESTING", "RESTRICTED", "SUSPENDED"] as const;

interface KpiProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly unit?: ReactNode;
  readonly note: ReactNode;
}

function Kpi({ name, value, unit, note }: KpiProps) {
  return (
    <div className={styles.kpi}>
      <div className={styles.kpiName}>{name}</div>
      <div className={styles.kpiValue}>
        {value}
        {unit !== undefined && <small> {unit}</small>}
      </div>
      <div className={styles.kpiNote}>{note}</div>
    </div>
  );
}

interface KpiStripProps {
  readonly situation: Situation;
  readonly parts: SituationParts;
}

export function KpiStrip({ situation, parts }: KpiStripProps) {
  const { t } = useTranslation("situation");
  const language = useLanguage();
  const count = (value: number) => formatNumber(value, language);
  const { vehicles, frames, lagMs, findings, cases, projects } = situation;
  const known = vehicles.registered + vehicles.unregistered;
  const share = known === 0 ? undefined : (vehicles.online / known) * 100;
  const valid =
    frames.valid ??
    (frames.quarantined !== undefined && frames.total > 0 ? (1 - frames.quarantined / frames.total) * 100 : undefined);
  const validShare = valid !== undefined && valid <= 1 && frames.valid !== undefined ? valid * 100 : valid;
  const p95 = lagMs.p95;
  const projectTotal = Object.values(projects.byState).reduce((sum, value) => sum + value, 0);
  return (
    <div className={styles.kpis} data-all={Object.values(parts).every(Boolean) || undefined}>
      {parts.vehicles && (
        <>
          <Link to="/vehicles" search={{ state: "online" }}>
            <Kpi
              name={t("kpi.online")}
              value={count(vehicles.online)}
              unit={t("kpi.ofKnown", { count: count(known) })}
              note={
                <>
                  {share !== undefined && <>{formatNumber(share, language, 1)} % · </>}
                  {t("kpi.silent", { count: count(vehicles.silent) })}
                  {vehicles.unregistered > 0 && (
                    <>
                      {" "}
                      · <b className={styles.warn}>{t("kpi.unregistered", { count: count(vehicles.unregistered) })}</b>
                    </>
                  )}
                </>
              }
            />
          </Link>
          <Link to="/links">
            <Kpi
              name={t("kpi.frames")}
              value={formatNumber(frames.perSecond, language, frames.perSecond < 100 ? 1 : 0)}
              unit={t("kpi.perSecond")}
              note={
                <>
                  {validShare !== undefined
                    ? t("kpi.valid", { share: formatNumber(validShare, language, 2) })
                    : t("kpi.lastMinute", { count: count(frames.lastMinute) })}
                  {" · "}
                  {t("kpi.total", { count: count(frames.total) })}
                </>
              }
            />
          </Link>
          <Link to="/links">
            <Kpi
              name={t("kpi.lag")}
              value={
                p95 === null ? "–" : p95 < 1000 ? formatNumber(p95, language) : formatNumber(p95 / 1000, language, 1)
              }
              unit={p95 === null ? "" : p95 < 1000 ? "ms" : "s"}
              note={
                <>
                  {p95 !== null && p95 > LAG_TARGET_MS ? (
                    <b className={styles.warn}>{t("kpi.lagOver")}</b>
                  ) : (
                    t("kpi.lagTarget")
                  )}
                  {lagMs.p50 !== null && <> · {t("kpi.median", { value: formatNumber(lagMs.p50, language) })}</>}
                </>
              }
            />
          </Link>
        </>
      )}
      {parts.findings && (
        <div className={styles.kpi}>
          <div className={styles.kpiName}>{t("kpi.findings")}</div>
          <div className={`${styles.kpiValue} ${styles.kpiLevels}`}>
            {SEVERITIES.map((level) => (
              <Link key={level} to="/findings" search={{ exactLevel: level, status: "firing" }}>
                <SeverityCount level={level} count={count(findings.open[level] ?? 0)} />
              </Link>
            ))}
          </div>
          <div className={styles.kpiNote}>{t("kpi.findingsNote")}</div>
        </div>
      )}
      {parts.orders && (
        <Link to="/cases" search={{ type: "hazard-order", show: "open" }}>
          <Kpi
            name={t("kpi.cases")}
            value={count(cases.open)}
            unit={t("kpi.casesUnit")}
            note={
              cases.overdue > 0 ? (
                <b className={styles.warn}>{t("kpi.overdue", { count: count(cases.overdue) })}</b>
              ) : (
                t("kpi.noOverdue")
              )
            }
          />
        </Link>
      )}
      {parts.projects && (
        <Link to="/projects">
          <Kpi
            name={t("kpi.projects")}
            value={count(projectTotal)}
            unit={t("kpi.projectsUnit")}
            note={LIVE_STATES.filter((state) => (projects.byState[state] ?? 0) > 0).map((state, index) => (
              <span key={state}>
                {index > 0 && " · "}
                <span className={state === "TESTING" ? undefined : styles.warn}>
                  {label(PROJECT_STATES, state, language)} {projects.byState[state]}
                </span>
              </span>
            ))}
          />
        </Link>
      )}
    </div>
  );
}
