/** The registry of regions and road lists: list, shape, upload. */
import { Button, Group, Modal } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { sessionQuery } from "../../api/queries.ts";
import { regionQuery, regionsQuery, type RegionDetail, type RegionSummary } from "../../api/regions.ts";
import casework from "../../casework/casework.module.css";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, formatNumber, shortHash } from "../../lib/format.ts";
import { mayDecide, mayPropose } from "../../lib/rule-rights.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import page from "../../ui/page.module.css";
import { Facts, SideGroup } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { RegionDialog } from "./RegionDialog.tsx";
import { RegionPreview } from "./RegionPreview.tsx";
import styles from "./regions.module.css";

const route = getRouteApi("/inside/rules/regions");

export function RegionsPage() {
  const { t } = useTranslation(["region", "common"]);
  const language = useLanguage();
  const navigate = route.useNavigate();
  const { region: chosen } = route.useSearch();
  const [creating, setCreating] = useState(false);
  const { data: actor } = useQuery(sessionQuery);
  const query = useInfiniteQuery(regionsQuery);
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const columns = useMemo<Column<RegionSummary>[]>(
    () => [
      {
        id: "name",
        header: t("region:name"),
        width: "minmax(200px, 1.6fr)",
        render: ({ names }) => (
          <>
            <b>{inLanguage(names, language)}</b>{" "}
            <span className="faint">{language === "zh" ? names.en : names.zh}</span>
          </>
        ),
      },
      {
        id: "kind",
        header: t("region:kind"),
        width: "110px",
        render: ({ kind }) => <Tag>{t(`region:kinds.${kind}`)}</Tag>,
      },
      { id: "code", header: t("region:areaCode"), width: "130px", render: ({ areaCode }) => areaCode ?? "–" },
      {
        id: "size",
        header: t("region:size"),
        width: "130px",
        align: "right",
        render: (row) => <span className="num">{sizeOf(row, language)}</span>,
      },
      {
        id: "owner",
        header: t("region:owner"),
        width: "minmax(120px, 1fr)",
        render: ({ organisation, shared }) => (
          <>
            {organisation} <span className="quiet">{shared ? t("region:shared") : t("region:own")}</span>
          </>
        ),
      },
      {
        id: "version",
        header: t("region:version"),
        width: "70px",
        align: "right",
        render: ({ version }) => formatNumber(version, language),
      },
      {
        id: "changed",
        header: `${t("region:changed")} (${t("common:zone")})`,
        width: "190px",
        render: ({ changedAt }) => <span className="quiet">{formatInstant(Date.parse(changedAt))}</span>,
      },
    ],
    [t, language],
  );
  const count = rows.length;
  const open = (id: string): void => void navigate({ to: "/rules/regions", search: { region: id } });
  return (
    <div className={page.page}>
      <FilterBar
        title={t("region:title")}
        count={query.hasNextPage ? t("common:itemsSoFar", { count }) : t("common:items", { count })}
      >
        {mayPropose(actor) && (
          <Button variant="filled" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setCreating(true)}>
            {t("region:new")}
          </Button>
        )}
        <Link className="link" to="/rules" search={{}}>
          {t("region:rules")}
        </Link>
        <ExportMenu list="/regions" filter={{}} />
      </FilterBar>
      <div className={page.columns}>
        <ListBody query={query}>
          {(more) => (
            <DataTable
              label={t("region:title")}
              columns={columns}
              rows={rows}
              rowKey={(row) => row.id}
              selected={chosen}
              onOpen={(row) => open(row.id)}
              {...more}
              empty={<Empty title={t("region:empty")} next={t("region:emptyNext")} />}
            />
          )}
        </ListBody>
        <aside className={page.side} aria-label={t("region:choose")}>
          {chosen === undefined ? (
            <p className="quiet">{t("region:choose")}</p>
          ) : (
            <RegionSide key={chosen} id={chosen} />
          )}
        </aside>
      </div>
      {creating && (
        <RegionDialog
          close={() => setCreating(false)}
          onSaved={(id) => {
            setCreating(false);
            open(id);
          }}
        />
      )}
    </div>
  );
}

