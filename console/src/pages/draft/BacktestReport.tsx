/** The report of a backtest: how often, when, where, with what consequences, and on which data. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { BacktestDetail, BacktestReport as Report } from "../../api/rules.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { commonSpan, sumCounts } from "../../lib/backtest-figures.ts";
import { formatDuration, formatInstant, formatNumber, shortHash } from "../../lib/format.ts";
import { DayBars } from "../../rules/DayBars.tsx";
import page from "../../ui/page.module.css";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { Facts, Panel } from "../../ui/Panel.tsx";
import { SeverityCount } from "../../ui/Severity.tsx";
import { EffectiveNote } from "./EffectiveNote.tsx";
import { BacktestFirings } from "./BacktestFirings.tsx";
import { BacktestRibbons } from "./BacktestRibbons.tsx";
import styles from "./draft.module.css";

export function BacktestReport({ backtest, report }: { backtest: BacktestDetail; report: Report }) {
  const { t } = useTranslation("draft");
  const language = useLanguage();
  const { set, baseline, difference, data } = report;
  const number = (value: number): string => formatNumber(value, language);
  const total = (pick: (figures: (typeof set.triggers)[number]) => number): number =>
    set.triggers.reduce((sum, figures) => sum + pick(figures), 0);
  const days = sumCounts(set.triggers.map(({ byDay }) => byDay));
  const before = baseline === null ? undefined : sumCounts(baseline.triggers.map(({ byDay }) => byDay));
  const orders = Object.values(set.ordersByDay).reduce((sum, count) => sum + count, 0);
  const ordersBefore = baseline === null ? undefined : Object.values(baseline.ordersByDay).reduce((a, b) => a + b, 0);
  const groups = Object.entries(sumCounts(set.triggers.map(({ byGroup }) => byGroup))).sort(([, a], [, b]) => b - a);
  const groupNames = new Set(set.ribbons.flatMap(({ subject }) => (subject.kind === "group" ? [subject.id] : [])));
  const groupWords = (group: string): string => {
    if (group === "unregistered") return t("report.unregistered");
    return groupNames.has(group) ? t("report.subject.group", { name: group }) : group;
  };
  const span = commonSpan([days, before ?? {}, set.ordersByDay, baseline?.ordersByDay ?? {}]);
  const change = (now: number, then: number | undefined): ReactNode => (
    <>
      {number(now)}
      {then !== undefined && <small> {t("report.before", { count: number(then) })}</small>}
    </>
  );
  return (
    <>
      <Panel
        title={t("report.title")}
        hint={t("report.range", { from: formatInstant(Date.parse(data.from)), to: formatInstant(Date.parse(data.to)) })}
      >
        <dl className={styles.numbers}>
          {(
            [
              ["firings", change(set.firingsInAll, baseline?.firingsInAll)],
              ["subjects", number(set.subjects)],
              ["judged", number(data.vehicles + (data.events?.subjects ?? 0))],
              ["orders", change(orders, ordersBefore)],
              ["flapping", number(total(({ flapping }) => flapping))],
              ["cooled", number(total(({ cooled }) => cooled))],
              ["degradations", number(total(({ degradations }) => degradations))],
              ["open", number(total(({ open }) => open))],
            ] as const
          ).map(([name, value]) => (
            <div key={name} title={t(`report.hint.${name}`)}>
              <dt>{t(`report.${name}`)}</dt>
              <dd className="num">{value}</dd>
            </div>
          ))}
        </dl>
        {[...Map.groupBy(set.notRun, ({ reason }) => reason)].map(([reason, left]) => (
          <p key={reason} className={styles.note} role="note">
            {t(`report.notRun.${reason}`, { triggers: left.map(({ trigger }) => trigger).join(", ") })}
          </p>
        ))}
      </Panel>
      <EffectiveNote text={backtest.text} from={data.from} to={data.to} />
      {set.firingsInAll + (baseline?.firingsInAll ?? 0) > 0 && (
        <div className={styles.grid}>
          <Panel title={t("report.byDay")} flush>
            <DayBars label={t("report.byDay")} byDay={days} before={before} span={span} />
          </Panel>
          <Panel title={t("report.ordersByDay")} hint={t("report.hint.orders")} flush>
            <DayBars
              label={t("report.ordersByDay")}
              byDay={set.ordersByDay}
              before={baseline === null ? undefined : baseline.ordersByDay}
              span={span}
            />
          </Panel>
        </div>
      )}
      <div className={styles.grid}>
        <Panel title={t("report.byTrigger")} flush>
          <div className={page.scroll} tabIndex={0} role="region" aria-label={t("report.byTrigger")}>
            <table className={page.table}>
              <thead>
                <tr>
                  {(["trigger", "levels", "firings", "subjects", "flapping", "median"] as const).map((name) => (
                    <th key={name} scope="col">
                      {t(`report.${name}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {set.triggers.map((figures) => (
                  <tr key={figures.trigger}>
                    <td>
                      <b>{figures.title[language]}</b>{" "}
                      <span className="mono quiet">
                        {figures.trigger} v{figures.version}
                      </span>
                    </td>
                    <td>
                      {Object.entries(figures.byLevel)
                        .sort(([a], [b]) => Number(b) - Number(a))
                        .map(([level, count]) => (
                          <SeverityCount key={level} level={Number(level)} count={number(count)} size={13} />
                        ))}
                    </td>
                    <td>{number(figures.firings)}</td>
                    <td>{number(figures.subjects)}</td>
                    <td>{number(figures.flapping)}</td>
                    <td>{figures.medianMs === null ? "–" : formatDuration(figures.medianMs, language)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Panel>
        {groups.length > 0 && (
          <Panel title={t("report.byGroup")} flush>
            <div className={page.scroll} tabIndex={0} role="region" aria-label={t("report.byGroup")}>
              <table className={page.table}>
                <tbody>
                  {groups.slice(0, 12).map(([group, count]) => (
                    <tr key={group}>
                      <td>{groupWords(group)}</td>
                      <td data-align="right">{number(count)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Panel>
        )}
      </div>
      {difference !== null && (
        <Panel
          title={t("report.difference")}
          hint={t("report.differenceHint", {
            both: number(difference.both),
            here: number(difference.onlyHere),
            baseline: number(difference.onlyBaseline),
          })}
          flush
        >
          {difference.examples.length > 0 && (
            <BacktestFirings label={t("report.difference")} firings={difference.examples} data={data} />
          )}
        </Panel>
      )}
      {set.ribbons.length > 0 && (
        <Panel title={t("report.ribbons")} hint={t("report.ribbonsHint")}>
          <BacktestRibbons report={set} range={[Date.parse(data.from), Date.parse(data.to)]} />
        </Panel>
      )}
      {set.firings.length > 0 && (
        <Panel
          title={t("report.list")}
          hint={
            set.firings.length < set.firingsInAll
              ? t("report.listCut", { shown: number(set.firings.length), all: number(set.firingsInAll) })
              : undefined
          }
          aside={<ExportMenu list={`/backtests/${backtest.id}`} filter={{}} isSmall />}
          flush
        >
          <BacktestFirings label={t("report.list")} firings={set.firings} data={data} />
        </Panel>
      )}
      <Panel title={t("report.data")} hint={t("report.dataHint")} className={styles.narrow}>
        <Facts
          facts={[
            { name: t("report.rows"), value: number(data.rows) },
            { name: t("report.throughSeq"), value: number(data.throughSeq) },
            { name: t("report.segments"), value: number(data.segments) },
            { name: t("report.digest"), value: <span className="mono">{data.digest}</span> },
            ...(data.events === null || data.events.receptions === 0
              ? []
              : [
                  {
                    name: t("report.events"),
                    value: t("report.eventsOf", {
                      receptions: number(data.events.receptions),
                      subjects: number(data.events.subjects),
                      throughSeq: number(data.events.throughSeq),
                    }),
                  },
                ]),
            ...(data.registry === null
              ? []
              : [{ name: t("report.registry"), value: <span className="mono">{data.registry.digest}</span> }]),
            { name: t("list.set"), value: <span className="mono">{set.hash}</span> },
            { name: t("report.took"), value: formatDuration(report.tookMs, language) },
            {
              name: t("report.leaf"),
              value: backtest.leaf && (
                <Link className="link mono" to="/ledger" search={{ leaf: backtest.leaf, kind: "backtest" }}>
                  {shortHash(backtest.leaf)}
                </Link>
              ),
            },
          ]}
        />
      </Panel>
    </>
  );
}
