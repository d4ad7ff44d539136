import { useTranslation } from "react-i18next";
import { useLanguage } from "../i18n/use-language.ts";
import { barsOf } from "../lib/backtest-figures.ts";
import { formatNumber } from "../lib/format.ts";
import styles from "./rules.module.css";

interface DayBarsProps {
  readonly label: string;
  readonly byDay: Readonly<Record<string, number>>;
  /** Of the text that is compared with. */
  readonly before?: Readonly<Record<string, number>> | undefined;
  readonly span: readonly [string, string] | undefined;
}

const MOST = 60;

/** Counts by day as bars; the same figures as a table for those who do not see them. */
export function DayBars({ label, byDay, before, span }: DayBarsProps) {
  const { t } = useTranslation("draft");
  const language = useLanguage();
  const bars = barsOf(byDay, MOST, span);
  const other = before === undefined ? undefined : barsOf(before, MOST, span);
  const highest = Math.max(1, ...bars.map(({ count }) => count), ...(other ?? []).map(({ count }) => count));
  const days = (bar: { from: string; to: string }): string =>
    bar.from === bar.to ? bar.from : `${bar.from} – ${bar.to}`;
  const words = (index: number): string =>
    [
      days(bars[index]),
      formatNumber(bars[index].count, language),
      ...(other === undefined ? [] : [t("report.before", { count: formatNumber(other[index].count, language) })]),
    ].join(" · ");
  return (
    <>
      <div className={styles.bars} aria-hidden>
        {bars.map((bar, index) => (
          <div key={bar.from} title={words(index)}>
            <i style={{ height: `${(bar.count / highest) * 100}%` }} />
            {other !== undefined && (
              <i data-tone="before" style={{ height: `${(other[index].count / highest) * 100}%` }} />
            )}
          </div>
        ))}
      </div>
      <div className={styles.ends}>
        <span>{bars[0]?.from}</span>
        {other !== undefined && (
          <span className={styles.legend}>
            <i /> {t("report.now")} <i data-tone="before" /> {t("report.baseline")}
          </span>
        )}
        <span>{bars.at(-1)?.to}</span>
      </div>
      <table className="sr-only">
        <caption>{label}</caption>
        <tbody>
          {bars.map((bar, index) => (
            <tr key={bar.from}>
              <th scope="row">{days(bar)}</th>
              <td>{formatNumber(bar.count, language)}</td>
              {other !== undefined && <td>{formatNumber(other[index].count, language)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
