import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Bin, ConformanceItem, ConformanceReport } from "../../api/quality.ts";
import type { Bilingual } from "../../api/shapes/common.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatDuration, formatInstant, formatNumber } from "../../lib/format.ts";
import { CERTAINTY, inLanguage, label } from "../../lib/vocabulary.ts";
import page from "../../ui/page.module.css";
import { Facts, Panel, SideGroup } from "../../ui/Panel.tsx";
import { VerdictTag } from "./VerdictTag.tsx";

const BURSTS_SHOWN = 8;
const RULES_SHOWN = 20;
/** The one item that is no share: a time and its limit, ms. */
const MEAN_DELAY = "reissue.mean_delay";

/** What a terminal or a platform sends against what the standards ask for: verdict, clause and counts of each item. */
export function ReportView({ report, ofPlatform = false }: { report: ConformanceReport; ofPlatform?: boolean }) {
  const { t } = useTranslation(["quality", "common"]);
  const language = useLanguage();
  const number = (value: number): string => formatNumber(value, language);
  const percent = (share: number | null): string =>
    share === null ? "" : `${formatNumber(share * 100, language, 2)}\u00a0%`;
  const sections = Map.groupBy(report.items, ({ section }) => section);
  const titles = new Map(report.broken.map(({ rule, title }) => [rule, title]));
  const { counts } = report;
  return (
    <div className={page.columns}>
      <div className={page.left}>
        <p className="quiet">
          {!ofPlatform && `${t("quality:report.summary")}${language === "zh" ? "：" : ": "}`}
          {t("quality:report.counts", {
            realtime: number(counts.realtime),
            reissued: number(counts.reissued),
            logins: number(counts.logins),
            alarms: number(counts.alarmLevel3),
          })}{" "}
          {!ofPlatform && <VerdictTag verdict={report.verdict} />}
        </p>
        {[...sections].map(([section, items]) => (
          <Panel key={section} title={inLanguage(items[0].sectionTitle, language)} flush>
            <div className={page.scroll}>
              <table className={page.table}>
                <thead>
                  <tr>
                    <th style={{ width: "34%" }}>{t("quality:report.item")}</th>
                    <th style={{ width: "9%" }}>{t("quality:verdict")}</th>
                    <th style={{ width: "18%" }}>{t("quality:report.broken")}</th>
                    <th style={{ width: "9%" }}>{t("quality:share")}</th>
                    <th>{t("quality:report.clause")}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((item) => (
                    <Item
                      key={item.id}
                      item={item}
                      decided={item.rule === item.id ? undefined : titles.get(item.rule ?? "")}
                      number={number}
                      percent={percent}
                    />
                  ))}
                </tbody>
              </table>
            </div>
          </Panel>
        ))}
        <p className="faint">{t("quality:report.note")}</p>
      </div>
      <aside className={page.side}>
        <Distribution title={t("quality:report.intervals")} bins={report.intervals} number={number} />
        {counts.alarmLevel3 > 0 && (
          <Distribution title={t("quality:report.alarmIntervals")} bins={report.alarmIntervals} number={number} />
        )}
        <Distribution title={t("quality:report.delays")} bins={report.delays} number={number} />
        {counts.reissued > 0 && (
          <Distribution title={t("quality:report.reissueDelays")} bins={report.reissueDelays} number={number} />
        )}
        {report.bursts.length > 0 && (
          <SideGroup title={t("quality:report.bursts")}>
            <Facts
              facts={report.bursts.slice(0, BURSTS_SHOWN).map((burst) => ({
                name: ofPlatform ? (
                  <Link
                    className="link"
                    to="/vehicles/$vehicleId"
                    params={{ vehicleId: burst.vehicle }}
                    search={{ tab: "conformance" }}
                  >
                    {formatInstant(Date.parse(burst.onset))}
                  </Link>
                ) : (
                  formatInstant(Date.parse(burst.onset))
                ),
                value: (
                  <>
                    {t("quality:report.before")} {burst.beforeSeconds}/30 · {t("quality:report.after")}{" "}
                    {burst.afterSeconds}/{burst.afterDue} <VerdictTag verdict={burst.verdict} />
                  </>
                ),
              }))}
            />
          </SideGroup>
        )}
        {report.broken.length > 0 && (
          <SideGroup title={t("quality:report.brokenRules")}>
            <Facts
              facts={report.broken.slice(0, RULES_SHOWN).map((rule) => ({
                name: <span title={rule.rule}>{inLanguage(rule.title, language)}</span>,
                value: (
                  <span className="num" title={`${rule.hits} / ${rule.of}`}>
                    {percent(rule.share)}
                  </span>
                ),
              }))}
            />
          </SideGroup>
        )}
      </aside>
    </div>
  );
}

interface Formats {
  number(value: number): string;
  percent(share: number | null): string;
}

interface ItemProps extends Formats {
  readonly item: ConformanceItem;
  /** The rule that decided, where the item has several. */
  readonly decided: Bilingual | undefined;
}

function Item({ item, decided, number, percent }: ItemProps) {
  const language = useLanguage();
  return (
    <tr>
      <td>
        {inLanguage(item.title, language)}
        {decided && <span className="quiet"> · {inLanguage(decided, language)}</span>}
      </td>
      <td>
        <VerdictTag verdict={item.verdict} />
      </td>
      {item.id === MEAN_DELAY ? (
        <td className="num" colSpan={2}>
          {formatDuration(item.broken, language)} / {formatDuration(item.of, language)}
        </td>
      ) : (
        <>
          <td className="num">
            {number(item.broken)} / {number(item.of)}
          </td>
          <td className="num">{percent(item.share)}</td>
        </>
      )}
      <td className="quiet">
        {language === "zh" ? item.clauseZh : item.clause} · {item.requirement} ·{" "}
        {label(CERTAINTY, item.certainty, language)}
      </td>
    </tr>
  );
}

function Distribution({ title, bins, number }: { title: string; bins: readonly Bin[] } & Pick<Formats, "number">) {
  const { t } = useTranslation("quality");
  const language = useLanguage();
  return (
    <SideGroup title={title}>
      <Facts
        facts={bins.map(({ upToSeconds, count }) => ({
          name:
            upToSeconds === null
              ? t("report.longer")
              : t("report.upTo", { text: formatDuration(upToSeconds * 1000, language) }),
          value: <span className="num">{number(count)}</span>,
        }))}
      />
    </SideGroup>
  );
}
