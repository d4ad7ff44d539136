import { findEntry } from "@sandglass/signals";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { LimitMargin } from "../../api/shapes/projects.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { signalName } from "../../lib/finding.ts";
import { formatNumber } from "../../lib/format.ts";
import { limitName, usedShare, withUnit } from "../../lib/limits.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { Panel } from "../../ui/Panel.tsx";
import { SeverityIcon } from "../../ui/Severity.tsx";
import styles from "./project.module.css";

/** How near the rules of the plan's set are to firing, by the vehicle that is nearest to each. */
export function MarginsPanel({ margins, loading }: { margins: readonly LimitMargin[]; loading: boolean }) {
  const { t } = useTranslation("project");
  const language = useLanguage();
  const name = (margin: LimitMargin): string => {
    if (margin.name !== undefined) return inLanguage(margin.name, language);
    if (margin.limit !== undefined && margin.signal === undefined) return limitName(margin.limit, language);
    return margin.signal === undefined ? (margin.limit ?? "") : signalName(margin.signal, language);
  };
  return (
    <Panel title={t("limits.title")} hint={t("limits.hint")}>
      <ul className={styles.margins}>
        {margins.map((margin, index) => {
          const share = usedShare(margin.value, margin.bound, margin.operator);
          // A condition of several signals has a margin in scales of each, below zero while it does not hold.
          const composite = margin.signal === undefined && margin.bound === 0 && margin.value !== null;
          const state = stateOf(margin, share);
          const unit = margin.unit ?? (margin.signal === undefined ? undefined : findEntry(margin.signal)?.display);
          return (
            <li key={index} data-state={state}>
              <span
                className="ellipsis"
                title={[name(margin), margin.signal === undefined ? undefined : signalName(margin.signal, language)]
                  .filter(Boolean)
                  .join(" · ")}
              >
                {margin.level ? <SeverityIcon level={margin.level} size={12} /> : null} {name(margin)}
              </span>
              <span
                className={styles.gauge}
                role="img"
                aria-label={share === undefined ? t("limits.unknown") : `${formatNumber(share * 100, language)} %`}
              >
                <i style={{ width: `${Math.min(100, (share ?? 0) * 80)}%` }} />
                <b />
              </span>
              <span className="num">
                {composite ? (
                  t("limits.distance", { value: formatNumber(Math.abs(margin.value ?? 0), language, 1) })
                ) : margin.value === null && margin.signal === undefined ? (
                  // A place or a function is inside or not: there is no distance to show.
                  ""
                ) : (
                  <>
                    <strong>{withUnit(margin.value, unit, language)}</strong> / {withUnit(margin.bound, unit, language)}
                  </>
                )}
              </span>
              <span className={styles.verdict}>{t(`limits.state.${state}`)}</span>
              {margin.vehicle ? (
                <Link
                  className="link mono"
                  to="/vehicles/$vehicleId"
                  params={{ vehicleId: margin.vehicle }}
                  search={{}}
                >
                  {t("limits.vehicle")}
                </Link>
              ) : (
                <span />
              )}
            </li>
          );
        })}
        {margins.length === 0 && (
          <li className={styles.noMargins}>{loading ? t("limits.loading") : t("limits.noMargins")}</li>
        )}
      </ul>
    </Panel>
  );
}

/** What fired may be within its bound again and not have met the condition that clears it. */
function stateOf(margin: LimitMargin, share: number | undefined): "unknown" | "over" | "held" | "near" | "inside" {
  const holds = margin.verdict === undefined ? share !== undefined && share > 1 : margin.verdict === "T";
  if (margin.firing === true) return holds ? "over" : "held";
  if (share === undefined) return holds ? "over" : margin.verdict === "F" ? "inside" : "unknown";
  if (holds) return "over";
  return share >= 0.9 ? "near" : "inside";
}
