import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { formatInstant } from "../lib/format.ts";
import { readShanghaiTime } from "../lib/json-schema.ts";

interface InstantInputProps {
  readonly label: string;
  readonly withAsterisk: boolean;
  readonly error: string | undefined;
  readonly value: string;
  onChange(value: string | undefined): void;
}

/** A wall-clock time of the shown zone, kept as UTC. */
export function InstantInput({ value, onChange, ...shared }: InstantInputProps) {
  const { t } = useTranslation("common");
  const local = value === "" ? "" : formatInstant(Date.parse(value)).replace(" ", "T").slice(0, 16);
  return (
    <TextInput
      {...shared}
      type="datetime-local"
      description={t("zone")}
      defaultValue={local}
      onChange={(event) => onChange(readShanghaiTime(event.currentTarget.value))}
    />
  );
}
