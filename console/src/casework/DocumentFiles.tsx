import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { DOCUMENT_LANGUAGES, documentFile } from "../api/documents.ts";
import type { Bilingual } from "../api/shapes/common.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { inLanguage } from "../lib/vocabulary.ts";
import styles from "./casework.module.css";

/** The pages of a document in both languages, and the page on which anybody checks them. */
export function DocumentFiles({ id, title }: { readonly id: string; readonly title: Bilingual }) {
  const { t } = useTranslation("document");
  const language = useLanguage();
  return (
    <span className={styles.files}>
      {DOCUMENT_LANGUAGES.map((file) => (
        <a
          key={file}
          className="link"
          href={documentFile(id, file)}
          target="_blank"
          rel="noreferrer"
          aria-label={`${inLanguage(title, language)} ${t(`file.${file}`)}`}
        >
          {t(`file.${file}`)}
        </a>
      ))}
      <Link className="link" to="/verify/$documentId" params={{ documentId: id }}>
        {t("verify")}
      </Link>
    </span>
  );
}
