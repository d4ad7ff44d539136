import type { ProgrammeBasis } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ratesQuery, type MakerRates, type RateVerdict } from "../../api/quality.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatNumber } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { CertaintyTag } from "../../ui/CertaintyTag.tsx";
import { Empty } from "../../ui/Feedback.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { PathsPanel } from "./PathsPanel.tsx";
import { UnheardVehicles } from "./UnheardVehicles.tsx";

const TONES = { reached: "ok", missed: "bad", noBenchmark: "unknown" } as const;

/** Rates of the monitoring by maker: who is online, whose data passes, how alarms are closed. */
export function RatesView({ day }: { day: string | undefined }) {
  const { t } = useTranslation("quality");
  const language = useLanguage();
  const query = useQuery(ratesQuery(day));
  const { data } = query;
  return (
    <ListBody query={query}>
      {() =>
        data && (
          <div className={page.left}>
            <p className="quiet">
              {t("rates.period", { from: data.from, to: data.to })} {t("rates.note")}{" "}
              {data.definitions
                .map((each) => `${inLanguage(each.title, language)}: ${inLanguage(each.definition, language)}`)
                .join(" · ")}
            </p>
            {data.items.length === 0 && <Empty title={t("rates.none")} next={t("rates.noneNext")} />}
            {data.items.map((maker) => (
              <MakerPanel key={maker.organisation} maker={maker} />
            ))}
            <PathsPanel day={day} />
          </div>
        )
      }
    </ListBody>
  );
}

interface Line {
  readonly key: string;
  readonly what: string;
  readonly count: number;
  readonly of: number;
  readonly share: number | null;
  readonly verdict: RateVerdict;
  readonly bench: string;
  readonly basis: ProgrammeBasis | undefined;
}

function MakerPanel({ maker }: { maker: MakerRates }) {
  const { t } = useTranslation(["quality", "common"]);
  const language = useLanguage();
  const percent = (share: number): string => `${formatNumber(share * 100, language, 1)} %`;
  const rates = [
    ...maker.online.map((rate) => ({ key: rate.class, kind: t("quality:rates.online"), rate })),
    ...maker.passed.map((rate) => ({ key: rate.code, kind: t("quality:rates.passed"), rate })),
  ].map(({ key, kind, rate }): Line => ({
    key,
    what: `${kind} · ${inLanguage(rate.title, language)}`,
    count: rate.count,
    of: rate.of,
    share: rate.share,
    verdict: rate.verdict,
    bench: rate.benchmark
      ? t(rate.benchmark.from > 1 ? "quality:rates.benchmark" : "quality:rates.benchmarkOfAll", {
          share: percent(rate.benchmark.share),
          count: rate.benchmark.from,
        })
      : "",
    basis: rate.benchmark?.basis,
  }));
  const coverage: Line = {
    key: "coverage",
    what: inLanguage(maker.coverage.title, language),
    count: maker.coverage.count,
    of: maker.coverage.of,
    share: maker.coverage.share,
    verdict: maker.coverage.share === null ? "noBenchmark" : maker.coverage.share === 1 ? "reached" : "missed",
    bench: t("quality:rates.allRegistered"),
    basis: maker.coverage.basis,
  };
  const closure = maker.closure.map((each): Line => ({
    key: `level${each.level}`,
    what: t("quality:rates.closure", { level: each.level }),
    count: each.inTime,
    of: each.due,
    share: each.share,
    verdict: "noBenchmark",
    bench: [
      each.limit === null
        ? ""
        : t(`quality:rates.units.${each.limit.unit === "elapsedDay" ? "day" : "hour"}`, { count: each.limit.amount }),
      each.meanHours === null ? "" : t("quality:rates.mean", { hours: formatNumber(each.meanHours, language, 1) }),
    ]
      .filter((part) => part !== "")
      .join(" · "),
    basis: each.limit?.basis,
  }));
  return (
    <Panel
      flush
      title={maker.name === null ? maker.organisation : inLanguage(maker.name, language)}
      hint={t("quality:rates.connected", { count: maker.connected })}
    >
      <div className={page.scroll}>
        <table className={page.table}>
          <thead>
            <tr>
              <th>{t("quality:rates.rate")}</th>
              <th>{t("quality:hits")}</th>
              <th>{t("quality:of")}</th>
              <th>{t("quality:share")}</th>
              <th>{t("quality:verdict")}</th>
              <th>{t("quality:rates.against")}</th>
              <th>{t("quality:report.certainty")}</th>
            </tr>
          </thead>
          <tbody>
            {[coverage, ...rates, ...closure].map((line) => (
              <tr key={line.key}>
                <td>{line.what}</td>
                <td className="num">{formatNumber(line.count, language)}</td>
                <td className="num">{formatNumber(line.of, language)}</td>
                <td className="num">{line.share === null ? "–" : percent(line.share)}</td>
                <td>
                  {line.verdict === "noBenchmark" ? (
                    <span className="quiet">{t("quality:rates.verdicts.noBenchmark")}</span>
                  ) : (
                    <Tag tone={TONES[line.verdict]}>{t(`quality:rates.verdicts.${line.verdict}`)}</Tag>
                  )}
                </td>
                <td>{line.bench}</td>
                <td>{line.basis && <CertaintyTag basis={line.basis} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <UnheardVehicles organisation={maker.organisation} count={maker.coverage.of - maker.coverage.count} />
    </Panel>
  );
}
