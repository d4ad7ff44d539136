import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Interval } from "../lib/ribbons.ts";
import styles from "./ribbons.module.css";

export interface Ribbon {
  readonly key: string;
  readonly label: ReactNode;
  readonly intervals: readonly Interval[];
  readonly level: number;
  /** Drawn solid: the part that decides. */
  readonly deciding: boolean;
}

interface RibbonsProps {
  readonly ribbons: readonly Ribbon[];
  readonly from: number;
  readonly to: number;
  readonly gutter: number;
  readonly marks: readonly { readonly time: number; readonly level: number }[];
}

/** Truth over time under a plot: true filled, false a line, unknown hatched. Shares the plot's gutter. */
export function Ribbons({ ribbons, from, to, gutter, marks }: RibbonsProps) {
  const { t } = useTranslation("finding");
  const percent = (time: number): string =>
    `${(Math.max(0, Math.min(1, (time - from) / (to - from))) * 100).toFixed(3)}%`;
  const words = (intervals: readonly Interval[]): string =>
    intervals.map((part) => t(`truth.${part.truth}`)).join(", ");
  return (
    <div className={styles.ribbons}>
      {ribbons.map((ribbon) => (
        <div key={ribbon.key} className={styles.row} style={{ gridTemplateColumns: `${gutter}px minmax(0, 1fr)` }}>
          <span className={styles.label}>{ribbon.label}</span>
          <span className={styles.track} role="img" aria-label={words(ribbon.intervals)}>
            {ribbon.intervals.map((part) => (
              <i
                key={part.from}
                data-truth={part.truth}
                data-level={ribbon.level}
                data-deciding={ribbon.deciding || undefined}
                style={{ left: percent(part.from), width: `calc(${percent(part.to)} - ${percent(part.from)})` }}
                title={t(`truth.${part.truth}`)}
              >
                {ribbon.deciding && part.truth === "true" && (part.to - part.from) / (to - from) > 0.06
                  ? t("truth.true")
                  : null}
              </i>
            ))}
            {marks.map(
              (mark, index) =>
                mark.time >= from &&
                mark.time <= to && <b key={index} data-level={mark.level} style={{ left: percent(mark.time) }} />,
            )}
          </span>
        </div>
      ))}
    </div>
  );
}
