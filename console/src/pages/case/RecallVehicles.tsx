import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { RECALL_STATUSES, recallVehiclesQuery, type RecallStatus } from "../../api/recalls.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, formatNumber } from "../../lib/format.ts";
import { regionName } from "../../lib/regions.ts";
import page from "../../ui/page.module.css";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { Panel } from "../../ui/Panel.tsx";

export type RecallScope = { readonly [Status in RecallStatus]: number };

interface RecallVehiclesProps {
  readonly caseId: string;
  readonly version: number | undefined;
  readonly scope: RecallScope;
}

/** The vehicles that a recall reaches, by what became of them; VINs stay masked. */
export function RecallVehicles({ caseId, version, scope }: RecallVehiclesProps) {
  const { t } = useTranslation(["case", "common"]);
  const language = useLanguage();
  const [status, setStatus] = useState<RecallStatus>("outstanding");
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const { data } = useQuery(recallVehiclesQuery(caseId, version, status, cursors.at(-1)));
  const next = data?.next;
  if (RECALL_STATUSES.every((each) => scope[each] === 0)) return null;
  return (
    <Panel
      flush
      title={t("case:recall.vehicles")}
      aside={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t("case:recall.vehicles")}
            value={status}
            data={RECALL_STATUSES.map((value) => ({
              value,
              label: `${t(`case:recall.status.${value}`)} ${formatNumber(scope[value], language)}`,
            }))}
            onChange={(value) => {
              setStatus(value as RecallStatus);
              setCursors([]);
            }}
          />
          <ExportMenu list={`/cases/${caseId}/recall-vehicles`} filter={{ status }} isSmall />
        </>
      }
    >
      <div className={page.scroll}>
        <table className={page.table}>
          <thead>
            <tr>
              <th>{t("case:list.vehicle")}</th>
              <th>{t("case:recall.model")}</th>
              <th>{t("case:recall.region")}</th>
              <th>
                {t("case:recall.remediedAt")} ({t("common:zone")})
              </th>
            </tr>
          </thead>
          <tbody>
            {(data?.items ?? []).map((row) => (
              <tr key={row.vehicle}>
                <td>
                  <Link className="link mono" to="/vehicles/$vehicleId" params={{ vehicleId: row.vehicle }} search={{}}>
                    {row.vinMasked}
                  </Link>
                </td>
                <td>{row.model}</td>
                <td>{regionName(row.region, language)}</td>
                <td className="num">{row.remediedAt === null ? "" : formatInstant(Date.parse(row.remediedAt))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {(cursors.length > 0 || typeof next === "string") && (
        <Button.Group>
          <Button variant="subtle" disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
            {t("case:recall.before")}
          </Button>
          <Button
            variant="subtle"
            disabled={typeof next !== "string"}
            onClick={() => typeof next === "string" && setCursors([...cursors, next])}
          >
            {t("case:recall.after")}
          </Button>
        </Button.Group>
      )}
    </Panel>
  );
}
