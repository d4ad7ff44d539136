import { bearersOf, sourceIn, type LegalBasis, type RoleCode } from "@sandglass/casework";
import { useTranslation } from "react-i18next";
import type { ActionPreview, DutyChange } from "../api/previews.ts";
import type { PossibleAction } from "../api/shapes/cases.ts";
import type { Bilingual } from "../api/shapes/common.ts";
import { useErrorText } from "../i18n/use-error-text.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { counted } from "../lib/counted.ts";
import { formatInstant } from "../lib/format.ts";
import type { FormValue } from "../lib/json-schema.ts";
import { CERTAINTY, inLanguage, label, type Terms } from "../lib/vocabulary.ts";
import type { ActionTarget } from "./actions.ts";
import styles from "./casework.module.css";
import { useConsequence } from "./use-consequence.ts";
import type { Foreseen } from "./use-preview.ts";
import type { WrongField } from "./wrong-field.ts";

/** In the order in which they are said; what begins, and by when, is listed one by one before them. */
const CHANGES = ["met", "cancelled", "reopened", "moved", "paused", "resumed"] as const satisfies readonly DutyChange[];

/** So many duties that may begin are read at a glance; more are folded. */
const READ_AT_A_GLANCE = 4;

interface ConsequencesProps {
  readonly action: PossibleAction;
  /** What the procedure says of the action, before the form is complete. */
  readonly target: ActionTarget;
  readonly states: Terms;
  readonly foreseen: Foreseen;
  /** The field that the refusal is about. */
  readonly wrong: WrongField | undefined;
  readonly entered: FormValue;
}

/** Of what was chosen, where the case says what its choices rest on: a report to one authority is not owed by another's rule. */
function chosenBasis({ offers = {} }: PossibleAction, entered: FormValue): LegalBasis | undefined {
  return Object.entries(offers)
    .map(([field, choices]) => choices.find(({ code }) => code === entered[field])?.limit?.basis)
    .find((basis) => basis !== undefined);
}

/** What an action comes to: as the procedure has it at first, and as soon as the form is complete, exactly. */
export function Consequences({
  action,
  target,
  states,
  foreseen: { preview, refusal },
  wrong,
  entered,
}: ConsequencesProps) {
  const { t } = useTranslation("casework");
  const language = useLanguage();
  const consequence = useConsequence(states);
  const refused = useErrorText(refusal);
  const basis = chosenBasis(action, entered) ?? target.basis;
  const isRefused = refusal !== undefined && refusal !== null;
  const exact = isRefused ? undefined : preview;
  return (
    <ul className={styles.consequences}>
      {exact === undefined ? (
        <>
          <li aria-live="polite">{consequence(target)}</li>
          <Expected target={target} />
        </>
      ) : (
        <Exact preview={exact} mayOpen={target.mayOpen.length > 0} />
      )}
      {action.fourEyes && <li>{action.fourEyes.proposedBy ? t("secondPerson") : t("fourEyesLong")}</li>}
      {(action.remarks ?? []).map((remark) => (
        <li key={remark.en}>{inLanguage(remark, language)}</li>
      ))}
      {exact === undefined &&
        !isRefused &&
        (action.conditions ?? []).map((condition) => (
          <li key={condition.code}>{t("condition", { text: inLanguage(condition.text, language) })}</li>
        ))}
      {isRefused && (
        <li role="status" className={styles.foreseenRefusal}>
          {t("wouldRefuse", { reason: wrong === undefined ? refused : t("wrongField", { ...wrong }) })}
        </li>
      )}
      {basis && (
        <li className="faint">
          {t("basis", {
            source: `${basis.requirement} ${sourceIn(basis, language)}`,
            certainty: label(CERTAINTY, basis.certainty, language),
          })}
        </li>
      )}
      <li className="faint">{t("recorded")}</li>
    </ul>
  );
}

function useJoined(): (titles: readonly Bilingual[]) => string {
  const language = useLanguage();
  return (titles) => counted(titles.map((each) => inLanguage(each, language))).join(language === "zh" ? "、" : ", ");
}

