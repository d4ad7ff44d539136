import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { every, quarantineQuery } from "../../api/queries.ts";
import type { QuarantineRow } from "../../api/shapes/telemetry.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatCommand, formatInstant, parseTime } from "../../lib/format.ts";
import { COMMANDS, DISPOSITIONS, label } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty } from "../../ui/Feedback.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import { Tag } from "../../ui/Tag.tsx";

/** Frames that were kept and are no data. */
export function QuarantineTable() {
  const { t } = useTranslation(["link", "common"]);
  const language = useLanguage();
  const navigate = useNavigate();
  const query = useInfiniteQuery({ ...quarantineQuery(), refetchInterval: every(15_000) });
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const columns = useMemo<Column<QuarantineRow>[]>(
    () => [
      {
        id: "received",
        header: `${t("link:receivedAt")} (${t("common:zone")})`,
        width: "190px",
        render: (row) => formatInstant(Date.parse(row.receivedAt)),
      },
      {
        id: "disposition",
        header: t("link:disposition"),
        width: "120px",
        render: (row) => <Tag tone="warn">{label(DISPOSITIONS, row.disposition, language)}</Tag>,
      },
      {
        id: "vehicle",
        header: t("link:vehicle"),
        width: "minmax(170px, 1fr)",
        render: (row) => <span className="mono">{row.vin ?? row.vehicle ?? ""}</span>,
      },
      {
        id: "command",
        header: t("link:command"),
        width: "minmax(150px, 1fr)",
        render: (row) =>
          row.command === undefined ? (
            ""
          ) : (
            <>
              {formatCommand(row.command)} <span className="quiet">{label(COMMANDS, row.command, language)}</span>
            </>
          ),
      },
      {
        id: "time",
        header: `${t("link:eventTime")} (${t("common:zone")})`,
        width: "190px",
        render: (row) => {
          const time = parseTime(row.time);
          return time === undefined ? <span className="quiet">{t("link:noTime")}</span> : formatInstant(time);
        },
      },
      {
        id: "link",
        header: t("link:link"),
        width: "90px",
        render: (row) => <span className="mono">{row.link ?? ""}</span>,
      },
      {
        id: "seq",
        header: t("link:seq"),
        width: "110px",
        align: "right",
        render: (row) => <span className="mono">{row.seq}</span>,
      },
    ],
    [t, language],
  );
  return (
    <ListBody query={query}>
      {(more) => (
        <DataTable
          label={t("link:tabs.quarantine")}
          columns={columns}
          rows={rows}
          rowKey={(row) => String(row.seq)}
          rowHeight={30}
          onOpen={(row) => {
            if (row.vehicle)
              void navigate({
                to: "/vehicles/$vehicleId",
                params: { vehicleId: row.vehicle },
                search: { tab: "frames", frame: String(row.seq) },
              });
          }}
          {...more}
          empty={<Empty title={t("link:noQuarantine")} next={t("link:noQuarantineNext")} />}
        />
      )}
    </ListBody>
  );
}
