import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { documentsOfCaseQuery } from "../api/documents.ts";
import { every } from "../api/queries.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatInstant, parseTime } from "../lib/format.ts";
import { inLanguage } from "../lib/vocabulary.ts";
import { SideGroup } from "../ui/Panel.tsx";
import styles from "./casework.module.css";
import { DocumentFiles } from "./DocumentFiles.tsx";

/** What the case has issued, newest first, with its pages in both languages. Nothing is shown where nothing was issued. */
export function Documents({ caseId }: { caseId: string }) {
  const { t } = useTranslation("document");
  const language = useLanguage();
  const { data = [] } = useQuery({ ...documentsOfCaseQuery(caseId), refetchInterval: every(10_000) });
  if (data.length === 0) return null;
  return (
    <SideGroup title={t("issued")}>
      <ul className={styles.documents}>
        {data.map((each) => {
          const issued = parseTime(each.issuedAt);
          return (
            <li key={each.id}>
              <span className={styles.duty}>{inLanguage(each.title, language)}</span>
              <DocumentFiles id={each.id} title={each.title} />
              <small className="faint num">
                {each.number} · {issued === undefined ? "" : formatInstant(issued)}
              </small>
            </li>
          );
        })}
      </ul>
    </SideGroup>
  );
}