/** What the procedure says of the action, whatever is entered. */
function Expected({ target }: { readonly target: ActionTarget }) {
  const { t } = useTranslation("casework");
  const joined = useJoined();
  return (
    <>
      {target.documents.length > 0 && <li>{t("issues", { documents: joined(target.documents) })}</li>}
      {target.mayIssue.length > 0 && <li>{t("mayIssue", { documents: joined(target.mayIssue) })}</li>}
      {target.obligations.length > 0 && <li>{t("opens", { obligations: joined(target.obligations) })}</li>}
      {target.mayOpen.length > 0 && (
        <li>
          {target.mayOpen.length <= READ_AT_A_GLANCE ? (
            t("mayOpen", { obligations: joined(target.mayOpen) })
          ) : (
            <details className={styles.folded}>
              <summary>{t("mayOpenCount", { count: target.mayOpen.length })}</summary>
              {joined(target.mayOpen)}
            </details>
          )}
        </li>
      )}
    </>
  );
}

/** What it comes to with what is entered, as the server worked it out. */
function Exact({ preview, mayOpen }: { readonly preview: ActionPreview; readonly mayOpen: boolean }) {
  const { t } = useTranslation("casework");
  const language = useLanguage();
  const joined = useJoined();
  const { how, state, documents, raised, lowered, duties, others, told } = preview;
  const titles = (list: readonly { readonly title: Bilingual }[]): string => joined(list.map(({ title }) => title));
  const roles = (list: readonly { readonly code: RoleCode }[]): string =>
    joined(bearersOf(list.map(({ code }) => code)));
  const opened = duties.filter((each) => each.how === "opened");
  const asWasDue = (change: DutyChange): readonly Bilingual[] =>
    duties
      .filter((each) => each.how === change)
      .map(({ title, dueAt }) => {
        if (change === "met" || change === "cancelled" || dueAt === null) return title;
        const time = formatInstant(Date.parse(dueAt));
        return { en: `${title.en} (${t("due", { time })})`, zh: `${title.zh}（${t("due", { time })}）` };
      });
  return (
    <>
      <li aria-live="polite">
        {how === "proposes"
          ? t("nothingYet")
          : state === null
            ? t("staysInState")
            : t("leadsTo", { state: inLanguage(state.title, language) })}
      </li>
      {documents.length > 0 && <li>{t("issues", { documents: titles(documents) })}</li>}
      {mayOpen && how !== "proposes" && duties.length === 0 && <li>{t("opensNone")}</li>}
      {opened.length > 0 && (
        <li>
          {t("opensDue")}
          <ul className={styles.foreseenDuties}>
            {opened.map(({ code, title, bearers, dueAt, basis, certainty }, index) => (
              <li key={`${code} ${index}`}>
                {inLanguage(title, language)}
                {dueAt !== null && <b className="num"> {t("due", { time: formatInstant(Date.parse(dueAt)) })}</b>}
                <span className="quiet" title={`${basis.requirement} ${sourceIn(basis, language)}`}>
                  {" "}
                  · {roles(bearers)} · {label(CERTAINTY, certainty, language)}
                </span>
              </li>
            ))}
          </ul>
        </li>
      )}
      {CHANGES.filter((change) => duties.some((each) => each.how === change)).map((change) => (
        <li key={change}>{t(`duty.${change}`, { obligations: joined(asWasDue(change)) })}</li>
      ))}
      {raised.length > 0 && <li>{t("raises", { flags: titles(raised) })}</li>}
      {lowered.length > 0 && <li>{t("lowers", { flags: titles(lowered) })}</li>}
      {others.map((other, index) => (
        <li key={index}>
          {t(`others.${other.how}`, {
            kind: inLanguage(other.kind, language),
            title: inLanguage(other.title, language),
            state: inLanguage(other.state, language),
          })}
        </li>
      ))}
      {told.length > 0 && <li>{t("tells", { roles: roles(told) })}</li>}
    </>
  );
}
