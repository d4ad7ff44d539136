import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { onsetsQuery } from "../../api/queries.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatMinute, formatNumber } from "../../lib/format.ts";
import { histogram } from "../../lib/plot-data.ts";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { useNow } from "../../ui/use-now.ts";
import styles from "./histogram.module.css";

const DAY = 86_400_000;
const BUCKET = 600_000;
const BUCKETS = DAY / BUCKET;
const HEIGHT = 56;
const WIDTH = 1000;

/** Round the top of the scale to 1, 2 or 5 times a power of ten, at least 4. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return Math.max(4, [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value);
}

/** Onsets of the last 24 hours, in steps of 10 minutes. */
export function HistogramPanel() {
  const { t } = useTranslation("situation");
  const language = useLanguage();
  const onsets = useQuery(onsetsQuery);
  const now = useNow(60_000);
  const to = onsets.data === undefined ? Math.ceil(now / BUCKET) * BUCKET : Date.parse(onsets.data.to);
  const from = to - DAY;
  const rows = useMemo(() => {
    const items = (onsets.data?.items ?? []).map(({ at: time, level, count }) => ({
      time: Date.parse(time),
      key: level >= 4 ? 4 : level === 3 ? 3 : 1,
      count,
    }));
    return histogram(items, from, to, BUCKETS);
  }, [onsets.data, from, to]);
  const at = (level: number, index: number): number => rows.get(level)?.[index] ?? 0;
  const totals = Array.from({ length: BUCKETS }, (_, index) => at(4, index) + at(3, index) + at(1, index));
  const most = Math.max(0, ...totals);
  const top = niceTop(most);
  const peak = totals.indexOf(most);
  const bar = WIDTH / BUCKETS;
  const summary =
    most === 0
      ? t("histogram.none")
      : t("histogram.peak", {
          from: formatMinute(from + peak * BUCKET),
          to: formatMinute(from + (peak + 1) * BUCKET),
          count: formatNumber(most, language),
        });

  return (
    <section className={styles.panel} aria-label={t("histogram.title")}>
      <header className={styles.head}>
        <h2>{t("histogram.title")}</h2>
        <span className="quiet">{t("histogram.step")}</span>
        <SeverityLabel level={4} />
        <SeverityLabel level={3} />
        <span className={styles.other}>
          <i />
          {t("histogram.other")}
        </span>
        <span className={styles.summary}>{summary}</span>
      </header>
      <div className={styles.chart}>
        <div className={styles.scale} aria-hidden>
          <span>{formatNumber(top, language)}</span>
          <span>{formatNumber(top / 2, language)}</span>
          <span>0</span>
        </div>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${t("histogram.title")}: ${summary}`}
        >
          <path d={`M0 .5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT - 0.5}H${WIDTH}`} className={styles.grid} />
          {totals.map((total, index) => {
            if (total === 0) return null;
            let y = HEIGHT;
            return [1, 3, 4].map((level) => {
              const count = at(level, index);
              if (count === 0) return null;
              const height = (count / top) * HEIGHT;
              y -= height;
              return (
                <rect
                  key={`${index}-${level}`}
                  x={index * bar + 1}
                  y={y}
                  width={bar - 2}
                  height={height}
                  className={styles[`bar${level}`]}
                />
              );
            });
          })}
        </svg>
        <div className={styles.axis} aria-hidden>
          {Array.from({ length: 7 }, (_, index) => (
            <span key={index}>{formatMinute(from + (index * DAY) / 6)}</span>
          ))}
        </div>
      </div>
    </section>
  );
}
