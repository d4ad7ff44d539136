import { SANDBOX_TEST_STATES } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { assessmentDraftQuery, relatedCasesQuery, type ProjectReview } from "../../api/reviews.ts";
import type { ProjectDetail } from "../../api/shapes/projects.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { shortHash } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { Panel } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { LeavingPanel } from "./LeavingPanel.tsx";
import { RecordTable } from "./RecordTable.tsx";
import { at, useChoice } from "./words.ts";

/** How the project is doing and where it leads: assessments, cases that followed, what the public sees. */
export function ExitTab({ project, review }: { project: ProjectDetail; review: ProjectReview }) {
  const { t } = useTranslation("review");
  const language = useLanguage();
  const choice = useChoice();
  // A draft is of use where the assessment can be recorded: only while the test goes on.
  const isInTest = SANDBOX_TEST_STATES.some((state) => state === project.state);
  const { data: draft } = useQuery({ ...assessmentDraftQuery(project.id), enabled: isInTest });
  const { data: related } = useQuery(relatedCasesQuery(project.id));
  const { publication } = review;
  const isPublic = publication.enterprise && publication.authority;
  return (
    <>
      <LeavingPanel project={project} />
      {isInTest && draft && (
        <Panel
          title={t("draft")}
          hint={`${at(draft.from)} – ${at(draft.to)}`}
          aside={
            <span className="mono" title={`${t("draftHash")}: ${draft.hash}`}>
              {shortHash(draft.hash)}
            </span>
          }
        >
          {draft.sentences.map((sentence, index) => (
            <p key={index}>{inLanguage(sentence, language)}</p>
          ))}
        </Panel>
      )}
      <RecordTable
        title={t("assessments")}
        heads={[t("assessments"), t("opinion"), t("draftHash"), t("time")]}
        rows={review.assessments.map((each, index) => ({
          key: String(index),
          cells: [
            t(`rating.${each.rating as "continue" | "adjust" | "restrict" | "exit"}`),
            each.opinion,
            each.draft === null ? "" : shortHash(each.draft),
            at(each.at),
          ],
        }))}
      />
      <RecordTable
        title={t("related")}
        heads={[t("caseName"), t("kind"), t("status")]}
        rows={(related?.items ?? []).map((each) => ({
          key: each.id,
          cells: [
            <Link key="case" className="link" to="/cases/$caseId" params={{ caseId: each.id }} search={{}}>
              {inLanguage(each.title, language)}
            </Link>,
            inLanguage(each.kindTitle, language),
            <Tag key="state" tone={each.ended ? "quiet" : "plain"}>
              {inLanguage(each.stateTitle, language)}
            </Tag>,
          ],
        }))}
      />
      <Panel title={t("publication")}>
        <p>
          {isPublic
            ? t("publicationBoth", {
                fields: publication.fields.map(choice).join(language === "zh" ? "、" : ", ") || "–",
              })
            : publication.enterprise || publication.authority
              ? t("publicationOne")
              : t("publicationNone")}{" "}
          {isPublic && (
            <a className="link" href={`/public/projects/${project.id}?lang=${language}`}>
              {t("openRegister")}
            </a>
          )}
        </p>
      </Panel>
    </>
  );
}
