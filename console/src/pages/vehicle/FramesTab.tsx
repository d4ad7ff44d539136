import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { frameQuery, framesQuery } from "../../api/queries.ts";
import type { FrameRow } from "../../api/types.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatCommand, formatDuration, formatInstant, formatShort, formatTime } from "../../lib/format.ts";
import { COMMANDS, DISPOSITIONS, label } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { FrameView } from "../../ui/FrameView.tsx";
import { Tag } from "../../ui/Tag.tsx";
import page from "../../ui/page.module.css";
import styles from "./vehicle.module.css";

const route = getRouteApi("/inside/vehicles/$vehicleId");
/** Frames listed on each side of the chosen instant, ms. */
const AROUND_MS = 300_000;

/** The raw frames of a vehicle, newest first or around an instant; bytes beside decoded fields. */
export function FramesTab({ vehicleId }: { vehicleId: string }) {
  const { t } = useTranslation(["vehicle", "common"]);
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { at } = search;
  const list = useInfiniteQuery(framesQuery(vehicleId, at === undefined ? {} : { from: at - AROUND_MS, to: at + AROUND_MS }));
  const rows = useMemo(() => (list.data?.pages ?? []).flatMap((part) => part.items), [list.data]);
  const seq = search.frame ?? (rows.length > 0 ? String(rows[0].seq) : undefined);
  const frame = useQuery({ ...frameQuery(vehicleId, seq ?? ""), enabled: seq !== undefined });
  const open = (row: FrameRow): void => void navigate({ search: (previous) => ({ ...previous, frame: String(row.seq), field: undefined }), replace: true });

  const columns = useMemo<Column<FrameRow>[]>(() => [
    { id: "time", header: t("vehicle:frames.time"), width: "112px", render: (row) => { const time = Date.parse(row.time); return <span className="num" title={formatInstant(time)}>{formatShort(time).slice(0, 6)}{formatTime(time)}</span>; } },
    { id: "delay", header: t("vehicle:frames.delay"), width: "64px", align: "right", render: (row) => <span className="quiet">+{formatDuration(Math.max(0, Date.parse(row.receivedAt) - Date.parse(row.time)), language)}</span> },
    { id: "command", header: t("vehicle:frames.command"), width: "minmax(128px, 1fr)", render: (row) => <>{formatCommand(row.command)} <span className="quiet">{label(COMMANDS, row.command, language)}</span></> },
    { id: "disposition", header: t("vehicle:frames.disposition"), width: "80px", render: (row) => (row.disposition === undefined || row.disposition === "accepted" ? "" : <Tag tone="warn">{label(DISPOSITIONS, row.disposition, language)}</Tag>) },
  ], [t, language]);

  return (
    <div className={page.columns}>
      <div className={styles.frames}>
        {at !== undefined && (
          <div className={styles.around}>
            <span>{t("vehicle:frames.around", { time: formatInstant(at) })}</span>
            <Button variant="subtle" size="compact-xs" onClick={() => void navigate({ search: (previous) => ({ ...previous, at: undefined }), replace: true })}>{t("vehicle:frames.newest")}</Button>
          </div>
        )}
        {list.error && !list.data ? (
          <Refused error={list.error} retry={() => void list.refetch()} />
        ) : !list.data ? (
          <Loading />
        ) : (
          <DataTable
            label={t("vehicle:tabs.frames")} columns={columns} rows={rows} rowKey={(row) => String(row.seq)} rowHeight={26} selected={seq} onOpen={open}
            hasMore={list.hasNextPage} loadingMore={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()}
            empty={<Empty title={t("vehicle:frames.empty")} next={t("vehicle:frames.emptyNext")} />}
          />
        )}
      </div>
      <div className={styles.viewer}>
        {frame.error ? (
          <Refused error={frame.error} retry={() => void frame.refetch()} />
        ) : frame.data && seq !== undefined ? (
          <FrameView
            key={seq} seq={seq} frame={frame.data} selected={search.field}
            onSelect={(field) => void navigate({ search: (previous) => ({ ...previous, frame: seq, field }), replace: true })}
          />
        ) : seq === undefined ? (
          <Empty title={t("vehicle:frames.choose")} />
        ) : (
          <Loading />
        )}
      </div>
    </div>
  );
}
