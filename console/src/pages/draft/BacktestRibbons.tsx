import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SetReport } from "../../api/rules.ts";
import { ribbonRange } from "../../lib/backtest-figures.ts";
import { formatInstant } from "../../lib/format.ts";
import { Ribbons } from "../../ui/Ribbons.tsx";
import { SubjectName } from "./SubjectName.tsx";
import rules from "../../rules/rules.module.css";
import styles from "./draft.module.css";

const GUTTER = 176;
const FIRST = 12;

/** When each subject was in breach: one ribbon per subject, the busiest first. */
export function BacktestRibbons({ report, range }: { report: SetReport; range: readonly [number, number] }) {
  const { t } = useTranslation("draft");
  const [all, setAll] = useState(false);
  const shown = all ? report.ribbons : report.ribbons.slice(0, FIRST);
  const parsed = shown.map(({ subject, firings }) => ({
    subject,
    level: Math.max(...firings.map(({ level }) => level)),
    intervals: firings
      .map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to), truth: "true" as const }))
      .sort((a, b) => a.from - b.from),
  }));
  const [from, to] = ribbonRange(
    parsed.flatMap(({ intervals }) => intervals),
    range,
  );
  return (
    <>
      <div className={styles.ribbonList} tabIndex={0} role="region" aria-label={t("report.ribbons")}>
        <Ribbons
          gutter={GUTTER}
          from={from}
          to={to}
          marks={[]}
          ribbons={parsed.map(({ subject, level, intervals }) => ({
            key: `${subject.kind} ${subject.id} ${subject.of ?? ""}`,
            label: <SubjectName subject={subject} />,
            intervals,
            level,
            deciding: true,
          }))}
        />
      </div>
      <div className={rules.ends} style={{ paddingLeft: GUTTER }}>
        <span>{formatInstant(from)}</span>
        <span>{formatInstant(to)}</span>
      </div>
      {shown.length < report.ribbons.length && (
        <Button variant="subtle" onClick={() => setAll(true)}>
          {t("report.moreSubjects", { count: report.ribbons.length - shown.length })}
        </Button>
      )}
    </>
  );
}
