import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { haltProofQuery, type HaltProof, type ProjectReview } from "../../api/reviews.ts";
import type { ProjectDetail } from "../../api/shapes/projects.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatNumber } from "../../lib/format.ts";
import { Panel } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { VehicleName } from "../../ui/VehicleName.tsx";
import { OversightPanel } from "./OversightPanel.tsx";
import { RecordTable } from "./RecordTable.tsx";
import { at, useChoice } from "./words.ts";

function VehicleLink({ id }: { id: string }) {
  return (
    <Link className="link" to="/vehicles/$vehicleId" params={{ vehicleId: id }} search={{}}>
      <VehicleName id={id} />
    </Link>
  );
}

/** What is on record while the test runs: whether a halt was obeyed, reports, services, incidents, tolerance, liability. */
export function SupervisionTab({ project, review }: { project: ProjectDetail; review: ProjectReview }) {
  const { t } = useTranslation("review");
  const language = useLanguage();
  const choice = useChoice();
  const hasHalted = (project.actions ?? []).some(({ to }) => to === "SUSPENDED");
  const { data: proof } = useQuery(haltProofQuery(project.id, hasHalted));
  const { participants } = review;
  return (
    <>
      {proof && <HaltPanel proof={proof} />}
      {review.breaches.length > 0 && (
        <RecordTable
          title={t("breaches")}
          heads={[t("vehicle"), t("happened"), t("time")]}
          rows={review.breaches.map((each, index) => ({
            key: String(index),
            cells: [<VehicleLink key="vehicle" id={each.vehicle} />, at(each.seenAt), at(each.at)],
          }))}
        />
      )}
      <RecordTable
        title={t("incidents")}
        heads={[t("kind"), t("what"), t("happened"), ""]}
        rows={review.incidents.map((each) => ({
          key: each.id,
          cells: [
            choice(each.kind),
            each.what,
            at(each.happenedAt),
            t("casualties", { injured: each.injured, dead: each.dead }),
          ],
        }))}
      />
      <RecordTable
        title={t("stageReports")}
        heads={[t("period"), t("time")]}
        rows={review.stageReports.map((each, index) => ({
          key: String(index),
          cells: [`${at(each.from)} – ${at(each.to)}`, at(each.at)],
        }))}
      />
      <OversightPanel review={review} />
      <RecordTable
        title={t("contacts")}
        heads={[t("kind"), t("what"), "", t("time")]}
        rows={review.contacts.map((each, index) => ({
          key: String(index),
          cells: [choice(each.kind), each.note, each.requested ? t("requested") : t("provided"), at(each.at)],
        }))}
      />
      <RecordTable
        title={t("tolerances")}
        hint={t("toleranceHint")}
        heads={[t("matter"), t("effect"), t("scope"), t("expires"), t("time")]}
        rows={review.tolerances.map((each, index) => ({
          key: String(index),
          cells: [choice(each.matter), choice(each.effect), each.scope, at(each.expiresAt), at(each.at)],
        }))}
      />
      <RecordTable
        title={t("liabilities")}
        heads={[t("claim"), t("status"), t("amount"), t("time")]}
        rows={review.liabilities.map((each, index) => ({
          key: String(index),
          cells: [
            each.claim,
            choice(each.status),
            each.amount === null ? "" : formatNumber(each.amount, language),
            at(each.at),
          ],
        }))}
      />
      <Panel title={t("participants")}>
        <p className={participants === null ? "faint" : undefined}>
          {participants === null ? t("none") : t("participantsText", { ...participants })}
        </p>
      </Panel>
    </>
  );
}

function HaltPanel({ proof }: { proof: HaltProof }) {
  const { t } = useTranslation("review");
  const language = useLanguage();
  return (
    <RecordTable
      title={t("halt")}
      hint={[
        `${at(proof.since)} – ${proof.until === null ? t("haltLasts") : at(proof.until)}`,
        t("haltHint", { seconds: proof.graceMs / 1000 }),
        proof.through === null ? undefined : t("haltThrough", { time: at(proof.through) }),
        proof.left > 0 ? t("left", { count: proof.left }) : undefined,
      ]
        .filter(Boolean)
        .join(" · ")}
      heads={[t("vehicle"), t("status"), t("frames"), t("lastMoving")]}
      rows={proof.vehicles.map((each) => ({
        key: each.vehicle,
        cells: [
          <VehicleLink key="vehicle" id={each.vehicle} />,
          <Tag key="verdict" tone={each.verdict === "moved" ? "bad" : each.verdict === "standing" ? "ok" : "unknown"}>
            {t(`haltOf.${each.verdict}`)}
          </Tag>,
          formatNumber(each.frames, language),
          at(each.lastMovingAt),
        ],
      }))}
    />
  );
}
