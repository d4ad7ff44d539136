import { rowsOf, type Fields, type Json, type NameOf } from "@sandglass/casework";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../i18n/use-language.ts";
import styles from "./casework.module.css";

/** More lines than these are folded. */
const SHOWN = 3;

interface EnteredProps {
  readonly fields: Fields;
  readonly input: Readonly<Record<string, unknown>>;
  readonly nameOf: NameOf;
  /** The sentence that the timeline says of the action already. */
  readonly said: string | undefined;
}

/** What was entered with an action, by the labels and names of its form. */
export function Entered({ fields, input, nameOf, said }: EnteredProps) {
  const { t } = useTranslation("casework");
  const language = useLanguage();
  const rows = rowsOf(fields, input as Json, nameOf).filter(({ value }) => value[language] !== said);
  if (rows.length === 0) return null;
  const list = (
    <dl className={styles.entered}>
      {rows.map(({ label, value }, index) => (
        <div key={index}>
          <dt>{label[language]}</dt>
          <dd>{value[language]}</dd>
        </div>
      ))}
    </dl>
  );
  if (rows.length <= SHOWN) return list;
  return (
    <details className={styles.folded}>
      <summary>{t("entered", { count: rows.length })}</summary>
      {list}
    </details>
  );
}
