import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../access/use-may.ts";
import { linksQuery, quarantineQuery, refusedQuery, every } from "../../api/queries.ts";
import type { LinkRow, QuarantineRow, RefusedRow } from "../../api/shapes/telemetry.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatBytes, formatCommand, formatInstant, formatNumber, parseTime } from "../../lib/format.ts";
import { ASSURANCE, COMMANDS, DISPOSITIONS, label, LINK_KINDS, LINK_STATES } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import page from "../../ui/page.module.css";
import { TabBar } from "../../ui/TabBar.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { useAgo } from "../../ui/use-ago.ts";
import { useNow } from "../../ui/use-now.ts";

const route = getRouteApi("/inside/links");
const TABS = ["links", "closed", "refused", "quarantine"] as const;
const EXPORTS = { links: "/links", closed: "/links", refused: "/links/refused", quarantine: "/quarantine" } as const;
const NONE_REFUSED: readonly RefusedRow[] = [];

/** Who is connected to the gateway, who was turned away, and which frames were set aside. */
export function LinksPage() {
  const { t } = useTranslation("link");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const maySeeRefused = useMay("platformLink", "read");
  const tab = search.tab ?? "links";
  const filter = tab === "links" ? { state: "open" } : tab === "closed" ? { state: "closed" } : {};
  return (
    <div className={page.page}>
      <FilterBar title={t("title")}>
        <ExportMenu list={EXPORTS[tab]} filter={filter} />
      </FilterBar>
      <TabBar
        label={t("title")}
        active={tab}
        tabs={TABS.filter((name) => name !== "refused" || maySeeRefused).map((name) => ({
          name,
          text: t(`tabs.${name}`),
        }))}
        onChange={(name) =>
          void navigate({
            search: (previous) => ({ ...previous, tab: name === "links" ? undefined : name }),
            replace: true,
          })
        }
      />
      {tab === "quarantine" ? (
        <Quarantine />
      ) : tab === "refused" ? (
        <Refusals />
      ) : (
        <Links key={tab} state={tab === "links" ? "open" : "closed"} />
      )}
    </div>
  );
}

function Links({ state }: { readonly state: "open" | "closed" }) {
  const { t } = useTranslation(["link", "common"]);
  const language = useLanguage();
  const ago = useAgo();
  const now = useNow(1000);
  const query = useInfiniteQuery({ ...linksQuery(state), refetchInterval: every(5000) });
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

function Refusals() {
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

function Quarantine() {
  const { t } = useTranslation(["link", "common"]);
  const language = useLanguage();
  const navigate = route.useNavigate();
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
        header: t("link:eventTime"),
        width: "190px",
        render: (row) => {
          const time = parseTime(row.time);
          return time === undefined ? "–" : formatInstant(time);
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