function sizeOf({ areaKm2, lengthKm }: RegionSummary, language: "zh" | "en"): string {
  if (areaKm2 !== null) return `${formatNumber(areaKm2, language, areaKm2 < 10 ? 2 : 0)} km²`;
  return lengthKm === null ? "–" : `${formatNumber(lengthKm, language, lengthKm < 10 ? 2 : 0)} km`;
}

function RegionSide({ id }: { id: string }) {
  const { t } = useTranslation(["region", "common"]);
  const language = useLanguage();
  const { data: actor } = useQuery(sessionQuery);
  const query = useQuery(regionQuery(id));
  const [dialog, setDialog] = useState<"change" | "retire" | undefined>();
  const region = query.data;
  if (query.error && !region) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!region) return <Loading />;
  const name = inLanguage(region.names, language);
  const mayKeep =
    mayDecide(actor) || (mayPropose(actor) && !region.shared && region.organisation === actor?.organisation);
  return (
    <>
      <SideGroup title={name} aside={region.retiredAt === null ? undefined : t("region:retire")}>
        <RegionPreview geometry={region.geometry} label={t("region:preview", { name })} />
      </SideGroup>
      <SideGroup title={t("region:use")}>
        <code className="mono">
          {language === "zh" ? `位于("${region.names.zh}")` : `inside("${region.names.en}")`}
        </code>
      </SideGroup>
      <Facts
        facts={[
          { name: t("region:kind"), value: t(`region:kinds.${region.kind}`) },
          { name: t("region:size"), value: sizeOf(region, language) },
          { name: t("region:positions"), value: formatNumber(region.positions, language) },
          region.breadthM === null
            ? undefined
            : {
                name: t("region:breadth"),
                value: t("region:breadthOf", { m: formatNumber(region.breadthM, language) }),
              },
          { name: t("region:areaCode"), value: region.areaCode },
          { name: t("region:system"), value: region.coordinateSystem },
          { name: t("region:source"), value: region.source },
          { name: t("region:shape"), value: <span className="mono">{shortHash(region.shape)}</span> },
          { name: t("region:pins"), value: formatNumber(region.pins, language) },
        ]}
      />
      {region.roads.length > 0 && (
        <SideGroup title={t("region:roads")}>
          <ul className={styles.roads}>
            {region.roads.map((road, index) => (
              <li key={index}>{road.name}</li>
            ))}
          </ul>
        </SideGroup>
      )}
      <SideGroup title={t("region:versions")}>
        <ul className={styles.roads}>
          {region.versions.map((version) => (
            <li key={version.version}>
              v{version.version} <span className="quiet">{formatInstant(Date.parse(version.madeAt))}</span>{" "}
              <span className="mono faint">{shortHash(version.shape)}</span>
            </li>
          ))}
        </ul>
      </SideGroup>
      {mayKeep && region.retiredAt === null && (
        <Group gap="xs" mt="sm">
          <Button onClick={() => setDialog("change")}>{t("region:change")}</Button>
          <Button onClick={() => setDialog("retire")}>{t("region:retire")}</Button>
        </Group>
      )}
      {dialog === "change" && (
        <RegionDialog region={region} close={() => setDialog(undefined)} onSaved={() => setDialog(undefined)} />
      )}
      {dialog === "retire" && <RetireDialog region={region} close={() => setDialog(undefined)} />}
    </>
  );
}

function RetireDialog({ region, close }: { region: RegionDetail; close(): void }) {
  const { t } = useTranslation(["region", "common"]);
  const language = useLanguage();
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);
  const retire = async (): Promise<void> => {
    try {
      await request(`/regions/${region.id}`, { method: "DELETE" });
      void client.invalidateQueries({ queryKey: ["regions"] });
      void navigate({ to: "/rules/regions", search: {} });
    } catch (cause) {
      setError(cause);
    }
  };
  return (
    <Modal
      opened
      onClose={close}
      title={`${t("region:retire")} · ${inLanguage(region.names, language)}`}
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      <p>{t("region:retireHint")}</p>
      {error !== undefined && (
        <div className={casework.refusal} role="alert">
          <strong>{errorText}</strong>
        </div>
      )}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button onClick={close}>{t("common:cancel")}</Button>
        <Button variant="filled" onClick={() => void retire()}>
          {t("region:retire")}
        </Button>
      </Group>
    </Modal>
  );
}
