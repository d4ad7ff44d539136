import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { EventDetail, EventRow } from "../../api/shapes/subjects.ts";
import { eventQuery, eventsQuery } from "../../api/subject-events.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { readBody } from "../../lib/event-body.ts";
import { formatDuration, formatInstant, formatNumber, formatTime } from "../../lib/format.ts";
import { ASSURANCE, DISPOSITIONS, label } from "../../lib/vocabulary.ts";
import { AroundBar } from "../../ui/AroundBar.tsx";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { Facts, SideGroup } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { useInstant } from "../../ui/use-instant.ts";
import styles from "./subject.module.css";

const route = getRouteApi("/inside/vehicles/$vehicleId");
const NO_EVENTS: readonly EventRow[] = [];

/** The records of what a subject sent around an instant, and one of them as it came. */
export function EventsTab({ subject, lastEvent }: { subject: string; lastEvent: number | undefined }) {
  const { t } = useTranslation(["subject", "common"]);
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { middle, range, toNewest } = useInstant(search.at, lastEvent);
  const list = useQuery({ ...eventsQuery(subject, range), enabled: middle !== undefined });
  const rows = list.data?.items ?? NO_EVENTS;
  const seq = search.frame ?? rows.at(0)?.seq;
  const event = useQuery({ ...eventQuery(subject, seq ?? ""), enabled: seq !== undefined });
  const columns = useMemo<Column<EventRow>[]>(
    () => [
      {
        id: "time",
        header: t("subject:events.time"),
        width: "82px",
        render: ({ time }) => (
          <span className="num" title={formatInstant(Date.parse(time))}>
            {formatTime(Date.parse(time))}
          </span>
        ),
      },
      {
        id: "delay",
        header: t("subject:events.delay"),
        width: "92px",
        align: "right",
        render: ({ time, receivedAt }) => (
          <span className="quiet">
            +{formatDuration(Math.max(0, Date.parse(receivedAt) - Date.parse(time)), language)}
          </span>
        ),
      },
      {
        id: "name",
        header: t("subject:events.name"),
        width: "minmax(160px, 1fr)",
        render: ({ name }) => <span className="mono">{name}</span>,
      },
      {
        id: "value",
        header: t("subject:events.value"),
        width: "92px",
        align: "right",
        render: ({ value }) => (value === null ? "" : formatNumber(value, language, 3)),
      },
      {
        id: "disposition",
        header: t("subject:events.disposition"),
        width: "84px",
        render: ({ disposition }) =>
          disposition === "accepted" ? "" : <Tag tone="warn">{label(DISPOSITIONS, disposition, language)}</Tag>,
      },
    ],
    [t, language],
  );
  const nothing = <Empty title={t("subject:events.empty")} next={t("subject:events.emptyNext")} />;
  if (middle === undefined) return nothing;
  return (
    <div className={page.columns}>
      <div className={`${page.chooser} ${styles.events}`}>
        <AroundBar
          middle={middle}
          range={range}
          list={`/subjects/${subject}/events`}
          onNewest={() => {
            toNewest();
            void navigate({ search: (previous) => ({ ...previous, at: undefined, frame: undefined }), replace: true });
          }}
        />
        {list.error && !list.data ? (
          <Refused error={list.error} retry={() => void list.refetch()} />
        ) : !list.data ? (
          <Loading />
        ) : (
          <DataTable
            label={t("subject:tabs.events")}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.seq}
            rowHeight={26}
            selected={seq}
            onOpen={(row) => void navigate({ search: (previous) => ({ ...previous, frame: row.seq }), replace: true })}
            empty={nothing}
          />
        )}
      </div>
      <div className={styles.viewer}>
        {event.error ? (
          <Refused error={event.error} retry={() => void event.refetch()} />
        ) : event.data ? (
          <OneEvent event={event.data} />
        ) : seq === undefined ? (
          <Empty title={t("subject:events.choose")} />
        ) : (
          <Loading />
        )}
      </div>
    </div>
  );
}

function OneEvent({ event }: { event: EventDetail }) {
  const { t } = useTranslation("subject");
  const language = useLanguage();
  return (
    <>
      <SideGroup title={<span className="mono">{event.name}</span>} aside={`#${event.seq}`}>
        <Facts
          facts={[
            { name: t("events.time"), value: formatInstant(Date.parse(event.time)) },
            { name: t("events.receivedAt"), value: formatInstant(Date.parse(event.receivedAt)) },
            {
              name: t("events.value"),
              value: event.value === null ? undefined : formatNumber(event.value, language, 6),
            },
            { name: t("events.source"), value: event.source },
            { name: t("events.format"), value: event.format },
            { name: t("events.assurance"), value: label(ASSURANCE, event.assurance, language) },
          ]}
        />
      </SideGroup>
      <SideGroup title={t("events.attributes")}>
        <pre tabIndex={0}>{JSON.stringify(event.attributes, undefined, 2)}</pre>
      </SideGroup>
      <SideGroup title={t("events.body")}>
        <pre tabIndex={0}>{readBody(event.raw)}</pre>
      </SideGroup>
    </>
  );
}
