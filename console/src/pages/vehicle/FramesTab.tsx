import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { frameQuery, framesQuery } from "../../api/queries.ts";
import type { FrameRow, VehicleCounts } from "../../api/shapes/telemetry.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatCommand, formatDuration, formatInstant, formatTime, parseTime } from "../../lib/format.ts";
import { parseHex } from "../../lib/hex.ts";
import { COMMANDS, DISPOSITIONS, label } from "../../lib/vocabulary.ts";
import { AroundBar } from "../../ui/AroundBar.tsx";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { FrameView } from "../../ui/FrameView.tsx";
import { Tag } from "../../ui/Tag.tsx";
import page from "../../ui/page.module.css";
import { useInstant } from "../../ui/use-instant.ts";
import styles from "./vehicle.module.css";

const route = getRouteApi("/inside/vehicles/$vehicleId");
const NO_FRAMES: readonly FrameRow[] = [];

/** The raw frames of a vehicle, newest first or around an instant; bytes beside decoded fields. */
export function FramesTab({ vehicleId, counts }: { vehicleId: string; counts: VehicleCounts | undefined }) {
  const { t } = useTranslation(["vehicle", "common"]);
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  // A vehicle may have sent nothing but what was set aside.
  const newest = parseTime(counts?.lastEvent ?? counts?.lastFrame);
  const { middle, range, toNewest } = useInstant(search.at, newest);
  const list = useQuery({ ...framesQuery(vehicleId, range), enabled: middle !== undefined });
  const rows = list.data?.items ?? NO_FRAMES;
  const seq = search.frame ?? (rows.length > 0 ? String(rows[0].seq) : undefined);
  const frame = useQuery({ ...frameQuery(vehicleId, seq ?? ""), enabled: seq !== undefined });
  const hex = frame.data?.hex;
  const bytes = useMemo(() => (hex === undefined ? undefined : parseHex(hex)), [hex]);
  const open = (row: FrameRow): void =>
    void navigate({ search: (previous) => ({ ...previous, frame: String(row.seq), field: undefined }), replace: true });

  const columns = useMemo<Column<FrameRow>[]>(
    () => [
      {
        id: "time",
        header: t("vehicle:frames.time"),
        width: "98px",
        render: (row) => {
          if (row.time === null)
            return (
              <span className="quiet" title={formatInstant(Date.parse(row.receivedAt))}>
                {t("vehicle:frames.noTime")}
              </span>
            );
          const time = Date.parse(row.time);
          return (
            <span className="num" title={formatInstant(time)}>
              {formatTime(time)}
            </span>
          );
        },
      },
      {
        id: "delay",
        header: t("vehicle:frames.delay"),
        width: "78px",
        align: "right",
        render: (row) => (
          <span className="quiet">
            {row.time === null
              ? "–"
              : `+${formatDuration(Math.max(0, Date.parse(row.receivedAt) - Date.parse(row.time)), language)}`}
          </span>
        ),
      },
      {
        id: "command",
        header: t("vehicle:frames.command"),
        width: "minmax(128px, 1fr)",
        render: (row) => (
          <>
            {formatCommand(row.command)} <span className="quiet">{label(COMMANDS, row.command, language)}</span>
          </>
        ),
      },
      {
        id: "disposition",
        header: t("vehicle:frames.disposition"),
        width: "84px",
        render: (row) =>
          row.disposition === undefined || row.disposition === "accepted" ? (
            ""
          ) : (
            <Tag tone="warn">{label(DISPOSITIONS, row.disposition, language)}</Tag>
          ),
      },
    ],
    [t, language],
  );

  return (
    <div className={page.columns}>
      <div className={`${page.chooser} ${styles.frames}`}>
        {middle !== undefined && (
          <AroundBar
            middle={middle}
            range={range}
            list={`/vehicles/${vehicleId}/frames`}
            onNewest={() => {
              toNewest();
              void navigate({
                search: (previous) => ({ ...previous, at: undefined, frame: undefined, field: undefined }),
                replace: true,
              });
            }}
          />
        )}
        {list.error && !list.data ? (
          <Refused error={list.error} retry={() => void list.refetch()} />
        ) : !list.data && counts !== undefined && newest === undefined ? (
          <Empty title={t("vehicle:frames.empty")} next={t("vehicle:frames.emptyNext")} />
        ) : !list.data ? (
          <Loading />
        ) : (
          <DataTable
            label={t("vehicle:tabs.frames")}
            columns={columns}
            rows={rows}
            rowKey={(row) => String(row.seq)}
            rowHeight={26}
            selected={seq}
            onOpen={open}
            empty={<Empty title={t("vehicle:frames.empty")} next={t("vehicle:frames.emptyNext")} />}
          />
        )}
      </div>
      <div className={styles.viewer}>
        {frame.error ? (
          <Refused error={frame.error} retry={() => void frame.refetch()} />
        ) : frame.data && bytes === undefined ? (
          <Refused error={new Error(t("vehicle:frames.badHex"))} />
        ) : frame.data && bytes !== undefined && seq !== undefined ? (
          <FrameView
            key={seq}
            bytes={bytes}
            fields={frame.data.fields}
            note={`#${seq}`}
            selected={search.field}
            onSelect={(field) =>
              void navigate({ search: (previous) => ({ ...previous, frame: seq, field }), replace: true })
            }
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
