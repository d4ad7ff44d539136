import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { checkpointsQuery } from "../../api/queries.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, formatNumber } from "../../lib/format.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { cosignaturesQuery, witnessesQuery, type Witness } from "./custody-queries.ts";
import styles from "./ledger.module.css";

/** Second parties: how far each has cosigned, how far it is behind, and the latest cosignatures. */
export function WitnessesPanel() {
  const { t } = useTranslation(["ledger", "common"]);
  const language = useLanguage();
  const witnesses = useQuery(witnessesQuery);
  const cosignatures = useQuery(cosignaturesQuery);
  const newest = useQuery(checkpointsQuery).data?.items[0]?.size;
  const items = witnesses.data?.items;
  return (
    <Panel title={t("ledger:witnesses")} hint={t("ledger:witnessesHint")} flush>
      {witnesses.error && !items ? (
        <Refused error={witnesses.error} />
      ) : !items ? (
        <Loading />
      ) : items.length === 0 ? (
        <Empty title={t("ledger:noWitness")} next={t("ledger:noWitnessNext")} />
      ) : (
        <div className={page.scroll}>
          <table className={page.table}>
            <thead>
              <tr>
                <th>{t("ledger:witness")}</th>
                <th>{t("ledger:witnessState")}</th>
                <th data-align="right">{t("ledger:cosignedSize")}</th>
                <th data-align="right">{t("ledger:lag")}</th>
                <th>{t("ledger:cosignedAt")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((witness) => (
                <tr key={witness.key}>
                  <td title={`${witness.url}\n${witness.key}`}>{witness.name}</td>
                  <td className={styles.wrap}>
                    <WitnessState witness={witness} />
                  </td>
                  <td className="num" data-align="right">
                    {formatNumber(witness.size, language)}
                  </td>
                  <td className="num" data-align="right">
                    {newest === undefined ? "" : formatNumber(Math.max(0, newest - witness.size), language)}
                  </td>
                  <td className="num">{witness.at === null ? "" : formatInstant(Date.parse(witness.at))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(cosignatures.data?.items.length ?? 0) > 0 && (
        <details className={styles.inset}>
          <summary>{t("ledger:cosignatures")}</summary>
          <ul className={styles.checkpoints}>
            {cosignatures.data?.items.map(({ key, witness, size, at }) => (
              <li key={`${key} ${size}`}>
                <span className="num">{formatInstant(Date.parse(at))}</span>
                <span className="num quiet">{formatNumber(size, language)}</span>
                <span>{witness}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}

function WitnessState({ witness: { failure, isRefusal, size } }: { witness: Witness }) {
  const { t } = useTranslation("ledger");
  if (isRefusal)
    return (
      <>
        <Tag tone="bad">{t("witnessRefuses")}</Tag> <span className={styles.reason}>{failure}</span>
      </>
    );
  if (failure !== null)
    return (
      <>
        <Tag tone="warn">{t("witnessAway")}</Tag> <span className={styles.reason}>{failure}</span>
      </>
    );
  return size === 0 ? <Tag tone="quiet">{t("witnessWaits")}</Tag> : <Tag tone="ok">{t("witnessCosigns")}</Tag>;
}
