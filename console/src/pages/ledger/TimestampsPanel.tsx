import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, formatNumber } from "../../lib/format.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { timestampsQuery } from "./custody-queries.ts";
import styles from "./ledger.module.css";

const TONES = { trusted: "ok", holds: "warn", refuted: "bad" } as const;

/** Clocks of others: which authority stamped which checkpoint when, and whether its token holds. */
export function TimestampsPanel() {
  const { t } = useTranslation(["ledger", "common"]);
  const language = useLanguage();
  const { data, error } = useQuery(timestampsQuery);
  return (
    <Panel title={t("ledger:timestamps")} hint={data?.authority ?? t("ledger:timestampsHint")} flush>
      {data?.failure && (
        <p className={styles.inset}>
          <Tag tone="warn">{t("ledger:timestampFailed")}</Tag> <span className={styles.reason}>{data.failure}</span>
        </p>
      )}
      {error && !data ? (
        <Refused error={error} />
      ) : !data ? (
        <Loading />
      ) : data.items.length === 0 ? (
        <Empty
          title={t("ledger:noTimestamp")}
          next={data.authority === null ? t("ledger:noTimestampNext") : t("ledger:timestampWaits")}
        />
      ) : (
        <div className={page.scroll}>
          <table className={page.table}>
            <thead>
              <tr>
                <th>{t("ledger:authority")}</th>
                <th>{t("ledger:stampedAt")}</th>
                <th data-align="right">{t("ledger:size")}</th>
                <th>{t("ledger:verdict")}</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map(({ size, authority, at, verdict, reason }) => (
                <tr key={`${size} ${authority}`}>
                  <td>{authority}</td>
                  <td className="num">{formatInstant(Date.parse(at))}</td>
                  <td className="num" data-align="right">
                    {formatNumber(size, language)}
                  </td>
                  <td className={styles.wrap}>
                    <Tag tone={TONES[verdict]}>{t(`ledger:verdicts.${verdict}`)}</Tag>{" "}
                    <span className={styles.reason}>{reason}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
