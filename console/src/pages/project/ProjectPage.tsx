import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, Navigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { projectQuery } from "../../api/queries.ts";
import type { ProjectDetail } from "../../api/shapes/projects.ts";
import { ActionsPanel } from "../../casework/ActionsPanel.tsx";
import { owedNow } from "../../casework/actions.ts";
import { ActionTimeline } from "../../casework/ActionTimeline.tsx";
import { Attachments } from "../../casework/Attachments.tsx";
import { Documents } from "../../casework/Documents.tsx";
import { Migrations } from "../../casework/Migrations.tsx";
import { Obligations } from "../../casework/Obligations.tsx";
import { Proposals } from "../../casework/Proposals.tsx";
import { CodesOfCase, ProgrammeOfForms } from "../../casework/registers.ts";
import { SubjectsOfForms } from "../../casework/SubjectsField.tsx";
import { StageRail } from "../../casework/StageRail.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { codesOfCase, subjectsOf } from "../../lib/codes-of-case.ts";
import { formatInstant, parseTime } from "../../lib/format.ts";
import { isPlanLimit } from "../../lib/limits.ts";
import { presentOf, projectVehicleCount, projectVehicleIds } from "../../lib/project.ts";
import { inLanguage, label, PROJECT_FLAGS, PROJECT_STATES } from "../../lib/vocabulary.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { PageHead } from "../../ui/PageHead.tsx";
import { ProjectStateTag } from "../../ui/StateTags.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { TabBar } from "../../ui/TabBar.tsx";
import { namesOfCase, NamesOfCase } from "../../ui/names-of-case.ts";
import { useOrganisationName } from "../../ui/use-organisation-name.ts";
import { EntryTab } from "./EntryTab.tsx";
import { ExitTab } from "./ExitTab.tsx";
import { MarginsPanel } from "./MarginsPanel.tsx";
import { PlanLimits } from "./PlanLimits.tsx";
import { SupervisionTab } from "./SupervisionTab.tsx";
import { ProjectVehicles } from "./ProjectVehicles.tsx";
import { SuspensionNotice } from "./SuspensionNotice.tsx";
import { useAssessmentDraft } from "./use-assessment-draft.ts";
import { TriggerPanel } from "./TriggerPanel.tsx";
import { useMargins } from "./use-margins.ts";
import { useProjectTriggers } from "./use-project-triggers.ts";

const route = getRouteApi("/inside/projects/$projectId");

/** Actions whose form is the application or the plan as it stands. */
const EDITS: ReadonlySet<string> = new Set(["edit", "editPlan", "signPlan", "amend"]);
const TABS = ["overview", "entry", "supervision", "exit"] as const;

/** One sandbox project: where it stands, what binds it, how near the limits it runs, what was done, what can be done. */
export function ProjectPage() {
  const { projectId } = route.useParams();
  // A finding of tracking rules names the follow-up where one of a test names its project.
  const isFollowUp = projectId.startsWith("fup_");
  const query = useQuery({ ...projectQuery(projectId), enabled: !isFollowUp });
  if (isFollowUp) return <Navigate to="/cases/$caseId" params={{ caseId: projectId }} search={{}} replace />;
  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  return <Project project={query.data} />;
}

