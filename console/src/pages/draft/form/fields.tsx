/** Fields that write only what can be written: a value is taken when the field is left, or refused with a reason. */
import { Autocomplete, NumberInput, Select, TextInput } from "@mantine/core";
import { CATALOGUE } from "@sandglass/signals";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../../i18n/use-language.ts";
import styles from "./form.module.css";

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly disabled: boolean;
  readonly width?: number;
  readonly maxLength?: number;
  readonly placeholder?: string;
  /** What could be written. */
  readonly offered?: readonly string[];
  /** @returns whether it could be written */
  take(value: string): boolean;
}

export function TextField({
  label,
  value,
  disabled,
  width,
  maxLength = 400,
  placeholder,
  offered,
  take,
}: TextFieldProps) {
  const { t } = useTranslation("draft");
  const [typed, setTyped] = useState<string>();
  const [refused, setRefused] = useState(false);
  const settle = (text: string | undefined): void => {
    if (text === undefined || text === value) {
      setTyped(undefined);
      setRefused(false);
      return;
    }
    const isTaken = take(text);
    setRefused(!isTaken);
    if (isTaken) setTyped(undefined);
  };
  const common = {
    label,
    disabled,
    maxLength,
    placeholder,
    autoComplete: "off",
    value: typed ?? value,
    error: refused ? t("form.refused") : undefined,
    ...(width === undefined ? { className: styles.wide } : { w: width }),
    onBlur: () => settle(typed),
    onKeyDown: (event: React.KeyboardEvent) => event.key === "Enter" && settle(typed),
  };
  return offered === undefined || offered.length === 0 ? (
    <TextInput {...common} onChange={(event) => setTyped(event.currentTarget.value)} />
  ) : (
    <Autocomplete {...common} size="xs" data={[...offered]} onChange={setTyped} onOptionSubmit={settle} />
  );
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

interface DurationFieldProps {
  readonly label: string;
  /** Undefined: there is none. */
  readonly ms: number | undefined;
  readonly disabled: boolean;
  readonly optional?: boolean;
  take(ms: number | undefined): boolean;
}

export function DurationField({ label, ms, disabled, optional = false, take }: DurationFieldProps) {
  const { t } = useTranslation("draft");
  const natural = UNITS.find(([, size]) => ms !== undefined && ms >= size && ms % size === 0)?.[0] ?? "min";
  const [unit, setUnit] = useState<(typeof UNITS)[number][0]>();
  const own = unit ?? natural;
  const size = UNITS.find(([name]) => name === own)?.[1] ?? 1000;
  return (
    <div className={styles.pair}>
      <NumberInput
        label={label}
        w={76}
        disabled={disabled}
        min={optional ? 0 : 1}
        allowNegative={false}
        allowDecimal={false}
        value={ms === undefined ? "" : ms / size}
        placeholder={optional ? t("form.none") : ""}
        onChange={(value) => {
          const count = Number(value);
          if (value === "" || count === 0) return void (optional && take(undefined));
          if (Number.isSafeInteger(count * size)) take(count * size);
        }}
      />
      <Select
        aria-label={`${label} · ${t("form.unit")}`}
        w={78}
        disabled={disabled}
        allowDeselect={false}
        value={own}
        data={UNITS.map(([name]) => ({ value: name, label: t(`form.units.${name}`) }))}
        onChange={(value) => {
          const next = UNITS.find(([name]) => name === value);
          if (next === undefined) return;
          setUnit(next[0]);
          if (ms !== undefined) take((ms / size) * next[1]);
        }}
      />
    </div>
  );
}

interface SignalFieldProps {
  readonly label: string;
  readonly signal: string;
  readonly disabled: boolean;
  fits(signal: string): boolean;
  take(signal: string): void;
}

export function SignalField({ label, signal, disabled, fits, take }: SignalFieldProps) {
  const language = useLanguage();
  return (
    <Select
      label={label}
      w={190}
      searchable
      disabled={disabled}
      allowDeselect={false}
      value={signal}
      data={CATALOGUE.filter(({ id, kind }) => id === signal || (kind !== "list" && fits(id))).map(({ id, names }) => ({
        value: id,
        label: language === "zh" ? names.zh : `${names.en} · ${id}`,
      }))}
      onChange={(value) => value !== null && take(value)}
    />
  );
}
