import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "../../access/use-may.ts";
import { subjectQuery } from "../../api/subject-events.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, parseTime } from "../../lib/format.ts";
import { regionName } from "../../lib/regions.ts";
import { label, SUBJECTS, VEHICLE_STATES } from "../../lib/vocabulary.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { PageHead } from "../../ui/PageHead.tsx";
import { TabBar } from "../../ui/TabBar.tsx";
import { useOrganisationName } from "../../ui/use-organisation-name.ts";
import { Tag } from "../../ui/Tag.tsx";
import { FindingsTab } from "../vehicle/FindingsTab.tsx";
import { EventsTab } from "./EventsTab.tsx";

const route = getRouteApi("/inside/vehicles/$vehicleId");
const TABS = ["findings", "events"] as const;

/** An AI service, an account, a platform: what was found of it, and the records of what it sent. */
export function SubjectPage() {
  const { t } = useTranslation("subject");
  const language = useLanguage();
  const organisationName = useOrganisationName();
  const { vehicleId: id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const may = { findings: useMay("finding", "read"), events: useMay("subjectEvents", "read") };
  const tabs = TABS.filter((name) => may[name]);
  const tab = tabs.find((name) => name === search.tab) ?? tabs[0];
  const query = useQuery(subjectQuery(id));

  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  const subject = query.data;
  if (!subject) return <Loading />;
  const last = parseTime(subject.events?.lastEvent);
  const state = subject.registered ? "registered" : "unregistered";
  return (
    <div className={page.page}>
      <PageHead
        trail={[{ text: label(SUBJECTS, subject.kind, language) }, { text: subject.id, mono: true }]}
        title={subject.name}
        facts={[
          {
            name: t("state"),
            value: <Tag tone={subject.registered ? "plain" : "warn"}>{label(VEHICLE_STATES, state, language)}</Tag>,
          },
          { name: t("organisation"), value: organisationName(subject.organisation) },
          { name: t("region"), value: regionName(subject.region, language) },
          { name: t("lastEvent"), value: last === undefined ? undefined : formatInstant(last) },
        ]}
      />
      {tab !== undefined && (
        <TabBar
          label={t("views")}
          active={tab}
          tabs={tabs.map((name) => ({ name, text: t(`tabs.${name}`) }))}
          onChange={(name) => void navigate({ search: (previous) => ({ ...previous, tab: name }), replace: true })}
        />
      )}
      {tab === "findings" && <FindingsTab vehicleId={id} />}
      {tab === "events" && <EventsTab subject={id} lastEvent={last} />}
    </div>
  );
}
