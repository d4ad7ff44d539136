/** "Export" beside the filters of a list: the filtered rows as CSV or as a workbook. */
import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, type QueryValue } from "../api/client.ts";
import { downloadList, type ExportFormat } from "../api/exports.ts";
import { sessionQuery } from "../api/queries.ts";
import { useLanguage } from "../i18n/use-language.ts";

interface ExportMenuProps {
  /** Address of the list, e.g. `/cases`. */
  readonly list: string;
  readonly filter: Readonly<Record<string, QueryValue>>;
  /** Beside a heading instead of filters. */
  readonly isSmall?: boolean;
}

export function ExportMenu({ list, filter, isSmall = false }: ExportMenuProps) {
  const { t } = useTranslation("common");
  const language = useLanguage();
  const [busy, setBusy] = useState(false);
  const take = async (format: ExportFormat): Promise<void> => {
    setBusy(true);
    try {
      const { name, rows } = await downloadList(list, filter, format, language);
      notifications.show({ message: t("export.done", { name, count: rows }) });
    } catch (error) {
      const message =
        error instanceof ApiError && error.status > 0
          ? language === "zh"
            ? (error.messageZh ?? error.message)
            : error.message
          : t(error instanceof ApiError ? "offline" : "unexpected");
      notifications.show({ message, color: "red" });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          size={isSmall ? "compact-xs" : undefined}
          loading={busy}
          leftSection={<IconDownload size={14} stroke={1.5} aria-hidden />}
        >
          {t("export.button")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("export.recorded")}</Menu.Label>
        <Most />
        <Menu.Item onClick={() => void take("csv")}>{t("export.csv")}</Menu.Item>
        <Menu.Item onClick={() => void take("xlsx")}>{t("export.xlsx")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** How long a list may be, where the server says so. */
function Most() {
  const { t } = useTranslation("common");
  const { data: actor } = useQuery(sessionQuery);
  const most = actor?.limits?.exportedRows;
  return most !== undefined && <Menu.Label pt={0}>{t("export.most", { most })}</Menu.Label>;
}
