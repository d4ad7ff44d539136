import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import { findingQuery } from "../../api/queries.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { describeMargin } from "../../lib/finding.ts";
import { formatInstant } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { NamesOfCase } from "../../ui/names-of-case.ts";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { FindingStatusTag } from "../../ui/StateTags.tsx";

const SHOWN = 20;

/** The findings that opened the order or were merged into it; those are asked for that the case names, as the reader may see no others. */
export function CaseFindings({ ids }: { ids: readonly string[] }) {
  const { t } = useTranslation(["case", "finding", "common"]);
  const language = useLanguage();
  const named = useContext(NamesOfCase)?.names;
  const readable = ids.filter((id) => named?.[id] !== undefined);
  const queries = useQueries({ queries: readable.slice(0, SHOWN).map((id) => findingQuery(id)) });
  const rows = queries.flatMap((query) => (query.data ? [query.data] : []));
  if (readable.length === 0) return null;
  return (
    <Panel flush title={t("case:findings")} hint={t("common:items", { count: ids.length })}>
      <div className={page.scroll}>
        <table className={page.table}>
          <thead>
            <tr>
              <th>{t("finding:list.level")}</th>
              <th>{t("finding:list.name")}</th>
              <th>{t("case:why")}</th>
              <th>
                {t("finding:list.onset")} ({t("common:zone")})
              </th>
              <th>{t("finding:list.margin")}</th>
              <th>{t("finding:list.status")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td>
                  <SeverityLabel level={row.level} />
                </td>
                <td>
                  <Link className="link" to="/findings/$findingId" params={{ findingId: row.id }} search={{}}>
                    <b>{inLanguage(row.title, language)}</b>
                  </Link>
                </td>
                <td className={page.sentence}>{inLanguage(row.explanation, language)}</td>
                <td className="num">{formatInstant(Date.parse(row.onset))}</td>
                <td>{describeMargin(row.margin, language) ?? ""}</td>
                <td>
                  <FindingStatusTag status={row.status} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
