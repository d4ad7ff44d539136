import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface ReasonsFieldProps {
  readonly value: string;
  change(value: string): void;
}

/** Reasons of a step on a case: they are required, and stand in its record. */
export function ReasonsField({ value, change }: ReasonsFieldProps) {
  const { t } = useTranslation("casework");
  return (
    <Textarea
      label={t("reasons")}
      withAsterisk
      autosize
      minRows={2}
      maxLength={4000}
      value={value}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
