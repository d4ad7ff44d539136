import { useTranslation } from "react-i18next";
import { ApiError } from "../api/client.ts";
import type { CaseDefinition } from "../api/cases.ts";
import type { ActorRef, Bilingual } from "../api/shapes/common.ts";
import { useErrorText } from "../i18n/use-error-text.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatInstant } from "../lib/format.ts";
import { ACTION_NAMES, inLanguage, label } from "../lib/vocabulary.ts";
import { ActorName } from "./ActorName.tsx";
import styles from "./casework.module.css";
import { Differences, type Difference } from "./Differences.tsx";
import type { WrongField } from "./wrong-field.ts";

interface Change {
  readonly sequence: number;
  readonly title: Bilingual;
  readonly at: string;
  readonly by: ActorRef;
}
const listOf = <Item,>(value: unknown): readonly Item[] => (Array.isArray(value) ? (value as readonly Item[]) : []);

interface RefusalProps {
  readonly error: unknown;
  readonly definition: CaseDefinition | undefined;
  /** The field of the form that it is about. */
  readonly wrong?: WrongField | undefined;
}

/** Why an action was refused: what is possible instead, or what changed since the page was read. */
export function Refusal({ error, definition, wrong }: RefusalProps) {
  const { t } = useTranslation(["casework", "common"]);
  const language = useLanguage();
  const said = useErrorText(error);
  const text = wrong === undefined ? said : t("casework:wrongField", { ...wrong });
  const joint = language === "zh" ? "、" : ", ";
  if (!(error instanceof ApiError)) return <strong>{text}</strong>;
  const changes = listOf<Change>(error.parameters.changes);
  const differences = listOf<Difference>(error.parameters.differences);
  // An action that is still offered was refused for what was entered: naming all others helps nobody.
  // So was one that a condition stands against where nothing else can be done: the case is not there yet.
  const isInputAtFault =
    (error.possible?.some((name) => name === error.parameters.action) ?? false) ||
    (error.possible?.length === 0 && typeof error.parameters.guard === "string");
  const nameOf = (name: string): string => {
    const title = definition?.actions.find((each) => each.name === name)?.title;
    return title ? inLanguage(title, language) : label(ACTION_NAMES, name, language);
  };
  return (
    <>
      <strong>{text}</strong>
      <code>
        {error.code}
        {error.requestId ? ` · ${error.requestId}` : ""}
      </code>
      {error.possible !== undefined && !isInputAtFault && (
        <span>
          {error.possible.length > 0
            ? t("casework:possibleNow", { actions: error.possible.map(nameOf).join(joint) })
            : t("casework:nothingPossible")}
        </span>
      )}
      {changes.length > 0 && (
        <ul className={styles.consequences} aria-label={t("casework:changedSince")}>
          {changes.map((change) => (
            <li key={change.sequence}>
              <span className="num">{formatInstant(Date.parse(change.at))}</span> {inLanguage(change.title, language)} ·{" "}
              <ActorName actor={change.by} />
            </li>
          ))}
        </ul>
      )}
      <Differences differences={differences} definition={definition} title={t("casework:differs")} />
      {changes.length > 0 && <span>{t("casework:confirmAgain")}</span>}
    </>
  );
}
