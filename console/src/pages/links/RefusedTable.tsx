import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { refusedQuery } from "../../api/queries.ts";
import type { RefusedRow } from "../../api/shapes/telemetry.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, formatNumber } from "../../lib/format.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty } from "../../ui/Feedback.tsx";
import { ListBody } from "../../ui/ListBody.tsx";

const NONE_REFUSED: readonly RefusedRow[] = [];

/** Connections that never became a link, by address and reason. */
export function RefusedTable() {
  const { t } = useTranslation(["link", "common"]);
  const language = useLanguage();
  const query = useQuery(refusedQuery);
  const columns = useMemo<Column<RefusedRow>[]>(
    () => [
      {
        id: "latest",
        header: `${t("link:latest")} (${t("common:zone")})`,
        width: "170px",
        render: (row) => formatInstant(Date.parse(row.lastAt)),
      },
      {
        id: "remote",
        header: t("link:remote"),
        width: "minmax(120px, .6fr)",
        render: (row) => <span className="mono">{row.remote}</span>,
      },
      {
        id: "reason",
        header: t("link:reason"),
        width: "minmax(300px, 3fr)",
        render: (row) => <span title={row.reason?.[language]}>{row.reason?.[language] ?? ""}</span>,
      },
      {
        id: "code",
        header: t("link:code"),
        width: "180px",
        render: (row) => <span className="mono quiet">{row.code}</span>,
      },
      {
        id: "count",
        header: t("link:count"),
        width: "72px",
        align: "right",
        render: (row) => formatNumber(row.count, language),
      },
      {
        id: "first",
        header: t("link:first"),
        width: "170px",
        render: (row) => formatInstant(Date.parse(row.firstAt)),
      },
    ],
    [t, language],
  );
  return (
    <ListBody query={query}>
      {() => (
        <DataTable
          label={t("link:tabs.refused")}
          columns={columns}
          rows={query.data?.items ?? NONE_REFUSED}
          rowKey={(row) => `${row.code} ${row.remote}`}
          rowHeight={30}
          empty={<Empty title={t("link:noRefused")} next={t("link:noRefusedNext")} />}
        />
      )}
    </ListBody>
  );
}
