import { bearersOf, sourceIn } from "@sandglass/casework";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Duty } from "../../api/cases.ts";
import { CaseLink } from "../../casework/CaseLink.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatDuration, formatInstant, formatWhen, parseTime } from "../../lib/format.ts";
import { CERTAINTY, inLanguage, label, OBLIGATION_STATUS } from "../../lib/vocabulary.ts";
import { Tag } from "../../ui/Tag.tsx";
import { VehicleName } from "../../ui/VehicleName.tsx";
import { useOrganisationName } from "../../ui/use-organisation-name.ts";
import styles from "./duties.module.css";

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** One duty: due time, what, in which case, for whom, by which rule. */
export function DutyRow({ duty, now }: { duty: Duty; now: number }) {
  const { t } = useTranslation("case");
  const language = useLanguage();
  const organisationName = useOrganisationName();
  const due = parseTime(duty.dueAt);
  return (
    <tr>
      <td className={styles.due}>
        {due === undefined ? (
          <Tag tone="quiet">{label(OBLIGATION_STATUS, "paused", language)}</Tag>
        ) : (
          <>
            <b className="num" data-late={due < now || undefined}>
              {formatInstant(due)}
            </b>
            <small className="faint">
              {due < now
                ? t("overdueBy", { duration: formatDuration(now - due, language) })
                : t("left", { duration: formatDuration(due - now, language) })}
            </small>
          </>
        )}
      </td>
      <td>
        {inLanguage(duty.title, language)}
        {duty.subject?.startsWith("veh_") ? (
          <small className="faint">
            {" "}
            <VehicleName id={duty.subject} />
          </small>
        ) : duty.subject?.startsWith("fnd_") ? (
          <small>
            {" "}
            <Link className="link" to="/findings/$findingId" params={{ findingId: duty.subject }} search={{}}>
              {t("finding")}
            </Link>
          </small>
        ) : (
          // The number of the action that opened it says nothing here; the page of the case says what it is about.
          duty.subject && !UUID.test(duty.subject) && <small className="faint"> {duty.subject}</small>
        )}
      </td>
      <td className={styles.case}>
        <CaseLink id={duty.case.id}>
          <b>{inLanguage(duty.case.title, language)}</b>
        </CaseLink>
        <small className="faint">
          {inLanguage(duty.case.kindTitle, language)} · {inLanguage(duty.case.stateTitle, language)}
          {duty.case.organisation ? ` · ${organisationName(duty.case.organisation)}` : ""}
        </small>
      </td>
      <td className={styles.bearers}>
        {bearersOf(duty.bearers)
          .map((each) => inLanguage(each, language))
          .join(language === "zh" ? "、" : ", ")}
      </td>
      <td title={sourceIn(duty.basis, language)}>
        <span>
          {duty.basis.requirement} {/* Nothing that is not the rule's own text is shown as law. */}
          <Tag tone={duty.certainty === "F" ? "plain" : "unknown"}>{label(CERTAINTY, duty.certainty, language)}</Tag>
        </span>
        <small className="faint">{sourceIn(duty.basis, language)}</small>
      </td>
      <td className="num faint">{formatWhen(duty.nextStep?.at)}</td>
    </tr>
  );
}
