import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../access/use-may.ts";
import { caseDefinitionQuery } from "../../api/cases.ts";
import { caseQuery, every, projectQuery, vehicleQuery } from "../../api/queries.ts";
import { ActionsPanel } from "../../casework/ActionsPanel.tsx";
import { owedNow, termsOf } from "../../casework/actions.ts";
import { ActionTimeline } from "../../casework/ActionTimeline.tsx";
import { CaseData } from "../../casework/CaseData.tsx";
import { VehicleLink } from "../../casework/VehicleLink.tsx";
import { Attachments } from "../../casework/Attachments.tsx";
import { Documents } from "../../casework/Documents.tsx";
import { Migrations } from "../../casework/Migrations.tsx";
import { Obligations } from "../../casework/Obligations.tsx";
import { Proposals } from "../../casework/Proposals.tsx";
import { CodesOfCase, ProgrammeOfForms } from "../../casework/registers.ts";
import { SubjectsOfForms } from "../../casework/SubjectsField.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { codesOfCase, subjectsOf } from "../../lib/codes-of-case.ts";
import { formatInstant, parseTime } from "../../lib/format.ts";
import { CASE_STATES, CASE_TYPES, inLanguage, label } from "../../lib/vocabulary.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { PageHead } from "../../ui/PageHead.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { CaseStateTag } from "../../ui/StateTags.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { namesOfCase, NamesOfCase } from "../../ui/names-of-case.ts";
import { useMakerName, useOrganisationName } from "../../ui/use-organisation-name.ts";
import { CaseFindings } from "./CaseFindings.tsx";
import { OpenedCases } from "./OpenedCases.tsx";
import { RecallVehicles } from "./RecallVehicles.tsx";

const NO_VEHICLES: readonly string[] = [];
const route = getRouteApi("/inside/cases/$caseId");