function Project({ project }: { project: ProjectDetail }) {
  const { t } = useTranslation(["project", "review", "shell", "common"]);
  const language = useLanguage();
  const organisationName = useOrganisationName();
  const client = useQueryClient();
  const projectId = project.id;
  const { review } = project;
  const { tab = "overview" } = route.useSearch();
  const navigate = route.useNavigate();
  const triggers = useProjectTriggers(project);
  const margins = useMargins(project, triggers.triggers);
  const refresh = (): void => {
    void client.invalidateQueries({ queryKey: ["project", projectId] });
    void client.invalidateQueries({ queryKey: ["projects"] });
    void client.invalidateQueries({ queryKey: ["situation"] });
  };
  const vehicleIds = useMemo(
    () => projectVehicleIds(project.vehicles ?? (project.data?.vehicles as readonly string[] | undefined)),
    [project.vehicles, project.data],
  );
  const subjects = useMemo(() => subjectsOf(project.actions ?? []), [project.actions]);
  const codes = useMemo(
    () => codesOfCase({ obligations: project.obligations, incidents: review?.incidents, subjects }),
    [project.obligations, review, subjects],
  );
  const ofCase = useMemo(
    () => namesOfCase({ vehicles: vehicleIds, names: project.names }),
    [vehicleIds, project.names],
  );
  const { actions, supplied } = useAssessmentDraft(project);
  const since = parseTime(project.since ?? project.updatedAt);
  return (
    <NamesOfCase value={ofCase}>
      <div className={page.page}>
        <PageHead
          trail={[
            { text: t("shell:nav.projects"), to: "/projects" },
            { text: project.id, mono: true },
          ]}
          title={<span className="ellipsis">{inLanguage(project.title, language)}</span>}
          facts={[
            {
              name: t("project:list.state"),
              value: (
                <>
                  <ProjectStateTag state={project.state} />{" "}
                  {(project.flags ?? []).map((flag) => (
                    <Tag key={flag} tone="bad">
                      {label(PROJECT_FLAGS, flag, language)}
                    </Tag>
                  ))}
                </>
              ),
            },
            {
              name: t("project:since"),
              value:
                since === undefined ? undefined : (
                  <span className="num">
                    {formatInstant(since)} {t("common:zone")}
                  </span>
                ),
            },
            {
              name: t("project:list.applicant"),
              value: project.organisation ? organisationName(project.organisation) : project.applicant?.name,
            },
            { name: t("project:list.vehicles"), value: projectVehicleCount(project) },
            {
              name: t("project:findings"),
              value: (
                <Link className="link" to="/findings" search={{ project: project.id }}>
                  {t("project:openFindings")}
                </Link>
              ),
            },
          ]}
        />
        <StageRail state={project.state} rail={project.rail} />
        {review !== undefined && (
          <TabBar
            label={t("review:tabs.label")}
            tabs={TABS.map((name) => ({ name, text: t(`review:tabs.${name}`) }))}
            active={tab}
            onChange={(name) =>
              void navigate({
                search: (previous) => ({ ...previous, tab: name === "overview" ? undefined : name }),
                replace: true,
              })
            }
          />
        )}
        <ProgrammeOfForms value={review?.programme ?? undefined}>
          <div className={page.columns}>
            <div className={page.left}>
              <SuspensionNotice project={project} />
              {tab === "overview" && (
                <>
                  <PlanLimits project={project} margins={margins.items} />
                  <MarginsPanel
                    margins={margins.items.filter((each) => !isPlanLimit(each))}
                    loading={margins.loading}
                  />
                  <ActionTimeline caseId={projectId} records={project.actions ?? []} states={PROJECT_STATES} />
                  <TriggerPanel set={triggers} />
                  <ProjectVehicles project={project} />
                </>
              )}
              {review !== undefined && tab === "entry" && <EntryTab project={project} review={review} />}
              {review !== undefined && tab === "supervision" && <SupervisionTab project={project} review={review} />}
              {review !== undefined && tab === "exit" && <ExitTab project={project} review={review} />}
            </div>
            <aside className={page.side}>
              <CodesOfCase value={codes}>
                <SubjectsOfForms value={vehicleIds}>
                  <ActionsPanel
                    path={`/projects/${projectId}`}
                    kind="sandbox-project"
                    definition={project.definition}
                    version={project.version}
                    actions={actions}
                    suppliedFor={supplied}
                    blocked={project.blockedActions ?? []}
                    proposals={project.proposals ?? []}
                    owed={owedNow(project.obligations ?? [])}
                    states={PROJECT_STATES}
                    isPersonal={vehicleIds.length > 0}
                    presentFor={(action) => (EDITS.has(action) ? presentOf(project) : undefined)}
                    onDone={refresh}
                  />
                </SubjectsOfForms>
              </CodesOfCase>
              <Proposals
                caseId={projectId}
                version={project.version}
                proposals={project.proposals ?? []}
                onDone={refresh}
              />
              <Migrations
                caseId={projectId}
                definition={project.definition}
                version={project.version}
                migrations={project.migrations ?? []}
                onDone={refresh}
              />
              <Obligations obligations={project.obligations ?? []} subjects={subjects} />
              <Documents caseId={projectId} />
              <Attachments caseId={projectId} />
            </aside>
          </div>
        </ProgrammeOfForms>
      </div>
    </NamesOfCase>
  );
}
