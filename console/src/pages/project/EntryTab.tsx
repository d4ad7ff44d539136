import { SANDBOX_EXAMINERS } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { sessionQuery } from "../../api/queries.ts";
import { expertsQuery, type ProjectReview } from "../../api/reviews.ts";
import type { ProjectDetail } from "../../api/shapes/projects.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatNumber } from "../../lib/format.ts";
import { inLanguage, label, RISK_TIERS } from "../../lib/vocabulary.ts";
import { CertaintyTag } from "../../ui/CertaintyTag.tsx";
import { Facts, Panel } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { useOrganisationName } from "../../ui/use-organisation-name.ts";
import { PastRehearsal } from "./PastRehearsal.tsx";
import { RecordTable } from "./RecordTable.tsx";
import { WrittenPanel } from "./WrittenPanel.tsx";
import { at, useChoice } from "./words.ts";

/** Names of experts for those who may read the committee; to others they are the accounts that acted. */
function useExpertNames(project: ProjectDetail, review: ProjectReview): (id: string) => string {
  const { data: actor } = useQuery(sessionQuery);
  const isExaminer = SANDBOX_EXAMINERS.some((role) => role === actor?.role);
  const { data: experts } = useQuery({ ...expertsQuery, enabled: isExaminer && review.panel.length > 0 });
  const actors = (project.actions ?? []).flatMap(({ actor: each }) => (typeof each === "string" ? [] : [each]));
  return (id) => {
    const acted = actors.find((each) => each.id === id);
    return experts?.items.find((each) => each.id === id)?.name ?? acted?.name ?? acted?.account ?? id;
  };
}

/** Every further party with the moment when it joined; those that are still awaited last. */
function consentsOf({ parties }: ProjectDetail, { consents }: ProjectReview) {
  const joined = consents.map(({ organisation, at: joinedAt }) => ({ organisation, joinedAt }));
  const awaited = (parties ?? [])
    .filter((party) => !consents.some((each) => each.organisation === party.organisation))
    .map(({ organisation }) => ({ organisation, joinedAt: undefined }));
  return [...joined, ...awaited];
}

/** The way into the box: programme, documents, grading, departments, panel, rehearsal. */
export function EntryTab({ project, review }: { project: ProjectDetail; review: ProjectReview }) {
  const { t } = useTranslation("review");
  const language = useLanguage();
  const organisationName = useOrganisationName();
  const choice = useChoice();
  const { programme, strategy, rehearsal } = review;
  const nameOfExpert = useExpertNames(project, review);
  return (
    <>
      <Panel title={t("grade")}>
        {programme === null ? (
          <p className="faint">{t("noProgramme")}</p>
        ) : (
          <Facts
            facts={[
              {
                name: t("programme"),
                value: (
                  <Link
                    className="link"
                    to="/programmes/$programmeId"
                    params={{ programmeId: programme.id }}
                    search={{ version: programme.version }}
                  >
                    {inLanguage(programme.title, language)} · {t("version", { version: programme.version })}
                  </Link>
                ),
              },
              {
                name: t("tier"),
                value: [
                  label(RISK_TIERS, project.riskTier, language),
                  review.grade === null ? undefined : t("points", { count: review.grade.points }),
                ]
                  .filter(Boolean)
                  .join(" · "),
              },
              { name: t("credit"), value: review.credit },
              {
                name: t("factors"),
                value: review.riskFactors.map((each) => inLanguage(each.title, language)).join(" · "),
              },
              strategy === null
                ? undefined
                : {
                    name: t("pace"),
                    value: [
                      t("panelSize", { count: strategy.panelSize }),
                      t("reportEvery", { count: strategy.reportMonths }),
                      t("assessEvery", { count: strategy.assessmentMonths }),
                      strategy.priority ? t("priority") : undefined,
                    ]
                      .filter(Boolean)
                      .join(" · "),
                  },
            ]}
          />
        )}
      </Panel>
      <WrittenPanel project={project} part="application" />
      <RecordTable
        title={t("checklist")}
        heads={[t("document"), t("status"), t("basis")]}
        rows={review.checklist.map((each) => ({
          key: each.code,
          cells: [
            inLanguage(each.title, language),
            <Tag key="state" tone={each.present ? "ok" : each.required ? "bad" : "quiet"}>
              {each.present ? t("present") : each.required ? t("missingRequired") : t("missingOptional")}
            </Tag>,
            <span key="basis">
              <CertaintyTag basis={each.basis} /> <span className="faint">{each.basis.requirement}</span>
            </span>,
          ],
        }))}
      />
      <RecordTable
        title={t("parties")}
        heads={[t("parties"), t("status"), t("time")]}
        rows={consentsOf(project, review).map(({ organisation, joinedAt }) => ({
          key: organisation,
          cells: [
            organisationName(organisation),
            <Tag key="state" tone={joinedAt === undefined ? "warn" : "ok"}>
              {joinedAt === undefined ? t("notJoined") : t("joined")}
            </Tag>,
            joinedAt === undefined ? "" : at(joinedAt),
          ],
        }))}
      />
      <RecordTable
        title={t("opinions")}
        heads={[t("department"), t("opinion"), t("reasons"), t("time")]}
        rows={review.opinions.map((each, index) => ({
          key: `${each.role}-${index}`,
          cells: [
            inLanguage(each.roleTitle, language),
            <Tag key="opinion" tone={each.opinion === "object" ? "warn" : "plain"}>
              {t(`opinionOf.${each.opinion as "agree" | "object" | "noComment"}`)}
            </Tag>,
            each.reasons,
            at(each.at),
          ],
        }))}
      />
      {review.panel.length > 0 && (
        <RecordTable
          title={t("ballots")}
          heads={[t("expert"), t("interest"), t("vote"), t("score"), t("time")]}
          rows={review.panel.map((each) => ({
            key: each.expert,
            cells: [
              nameOfExpert(each.expert),
              each.freeOfInterest ? t("free") : t("interested"),
              each.vote === null ? "" : choice(each.vote),
              each.score === null ? "" : formatNumber(each.score, language, 1),
              at(each.at),
            ],
          }))}
        />
      )}
      <RecordTable
        title={t("results")}
        heads={[t("results"), t("vote"), t("score"), t("opinion"), t("dissents"), t("time")]}
        rows={review.panelResults.map((each, index) => ({
          key: String(index),
          cells: [
            t(`round.${each.round as "admission" | "final"}`),
            t("votes", { for: each.for, against: each.against, abstain: each.abstain }),
            each.score === null ? "" : t("mark", { score: each.score, mark: each.passMark ?? "" }),
            each.opinion,
            each.dissents.map((dissent) => dissent.reasons).join(" · "),
            at(each.at),
          ],
        }))}
      />
      <WrittenPanel project={project} part="plan" />
      <Panel title={t("rehearsal")}>
        {rehearsal === null ? (
          <p className="faint">{t("noRehearsal")}</p>
        ) : (
          <p>
            {t("rehearsalText", {
              kind: t(`rehearsalOf.${rehearsal.kind as "past" | "simulated"}`),
              rows: rehearsal.rows,
              firings: rehearsal.firings,
              failed: rehearsal.failed,
            })}{" "}
            <span className="faint">
              {rehearsal.reference} · {at(rehearsal.at)}
            </span>{" "}
            {!rehearsal.current && <Tag tone="warn">{t("rehearsalOld")}</Tag>}
          </p>
        )}
        {(project.possibleActions ?? []).some((each) => each.name === "rehearse") && (
          <PastRehearsal project={project.id} version={project.version ?? 0} />
        )}
      </Panel>
    </>
  );
}
