import { Button, Checkbox, Fieldset } from "@mantine/core";
import { terminalParameters, type Edition } from "@sandglass/gbt32960";
import { useTranslation } from "react-i18next";
import casework from "../casework/casework.module.css";
import { useLanguage } from "../i18n/use-language.ts";
import { parameterCode } from "../lib/commands.ts";
import styles from "./commands.module.css";

interface ParameterChoiceProps {
  readonly edition: Edition;
  readonly chosen: readonly number[];
  readonly error: boolean;
  onChange(chosen: readonly number[]): void;
}

/** Which parameters a query asks for. Lengths come with their domain names. */
export function ParameterChoice({ edition, chosen, error, onChange }: ParameterChoiceProps) {
  const { t } = useTranslation("command");
  const language = useLanguage();
  const rows = terminalParameters(edition).filter((row) => row.lengthOf === undefined);
  return (
    <Fieldset legend={t("dialog.parameters")} className={casework.fieldset}>
      {error && <p className={casework.refused}>{t("dialog.incomplete")}</p>}
      <div className={styles.choices}>
        {rows.map((row) => (
          <Checkbox
            key={row.id}
            label={`${parameterCode(row.id)} ${row.title[language]}`}
            checked={chosen.includes(row.id)}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...chosen, row.id] : chosen.filter((id) => id !== row.id))
            }
          />
        ))}
      </div>
      <Button variant="subtle" onClick={() => onChange(rows.map(({ id }) => id))}>
        {t("dialog.all")}
      </Button>
    </Fieldset>
  );
}
