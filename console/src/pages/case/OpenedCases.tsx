import { useTranslation } from "react-i18next";
import type { OpenedCase } from "../../api/shapes/cases.ts";
import { CaseLink } from "../../casework/CaseLink.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import { CaseStateTag } from "../../ui/StateTags.tsx";

/** What was opened from the case: the recall of a filing or of an accident, the incident of a vulnerability. */
export function OpenedCases({ cases }: { cases: readonly OpenedCase[] }) {
  const { t } = useTranslation("case");
  const language = useLanguage();
  if (cases.length === 0) return null;
  return (
    <Panel flush title={t("opened.title")}>
      <div className={page.scroll}>
        <table className={page.table}>
          <thead>
            <tr>
              <th>{t("kind")}</th>
              <th>{t("opened.name")}</th>
              <th>{t("list.state")}</th>
            </tr>
          </thead>
          <tbody>
            {cases.map(({ id, kindTitle, title, state, stateTitle }) => (
              <tr key={id}>
                <td>{inLanguage(kindTitle, language)}</td>
                <td>
                  <CaseLink id={id}>{inLanguage(title, language)}</CaseLink> <small className="faint mono">{id}</small>
                </td>
                <td>
                  <CaseStateTag state={state} title={stateTitle} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
