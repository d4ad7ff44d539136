import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { PREVIEWS, type BulkPreview, type BulkRow } from "../api/bulk.ts";
import { CaseLink } from "../casework/CaseLink.tsx";
import { useLanguage } from "../i18n/use-language.ts";
import { formatNumber } from "../lib/format.ts";
import { inLanguage } from "../lib/vocabulary.ts";
import page from "../ui/page.module.css";
import { Tag, type TagTone } from "../ui/Tag.tsx";
import styles from "./bulk.module.css";

const TONES: Readonly<Record<BulkPreview, TagTone>> = {
  acts: "ok",
  proposes: "warn",
  confirms: "warn",
  input: "bad",
  refused: "bad",
};

interface PreviewGroupsProps {
  readonly rows: readonly BulkRow[];
  /** The field of which each case has its own value. */
  readonly own: { readonly name: string; readonly title: string } | undefined;
  readonly values: Readonly<Record<string, string>>;
  onValue(id: string, text: string): void;
}

/** The cases by what the action would come to; those that refuse with their reason. */
export function PreviewGroups({ rows, own, values, onValue }: PreviewGroupsProps) {
  const { t } = useTranslation("bulk");
  const language = useLanguage();
  const groups = PREVIEWS.map((preview) => ({ preview, rows: rows.filter((row) => row.preview === preview) }));
  return (
    <div className={styles.groups} tabIndex={0} role="group" aria-label={t("preview")}>
      {groups
        .filter((group) => group.rows.length > 0)
        .map((group) => (
          <section key={group.preview} data-preview={group.preview}>
            <h3>
              <Tag tone={TONES[group.preview]}>{formatNumber(group.rows.length, language)}</Tag>
              {t(`previews.${group.preview}`)}
            </h3>
            <table className={page.table}>
              <tbody>
                {group.rows.map((row) => (
                  <tr key={row.case.id}>
                    <td>
                      <CaseLink id={row.case.id}>{inLanguage(row.case.title, language) || row.case.id}</CaseLink>
                    </td>
                    <td className="quiet">{inLanguage(row.case.stateTitle, language)}</td>
                    {own && group.preview !== "refused" && (
                      <td>
                        <TextInput
                          size="xs"
                          aria-label={`${own.title}: ${inLanguage(row.case.title, language)}`}
                          placeholder={own.title}
                          value={values[row.case.id] ?? ""}
                          onChange={(event) => onValue(row.case.id, event.currentTarget.value)}
                        />
                      </td>
                    )}
                    {row.reason && <td title={row.code ?? ""}>{inLanguage(row.reason, language)}</td>}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        ))}
    </div>
  );
}
