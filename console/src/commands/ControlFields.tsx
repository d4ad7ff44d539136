import { NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { highestAlarmLevel, TERMINAL_CONTROLS, type Edition } from "@sandglass/gbt32960";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../i18n/use-language.ts";
import { isHex, type CommandDraft } from "../lib/command-draft.ts";
import { CONTROL_NAMES, parameterCode } from "../lib/commands.ts";
import styles from "./commands.module.css";

interface ControlFieldsProps {
  readonly edition: Edition;
  readonly draft: CommandDraft;
  readonly tried: boolean;
  onChange(change: Partial<CommandDraft>): void;
}

const ORDER = ["alarm", "openSampling", "reset", "disconnect", "powerOff", "factoryReset", "upgrade"] as const;
const UPGRADE_TEXTS = {
  url: 512,
  accessPoint: 64,
  user: 64,
  password: 64,
  address: 15,
  manufacturer: 4,
  hardwareVersion: 5,
  firmwareVersion: 5,
} as const;
const UPGRADE_NUMBERS = { port: 65_535, timeLimit: 60_000 } as const;

export function ControlFields({ edition, draft, tried, onChange }: ControlFieldsProps) {
  const { t } = useTranslation("command");
  const language = useLanguage();
  const required = (missing: boolean): string | undefined => (tried && missing ? t("dialog.incomplete") : undefined);
  const upgrade = (name: string, value: string | number | undefined): void =>
    onChange({ upgrade: { ...draft.upgrade, [name]: value } });
  return (
    <>
      <Select
        label={t("dialog.control")}
        allowDeselect={false}
        value={draft.control}
        data={[
          ...ORDER.map((name) => ({
            value: name,
            label: `${parameterCode(TERMINAL_CONTROLS[name].id)} ${TERMINAL_CONTROLS[name].title[language]}`,
          })),
          { value: "userDefined", label: CONTROL_NAMES.userDefined[language] },
        ]}
        onChange={(value) => onChange({ control: value ?? "alarm" })}
      />
      {draft.control === "alarm" && (
        <>
          <Select
            label={t("dialog.level")}
            allowDeselect={false}
            w={220}
            value={String(draft.level)}
            data={Array.from({ length: highestAlarmLevel(edition) + 1 }, (_, level) => ({
              value: String(level),
              label: t(`dialog.levels.l${level as 0 | 1 | 2 | 3 | 4}`),
            }))}
            onChange={(value) => onChange({ level: Number(value) })}
          />
          <Textarea
            label={t("dialog.text")}
            description={t("dialog.textHint")}
            withAsterisk
            value={draft.text}
            onChange={(event) => onChange({ text: event.currentTarget.value })}
            maxLength={256}
            autosize
            minRows={2}
            maxRows={4}
            error={required(draft.text.trim() === "")}
          />
        </>
      )}
      {draft.control === "upgrade" && (
        <div className={styles.upgrade}>
          {Object.entries(UPGRADE_TEXTS).map(([name, maxLength]) => (
            <TextInput
              key={name}
              className={name === "url" ? styles.wide : undefined}
              label={t(`dialog.upgrade.${name as keyof typeof UPGRADE_TEXTS}`)}
              withAsterisk={name === "url"}
              type={name === "password" ? "password" : "text"}
              autoComplete="off"
              maxLength={maxLength}
              value={String(draft.upgrade[name] ?? "")}
              onChange={(event) => upgrade(name, event.currentTarget.value)}
              error={name === "url" ? required(String(draft.upgrade.url ?? "").trim() === "") : undefined}
            />
          ))}
          {Object.entries(UPGRADE_NUMBERS).map(([name, max]) => (
            <NumberInput
              key={name}
              label={t(`dialog.upgrade.${name as keyof typeof UPGRADE_NUMBERS}`)}
              min={0}
              max={max}
              allowDecimal={false}
              hideControls
              value={typeof draft.upgrade[name] === "number" ? draft.upgrade[name] : ""}
              onChange={(value) => upgrade(name, typeof value === "number" ? value : undefined)}
            />
          ))}
          <Select
            className={styles.wide}
            label={t("dialog.upgrade.order")}
            allowDeselect={false}
            value={String(draft.upgrade.order)}
            data={(["urlFirst", "urlNextToLast"] as const).map((value) => ({
              value,
              label: t(`dialog.upgrade.${value}`),
            }))}
            onChange={(value) => upgrade("order", value ?? "urlFirst")}
          />
        </div>
      )}
      {draft.control === "userDefined" && (
        <div className={styles.upgrade}>
          <TextInput
            label={t("dialog.id")}
            withAsterisk
            maxLength={2}
            value={draft.id === undefined ? "" : parameterCode(draft.id)}
            onChange={(event) => {
              const id = Number.parseInt(event.currentTarget.value, 16);
              onChange({ id: Number.isNaN(id) ? undefined : id });
            }}
            error={required(draft.id === undefined || draft.id < 0x80 || draft.id > 0xfe)}
          />
          <TextInput
            label={t("dialog.data")}
            value={draft.data}
            onChange={(event) => onChange({ data: event.currentTarget.value })}
            error={required(!isHex(draft.data))}
          />
        </div>
      )}
    </>
  );
}
