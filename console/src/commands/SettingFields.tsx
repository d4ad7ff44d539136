import { Button, NumberInput, Select, TextInput } from "@mantine/core";
import type { Edition } from "@sandglass/gbt32960";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../i18n/use-language.ts";
import { isGoodSetting, settableParameters, type SettingDraft } from "../lib/command-draft.ts";
import { findParameterRow, parameterCode, unitName } from "../lib/commands.ts";
import styles from "./commands.module.css";

interface SettingFieldsProps {
  readonly edition: Edition;
  readonly settings: readonly SettingDraft[];
  readonly tried: boolean;
  onChange(settings: readonly SettingDraft[]): void;
}

/** Parameters and their new values, each with the range that its edition allows. */
export function SettingFields({ edition, settings, tried, onChange }: SettingFieldsProps) {
  const { t } = useTranslation("command");
  const language = useLanguage();
  const rows = settableParameters(edition);
  const free = rows.filter((row) => !settings.some(({ id }) => id === row.id));
  const replace = (index: number, setting: SettingDraft): void =>
    onChange(settings.map((old, at) => (at === index ? setting : old)));
  return (
    <>
      {settings.map((setting, index) => (
        <div key={index} className={styles.setting}>
          <Select
            label={t("dialog.parameter")}
            allowDeselect={false}
            value={String(setting.id)}
            data={rows
              .filter((row) => row.id === setting.id || free.includes(row))
              .map((row) => ({ value: String(row.id), label: `${parameterCode(row.id)} ${row.title[language]}` }))}
            onChange={(value) => replace(index, { id: Number(value), value: undefined })}
          />
          <SettingValue
            edition={edition}
            setting={setting}
            wrong={tried && !isGoodSetting(setting, edition)}
            onChange={(value) => replace(index, { id: setting.id, value })}
          />
          <Button
            variant="subtle"
            disabled={settings.length === 1}
            onClick={() => onChange(settings.filter((_, at) => at !== index))}
          >
            {t("dialog.remove")}
          </Button>
        </div>
      ))}
      <Button
        variant="subtle"
        disabled={free.length === 0}
        onClick={() => onChange([...settings, { id: free[0].id, value: undefined }])}
      >
        {t("dialog.add")}
      </Button>
    </>
  );
}

interface SettingValueProps {
  readonly edition: Edition;
  readonly setting: SettingDraft;
  readonly wrong: boolean;
  onChange(value: number | string | undefined): void;
}

function SettingValue({ edition, setting, wrong, onChange }: SettingValueProps) {
  const { t } = useTranslation("command");
  const language = useLanguage();
  const row = findParameterRow(setting.id, edition);
  if (row === undefined) return null;
  const shared = { label: t("dialog.value"), error: wrong ? t("dialog.incomplete") : undefined };
  if (row.values !== undefined)
    return (
      <Select
        {...shared}
        allowDeselect={false}
        value={setting.value === undefined ? null : String(setting.value)}
        data={Object.entries(row.values).map(([value, name]) => ({ value, label: `${value} ${name[language]}` }))}
        onChange={(value) => onChange(value === null ? undefined : Number(value))}
      />
    );
  if (row.kind === "text")
    return (
      <TextInput
        {...shared}
        description={t("dialog.length", { max: row.max })}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={typeof setting.value === "string" ? setting.value : ""}
        maxLength={row.max}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  return (
    <NumberInput
      {...shared}
      description={t("dialog.range", { min: row.min, max: row.max, unit: unitName(row.unit, language) })}
      inputWrapperOrder={["label", "input", "description", "error"]}
      value={typeof setting.value === "number" ? setting.value : ""}
      onChange={(value) => onChange(typeof value === "number" ? value : undefined)}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="none"
      hideControls
    />
  );
}
