import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { every, linksQuery, type LinkSort } from "../../api/queries.ts";
import type { LinkRow } from "../../api/shapes/telemetry.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatBytes, formatInstant, formatNumber, parseTime } from "../../lib/format.ts";
import { ASSURANCE, label, LINK_KINDS, LINK_STATES } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty } from "../../ui/Feedback.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { useAgo } from "../../ui/use-ago.ts";
import { useNow } from "../../ui/use-now.ts";

interface LinksTableProps {
  readonly state: "open" | "closed";
  readonly sort: LinkSort;
  onSort(sort: LinkSort): void;
}

/** Connections of the gateway, open or closed lately. */
export function LinksTable({ state, sort, onSort }: LinksTableProps) {
  const { t } = useTranslation(["link", "common"]);
  const language = useLanguage();
  const ago = useAgo();
  const now = useNow(1000);
  const query = useInfiniteQuery({ ...linksQuery(state, sort), refetchInterval: every(5000) });
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const columns = useMemo<Column<LinkRow>[]>(() => {
    const number = (id: keyof LinkRow, header: string, width: string): Column<LinkRow> => ({
      id,
      header,
      width,
      align: "right",
      render: (row) => {
        const value = row[id];
        return typeof value === "number" ? formatNumber(value, language) : "";
      },
    });
    // Of a closed link why it was closed matters more than what it did.
    const ofOpen: Column<LinkRow>[] = [
      {
        id: "assurance",
        header: t("link:assurance"),
        width: "84px",
        render: (row) => label(ASSURANCE, row.assurance, language),
      },
      number("frames", t("link:frames"), "72px"),
      {
        id: "bytes",
        header: t("link:bytes"),
        width: "76px",
        align: "right",
        render: (row) => (row.bytes === undefined ? "" : formatBytes(row.bytes, language)),
      },
    ];
    return [
      { id: "id", header: "#", width: "52px", render: (row) => <span className="mono">{row.id}</span> },
      {
        id: "opened",
        header: `${t("link:opened")} (${t("common:zone")})`,
        sortable: true,
        width: "176px",
        render: (row) => {
          const opened = parseTime(row.openedAt);
          return <span className="num">{opened === undefined ? "–" : formatInstant(opened)}</span>;
        },
      },
      {
        id: "kind",
        header: t("link:kind"),
        width: state === "open" ? "84px" : "104px",
        render: (row) => <Tag>{label(LINK_KINDS, row.kind, language)}</Tag>,
      },
      {
        id: "who",
        header: t("link:who"),
        width: "minmax(164px, 1.2fr)",
        render: (row) =>
          row.platform ??
          (row.vehicle ? (
            <Link className="link mono" to="/vehicles/$vehicleId" params={{ vehicleId: row.vehicle }} search={{}}>
              {row.vin ?? row.vehicle}
            </Link>
          ) : (
            // Who sees no peer sees no vehicle either; others see one as soon as it has logged in.
            <span className="mono quiet">{row.vin ?? (row.remote ? "" : t("link:hidden"))}</span>
          )),
      },
      {
        id: "remote",
        header: t("link:remote"),
        width: "minmax(104px, .8fr)",
        render: (row) => <span className="mono quiet">{row.remote ?? ""}</span>,
      },
      ...(state === "open" ? ofOpen : [number("frames", t("link:frames"), "72px")]),
      {
        id: "state",
        header: state === "open" ? t("link:state") : t("link:why"),
        width: state === "open" ? "68px" : "minmax(300px, 2fr)",
        render: (row) =>
          row.reason ? (
            <span title={`${row.reason[language]} (${row.state})`}>{row.reason[language]}</span>
          ) : (
            label(LINK_STATES, row.state ?? "", language)
          ),
      },
      ...(state === "open" ? [number("answered", t("link:answered"), "74px")] : []),
      number("malformed", t("link:malformed"), "84px"),
      number("quarantined", t("link:quarantined"), "74px"),
      ...(state === "open" ? [number("skippedBytes", t("link:skipped"), "100px")] : []),
      {
        id: "codes",
        header: t("link:codes"),
        width: state === "open" ? "minmax(80px, 1fr)" : "minmax(130px, 1fr)",
        render: (row) => {
          const codes = Object.entries(row.codes ?? {}).map(([code, count]) => `${code} ×${count}`);
          return (
            <span className="mono quiet" title={codes.join("\n")}>
              {codes.join(" ")}
            </span>
          );
        },
      },
      {
        id: "last",
        header: t("link:last"),
        width: "92px",
        align: "right",
        render: (row) => {
          const last = parseTime(row.lastFrameAt);
          return <span className="quiet">{last === undefined ? "–" : ago(Math.max(0, now - last))}</span>;
        },
      },
    ];
  }, [t, language, ago, now, state]);
  return (
    <ListBody query={query}>
      {(more) => (
        <DataTable
          label={t(state === "open" ? "link:tabs.links" : "link:tabs.closed")}
          columns={columns}
          rows={rows}
          rowKey={(row) => String(row.id)}
          rowHeight={30}
          sort={sort}
          // One of both is always on: without a choice the newest stand first.
          onSort={() => onSort(sort === "opened" ? "-opened" : "opened")}
          {...more}
          empty={
            state === "open" ? (
              <Empty title={t("link:empty")} next={t("link:emptyNext")} />
            ) : (
              <Empty title={t("link:noClosed")} next={t("link:noClosedNext")} />
            )
          }
        />
      )}
    </ListBody>
  );
}
