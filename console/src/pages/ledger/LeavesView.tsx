import { Button, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { IconDownload, IconKey } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { API_BASE } from "../../api/client.ts";
import { checkpointsQuery, ledgerKeyQuery, leavesQuery } from "../../api/queries.ts";
import type { LedgerLeaf } from "../../api/shapes/ledger.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, formatNumber, parseTime, shortHash } from "../../lib/format.ts";
import { label, LEAF_KINDS } from "../../lib/vocabulary.ts";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { Facts, SideGroup } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";
import styles from "./ledger.module.css";
import { LeafProof } from "./LeafProof.tsx";

const route = getRouteApi("/inside/ledger");
const KINDS = ["case-action", "finding", "segment", "vehicle-command", "vin-unmask"] as const;
const COMMANDS = [
  "sandglass ledger export --token TOKEN --out sandglass-ledger.ndjson --key-out sandglass-ledger.key",
  "sandglass ledger verify sandglass-ledger.ndjson --key sandglass-ledger.key",
] as const;

/** Newest checkpoint, leaves, export, and how to check it without us. */
export function LeavesView() {
  const { t } = useTranslation(["ledger", "common"]);
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const leaves = useInfiniteQuery(leavesQuery(search.kind));
  const checkpoints = useQuery(checkpointsQuery);
  const key = useQuery(ledgerKeyQuery);
  const rows = useMemo(() => (leaves.data?.pages ?? []).flatMap((part) => part.items), [leaves.data]);
  const newest = checkpoints.data?.items[0];

  const columns = useMemo<Column<LedgerLeaf>[]>(
    () => [
      {
        id: "index",
        header: t("ledger:index"),
        width: "96px",
        align: "right",
        render: (row) =>
          row.index === null ? (
            <Tag tone="warn">{t("ledger:pendingShort")}</Tag>
          ) : (
            <span className="mono">{formatNumber(row.index, language)}</span>
          ),
      },
      {
        id: "kind",
        header: t("ledger:kind"),
        width: "minmax(150px, 1fr)",
        render: (row) => label(LEAF_KINDS, row.kind, language),
      },
      {
        id: "subject",
        header: t("ledger:subject"),
        width: "minmax(180px, 1.2fr)",
        render: (row) => <span className="mono quiet">{row.subject ?? ""}</span>,
      },
      {
        id: "hash",
        header: t("ledger:hash"),
        width: "190px",
        render: (row) => (
          <span className="mono quiet" title={row.hash}>
            {row.hash ? shortHash(row.hash) : ""}
          </span>
        ),
      },
      {
        id: "at",
        header: `${t("ledger:time")} (${t("common:zone")})`,
        width: "186px",
        render: (row) => {
          const time = parseTime(row.at);
          return time === undefined ? "" : formatInstant(time);
        },
      },
    ],
    [t, language],
  );

  return (
    <>
      <div className={styles.filter}>
        <SegmentedControl
          aria-label={t("ledger:kind")}
          value={search.kind ?? ""}
          data={[
            { value: "", label: t("common:all") },
            ...KINDS.map((kind) => ({ value: kind, label: label(LEAF_KINDS, kind, language) })),
          ]}
          onChange={(value) =>
            void navigate({
              search: (previous) => ({ ...previous, kind: KINDS.find((kind) => kind === value) }),
              replace: true,
            })
          }
        />
        <ExportMenu list="/ledger/leaves" filter={{ kind: search.kind }} />
      </div>
      <div className={page.columns}>
        <div className={page.body}>
          {leaves.error && !leaves.data ? (
            <Refused error={leaves.error} retry={() => void leaves.refetch()} />
          ) : !leaves.data ? (
            <Loading />
          ) : (
            <DataTable
              label={t("ledger:leaves")}
              columns={columns}
              rows={rows}
              rowKey={(row) => row.id}
              rowHeight={28}
              selected={search.leaf}
              onOpen={(row) => void navigate({ search: (previous) => ({ ...previous, leaf: row.id }), replace: true })}
              hasMore={leaves.hasNextPage}
              loadingMore={leaves.isFetchingNextPage}
              onMore={() => void leaves.fetchNextPage()}
              empty={<Empty title={t("ledger:empty")} next={t("ledger:emptyNext")} />}
            />
          )}
        </div>
        <aside className={`${page.side} ${styles.side}`}>
          <SideGroup title={t("ledger:checkpoint")}>
            {checkpoints.error ? (
              <Refused error={checkpoints.error} />
            ) : newest ? (
              <Facts
                facts={[
                  { name: t("ledger:size"), value: <b className="num">{formatNumber(newest.size, language)}</b> },
                  {
                    name: t("ledger:signed"),
                    value: <span className="num">{formatInstant(Date.parse(newest.at))}</span>,
                  },
                  { name: t("ledger:root"), value: <span className="mono">{newest.root}</span> },
                  { name: t("ledger:keyId"), value: <span className="mono">{newest.keyId}</span> },
                ]}
              />
            ) : (
              <p className="faint">{t("ledger:noCheckpoint")}</p>
            )}
          </SideGroup>
          {search.leaf !== undefined && <LeafProof id={search.leaf} />}
          <SideGroup title={t("ledger:verify")}>
            <p className={styles.note}>{t("ledger:verifyNote")}</p>
            <ol className={styles.commands}>
              {COMMANDS.map((command) => (
                <li key={command}>
                  <code>{command}</code>
                </li>
              ))}
            </ol>
            <div className={styles.buttons}>
              <Button
                component="a"
                href={`${API_BASE}/ledger/export`}
                download="sandglass-ledger.ndjson"
                leftSection={<IconDownload size={14} stroke={1.5} aria-hidden />}
              >
                {t("ledger:download")}
              </Button>
              {key.data && (
                <Button
                  component="a"
                  href={`${API_BASE}/ledger/key`}
                  download="sandglass-ledger.key"
                  leftSection={<IconKey size={14} stroke={1.5} aria-hidden />}
                >
                  {t("ledger:downloadKey")}
                </Button>
              )}
            </div>
          </SideGroup>
          <SideGroup title={t("ledger:history")}>
            <ul className={styles.checkpoints}>
              {(checkpoints.data?.items ?? []).slice(0, 12).map((item) => (
                <li key={item.size}>
                  <span className="num">{formatInstant(Date.parse(item.at))}</span>
                  <span className="num quiet">{formatNumber(item.size, language)}</span>
                  <span className="mono faint">{shortHash(item.root).slice(0, 11)}</span>
                </li>
              ))}
            </ul>
          </SideGroup>
        </aside>
      </div>
    </>
  );
}
