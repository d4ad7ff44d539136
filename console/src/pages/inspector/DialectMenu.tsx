/** How frames are read where the sources of the standard contradict each other: one choice for each contradiction. */
import { Button, Popover, Select } from "@mantine/core";
import { DEFAULT_DIALECT, DIALECT_VALUES, type Dialect } from "@sandglass/gbt32960";
import { IconAdjustments } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { dialectQuery } from "../../api/queries.ts";
import { DIALECT_NAMES, differences, withChoice } from "../../lib/dialect.ts";
import styles from "./inspector.module.css";

interface DialectMenuProps {
  readonly dialect: Dialect;
  onChange(dialect: Dialect): void;
}

export function DialectMenu({ dialect, onChange }: DialectMenuProps) {
  const { t } = useTranslation("inspector");
  const gateway = useQuery(dialectQuery).data;
  const changed = differences(dialect, DEFAULT_DIALECT);
  const valueName = (name: keyof Dialect, value: string): string =>
    t(`dialect.of.${name}.values.${value}` as "dialect.of.firstCell.values.0");
  return (
    <Popover position="bottom-start" withinPortal trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconAdjustments size={14} stroke={1.5} aria-hidden />}>
          {changed.length === 0 ? t("dialect.default") : t("dialect.changed", { count: changed.length })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.dialect}>
        <p className={styles.note}>{t("dialect.why")}</p>
        <div role="group" aria-label={t("dialect.label")} className={styles.choices}>
          {DIALECT_NAMES.map((name) => (
            <Select
              key={name}
              label={t(`dialect.of.${name}.title`)}
              description={t(`dialect.of.${name}.hint`)}
              inputWrapperOrder={["label", "input", "description"]}
              comboboxProps={{ withinPortal: false }}
              allowDeselect={false}
              value={String(dialect[name])}
              data={DIALECT_VALUES[name].map((value, index) => ({
                value: String(value),
                label: `${valueName(name, String(value))}${index === 0 ? ` ${t("dialect.isDefault")}` : ""}`,
              }))}
              onChange={(value) => value !== null && onChange(withChoice(dialect, name, value))}
            />
          ))}
        </div>
        <div className={styles.buttons}>
          <Button variant="subtle" disabled={changed.length === 0} onClick={() => onChange(DEFAULT_DIALECT)}>
            {t("dialect.reset")}
          </Button>
          {gateway && (
            <Button
              variant="subtle"
              disabled={differences(dialect, gateway).length === 0}
              onClick={() => onChange(gateway)}
            >
              {t("dialect.gateway")}
            </Button>
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
