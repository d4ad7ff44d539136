/** "Columns" beside the filters of a list: which of them are shown. Kept in the address, and so with a saved view. */
import { Button, Checkbox, Popover } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import styles from "./columns-menu.module.css";

interface ColumnsMenuProps {
  readonly columns: readonly { readonly id: string; readonly header: ReactNode }[];
  readonly shown: readonly string[];
  /** `undefined`: all of them. */
  apply(shown: readonly string[] | undefined): void;
}

export function ColumnsMenu({ columns, shown, apply }: ColumnsMenuProps) {
  const { t } = useTranslation("common");
  const toggle = (id: string): void => {
    const next = columns.map((column) => column.id).filter((each) => shown.includes(each) !== (each === id));
    // A list without columns shows nothing to choose them by.
    if (next.length > 0) apply(next.length === columns.length ? undefined : next);
  };
  return (
    <Popover position="bottom-end" withinPortal trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={14} stroke={1.5} aria-hidden />}>
          {t("columns")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div role="group" aria-label={t("columns")} className={styles.list}>
          {columns.map(({ id, header }) => (
            <Checkbox key={id} size="xs" label={header} checked={shown.includes(id)} onChange={() => toggle(id)} />
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
