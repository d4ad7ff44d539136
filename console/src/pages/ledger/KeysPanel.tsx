import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, formatNumber } from "../../lib/format.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { keysQuery } from "./custody-queries.ts";
import styles from "./ledger.module.css";

/** Every key that has signed: which signs now and where it is kept, which were taken over from, and when. */
export function KeysPanel() {
  const { t } = useTranslation(["ledger", "common"]);
  const language = useLanguage();
  const { data, error } = useQuery(keysQuery);
  return (
    <Panel title={t("ledger:keys")} hint={t("ledger:keysHint")} flush>
      {error && !data ? (
        <Refused error={error} />
      ) : !data ? (
        <Loading />
      ) : (
        <div className={page.scroll}>
          <table className={page.table}>
            <thead>
              <tr>
                <th>{t("ledger:keyId")}</th>
                <th>{t("ledger:keyState")}</th>
                <th>{t("ledger:keySince")}</th>
                <th>{t("ledger:keyUntil")}</th>
                <th data-align="right">{t("ledger:keyLeaf")}</th>
                <th>{t("ledger:keyHeld")}</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((key, position) => (
                <tr key={key.keyId}>
                  <td className="mono" title={key.publicKey}>
                    {key.keyId}
                  </td>
                  <td>
                    {key.index === null ? (
                      <Tag tone="warn">{t("ledger:keyTaking")}</Tag>
                    ) : isCurrent(data.items, position) ? (
                      <Tag tone="ok">{t("ledger:keyCurrent")}</Tag>
                    ) : (
                      <Tag tone="quiet">{t("ledger:keyRetired")}</Tag>
                    )}
                  </td>
                  <td className="num">{formatInstant(Date.parse(key.since))}</td>
                  <td className="num quiet">
                    {position === 0 ? "" : formatInstant(Date.parse(data.items[position - 1].since))}
                  </td>
                  <td className="num" data-align="right">
                    {key.index === null ? "" : formatNumber(key.index, language)}
                  </td>
                  <td className={styles.wrap}>
                    {isCurrent(data.items, position) ? t(`ledger:custody.${data.custody}`) : t("ledger:keyGone")}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className={styles.inset}>{t("ledger:keysNote")}</p>
    </Panel>
  );
}

/** Newest first: the first one whose leaf is numbered. */
function isCurrent(keys: readonly { readonly index: number | null }[], position: number): boolean {
  return keys.findIndex(({ index }) => index !== null) === position;
}