export function CasePage() {
  const { t } = useTranslation(["case", "shell", "common"]);
  const language = useLanguage();
  const makerName = useMakerName();
  const organisationName = useOrganisationName();
  const { caseId } = route.useParams();
  const client = useQueryClient();
  const query = useQuery({ ...caseQuery(caseId), refetchInterval: every(10_000) });
  const order = query.data;
  const vehicleId = order?.vehicle ?? order?.vehicles?.[0];
  const readsVehicles = useMay("vehicleRegister", "read");
  const isNamed = vehicleId !== undefined && order?.names?.[vehicleId] !== undefined;
  const vehicle = useQuery({ ...vehicleQuery(vehicleId ?? ""), enabled: readsVehicles && isNamed });
  const { data: definition } = useQuery(caseDefinitionQuery(order?.kind ?? "", order?.definition));
  const isProject = order?.kind === "sandbox-project";
  const { data: project } = useQuery({ ...projectQuery(caseId), enabled: isProject, refetchInterval: false });
  const subjects = useMemo(() => subjectsOf(order?.actions ?? []), [order?.actions]);
  const codes = useMemo(
    () => codesOfCase({ obligations: order?.obligations, findings: order?.findings, subjects }),
    [order?.obligations, order?.findings, subjects],
  );
  const ofCase = useMemo(
    () => namesOfCase({ vehicles: order?.vehicles, names: order?.names }),
    [order?.vehicles, order?.names],
  );
  if (query.error && !order) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!order) return <Loading />;
  const opened = parseTime(order.openedAt ?? order.createdAt);
  const refresh = (): void => {
    void client.invalidateQueries({ queryKey: ["case", caseId] });
    void client.invalidateQueries({ queryKey: ["cases"] });
    void client.invalidateQueries({ queryKey: ["duties"] });
    void client.invalidateQueries({ queryKey: ["situation"] });
  };
  const states = { ...CASE_STATES, ...termsOf(definition?.states) };
  const findings = [...new Set([...(order.findings ?? []), ...(order.finding ? [order.finding] : [])])];
  return (
    <NamesOfCase value={ofCase}>
      <div className={page.page}>
        <PageHead
          trail={[
            { text: t("shell:nav.cases"), to: "/cases" },
            { text: order.id, mono: true },
          ]}
          title={
            <>
              {order.level ? <SeverityLabel level={order.level} size={18} /> : null}
              <span>
                {order.title
                  ? inLanguage(order.title, language)
                  : label(CASE_TYPES, order.type ?? order.kind, language)}
              </span>
            </>
          }
          facts={[
            {
              name: t("case:list.state"),
              value: (
                <>
                  <CaseStateTag state={order.state} title={order.stateTitle} />{" "}
                  {(order.flags ?? []).map((flag) => (
                    <Tag key={flag} tone={flag === "OVERDUE" ? "bad" : "warn"}>
                      {label(order.flagTitles ?? {}, flag, language)}
                    </Tag>
                  ))}
                </>
              ),
            },
            {
              name: t("case:kind"),
              value: inLanguage(order.kindTitle, language),
            },
            {
              name: t("case:organisation"),
              value: vehicle.data?.maker || !order.organisation ? undefined : organisationName(order.organisation),
            },
            {
              name: t("case:list.vehicle"),
              value: vehicleId ? (
                <VehicleLink id={vehicleId}>{order.vin ?? vehicle.data?.vin ?? vehicleId}</VehicleLink>
              ) : undefined,
            },
            {
              name: t("case:list.maker"),
              value: [makerName(vehicle.data?.maker), vehicle.data?.model].filter(Boolean).join(" · "),
            },
            {
              name: t("case:list.opened"),
              value:
                opened === undefined ? undefined : (
                  <span className="num">
                    {formatInstant(opened)} {t("common:zone")}
                  </span>
                ),
            },
            {
              name: t("case:project"),
              value: order.project ? (
                <Link className="link" to="/projects/$projectId" params={{ projectId: order.project }} search={{}}>
                  {t("case:openProject")}
                </Link>
              ) : undefined,
            },
          ]}
        />
        <ProgrammeOfForms value={project?.review?.programme ?? undefined}>
          <div className={page.columns}>
            <div className={page.left}>
              <CaseData
                fields={order.fields ?? []}
                hidden={order.hiddenFields ?? []}
                subject={order.subject}
                names={order.names}
              />
              <OpenedCases cases={order.opened ?? []} />
              {order.kind === "recall" && order.scope && (
                <RecallVehicles caseId={caseId} version={order.version} scope={order.scope} />
              )}
              <CaseFindings ids={findings} />
              <ActionTimeline
                caseId={caseId}
                records={order.actions ?? []}
                states={states}
                definition={definition}
                names={order.names}
              />
              {findings.length === 0 && (order.actions ?? []).length === 0 && (
                <Panel title={t("case:empty")}>
                  <p className="quiet">{t("case:emptyNext")}</p>
                </Panel>
              )}
            </div>
            <aside className={page.side}>
              <CodesOfCase value={codes}>
                <SubjectsOfForms value={order.vehicles ?? NO_VEHICLES}>
                  <ActionsPanel
                    path={`/cases/${caseId}`}
                    kind={order.kind}
                    definition={order.definition}
                    version={order.version}
                    actions={order.possibleActions ?? []}
                    blocked={order.blockedActions ?? []}
                    proposals={order.proposals ?? []}
                    owed={owedNow(order.obligations ?? [])}
                    states={states}
                    isPersonal={vehicleId !== undefined}
                    onDone={refresh}
                  />
                </SubjectsOfForms>
              </CodesOfCase>
              <Proposals caseId={caseId} version={order.version} proposals={order.proposals ?? []} onDone={refresh} />
              <Migrations
                caseId={caseId}
                definition={order.definition}
                version={order.version}
                migrations={order.migrations ?? []}
                onDone={refresh}
              />
              <Obligations obligations={order.obligations ?? []} subjects={subjects} />
              <Documents caseId={caseId} />
              <Attachments caseId={caseId} />
            </aside>
          </div>
        </ProgrammeOfForms>
      </div>
    </NamesOfCase>
  );
}
