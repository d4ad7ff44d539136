import { Button } from "@mantine/core";
import { isRoleCode } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { IconEye } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sessionQuery, vehicleCountsQuery, vehicleQuery, every } from "../../api/queries.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { freshnessOf } from "../../lib/fleet.ts";
import { parseTime } from "../../lib/format.ts";
import { regionName } from "../../lib/regions.ts";
import { tabsOfVehicle } from "../../lib/tabs-of-vehicle.ts";
import { ASSURANCE, label, POWERTRAINS, VEHICLE_STATES } from "../../lib/vocabulary.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import { Freshness } from "../../ui/Freshness.tsx";
import page from "../../ui/page.module.css";
import { PageHead } from "../../ui/PageHead.tsx";
import { TabBar } from "../../ui/TabBar.tsx";
import { useMakerName, useOrganisationName } from "../../ui/use-organisation-name.ts";
import { Tag } from "../../ui/Tag.tsx";
import { useAgo } from "../../ui/use-ago.ts";
import { useNow } from "../../ui/use-now.ts";
import { CommandsTab } from "./CommandsTab.tsx";
import { ConformanceTab } from "./ConformanceTab.tsx";
import { FindingsTab } from "./FindingsTab.tsx";
import { FramesTab } from "./FramesTab.tsx";
import { RangeControl } from "./RangeControl.tsx";
import { RulesTab } from "./RulesTab.tsx";
import { SignalsTab } from "./SignalsTab.tsx";
import { UnmaskDialog } from "./UnmaskDialog.tsx";

const route = getRouteApi("/inside/vehicles/$vehicleId");

export function VehiclePage() {
  const { t } = useTranslation(["vehicle", "shell"]);
  const language = useLanguage();
  const makerName = useMakerName();
  const organisationName = useOrganisationName();
  const ago = useAgo();
  const { vehicleId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = useNow(1000);
  const { data: actor } = useQuery(sessionQuery);
  const tabs = actor && isRoleCode(actor.role) ? tabsOfVehicle(actor.role) : [];
  const tab = tabs.find((name) => name === (search.tab ?? "signals")) ?? tabs[0];
  const query = useQuery({ ...vehicleQuery(vehicleId), refetchInterval: every(10_000) });
  // Telemetry has rights of its own: nothing of it is asked for where nothing of it is shown.
  const telemetry = tab === "signals" || tab === "frames";
  const counts = useQuery({ ...vehicleCountsQuery(vehicleId), enabled: telemetry });
  const [asking, setAsking] = useState(false);
  const [vin, setVin] = useState<{ id: string; vin: string }>();

  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  const vehicle = query.data;
  if (!vehicle) return <Loading />;
  const shown = vin?.id === vehicleId ? vin.vin : vehicle.vin;
  // Telemetry has rights of its own: whoever may not read its counts may not read samples and frames either.
  const refused = counts.error !== null && counts.data === undefined;
  const seen = parseTime(vehicle.lastSeenAt);
  return (
    <div className={page.page}>
      <PageHead
        trail={[
          { text: t("shell:nav.vehicles"), to: "/vehicles" },
          { text: vehicle.id, mono: true },
        ]}
        title={<span className="mono">{shown}</span>}
        summary={[makerName(vehicle.maker), vehicle.model].filter(Boolean).join(" · ")}
        facts={[
          {
            name: t("vehicle:freshness"),
            value: (
              <>
                <Freshness value={freshnessOf(vehicle, now)} />
                {seen !== undefined && <span className="quiet"> {ago(Math.max(0, now - seen))}</span>}
              </>
            ),
          },
          {
            name: t("vehicle:state"),
            value: (
              <Tag tone={vehicle.state === "unregistered" ? "warn" : "plain"}>
                {label(VEHICLE_STATES, vehicle.state, language)}
              </Tag>
            ),
          },
          {
            name: t("vehicle:organisation"),
            value: vehicle.organisation ? organisationName(vehicle.organisation) : undefined,
          },
          { name: t("vehicle:region"), value: regionName(vehicle.region, language) },
          { name: t("vehicle:powertrain"), value: label(POWERTRAINS, vehicle.powertrain, language) },
          { name: t("vehicle:edition"), value: vehicle.edition },
          { name: t("vehicle:assurance"), value: label(ASSURANCE, vehicle.assurance, language) },
        ]}
        actions={
          shown === vehicle.vin &&
          shown.includes("*") && (
            <Button leftSection={<IconEye size={14} stroke={1.5} aria-hidden />} onClick={() => setAsking(true)}>
              {t("vehicle:unmask.button")}
            </Button>
          )
        }
      />
      {tab !== undefined && (
        <TabBar
          label={t("vehicle:views")}
          active={tab}
          tabs={tabs.map((name) => ({ name, text: t(`vehicle:tabs.${name}`) }))}
          onChange={(name) =>
            void navigate({
              search: (previous) => ({ ...previous, tab: name === "signals" ? undefined : name }),
              replace: true,
            })
          }
        >
          {tab === "signals" && <RangeControl />}
        </TabBar>
      )}
      {telemetry && refused && <Refused error={counts.error} retry={() => void counts.refetch()} />}
      {tab === "signals" && !refused && <SignalsTab vehicleId={vehicleId} counts={counts.data} />}
      {tab === "frames" && !refused && <FramesTab vehicleId={vehicleId} counts={counts.data} />}
      {tab === "conformance" && <ConformanceTab vehicleId={vehicleId} />}
      {tab === "rules" && <RulesTab vehicleId={vehicleId} />}
      {tab === "findings" && <FindingsTab vehicleId={vehicleId} />}
      {tab === "commands" && <CommandsTab vehicle={vehicle} />}
      <UnmaskDialog
        vehicleId={vehicleId}
        opened={asking}
        close={() => setAsking(false)}
        onVin={(value) => setVin({ id: vehicleId, vin: value })}
      />
    </div>
  );
}
