/** Findings as rows: in the list of all findings and on a vehicle. */
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Finding } from "../api/shapes/findings.ts";
import { DataTable, type Column } from "../ui/DataTable.tsx";
import { Empty } from "../ui/Feedback.tsx";
import type { MoreRows } from "../ui/ListBody.tsx";

interface FindingsTableProps extends MoreRows {
  readonly rows: readonly Finding[];
  readonly columns: readonly Column<Finding>[];
  readonly sort?: string | undefined;
  onSort?(sort: string | undefined): void;
}

export function FindingsTable(props: FindingsTableProps) {
  const { t } = useTranslation("finding");
  const navigate = useNavigate();
  return (
    <DataTable
      label={t("list.title")}
      rowKey={(row) => row.id}
      rowLevel={(row) => (row.status === "firing" ? row.level : undefined)}
      onOpen={(row) => void navigate({ to: "/findings/$findingId", params: { findingId: row.id }, search: {} })}
      empty={<Empty title={t("list.empty")} next={t("list.emptyNext")} />}
      {...props}
    />
  );
}
