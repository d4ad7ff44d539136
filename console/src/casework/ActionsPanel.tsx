import { IconArrowRight, IconLock, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { caseDefinitionQuery } from "../api/cases.ts";
import { request } from "../api/client.ts";
import type { BlockedAction, CaseProposal, PossibleAction } from "../api/shapes/cases.ts";
import { useLanguage } from "../i18n/use-language.ts";
import type { FormValue } from "../lib/json-schema.ts";
import { ACTION_NAMES, inLanguage, label, type Terms } from "../lib/vocabulary.ts";
import { SideGroup } from "../ui/Panel.tsx";
import { ActionDialog } from "./ActionDialog.tsx";
import { actionTarget, rankOf, termsOf } from "./actions.ts";
import styles from "./casework.module.css";
import { useConsequence } from "./use-consequence.ts";

interface ActionsPanelProps {
  /** `/projects/ID` or `/cases/ID`. */
  readonly path: string;
  readonly kind: string;
  /** Version of the procedure that the case runs under; the newest when absent. */
  readonly definition?: number | undefined;
  readonly version: number | undefined;
  readonly actions: readonly PossibleAction[];
  readonly blocked: readonly BlockedAction[];
  /** Codes of the duties that are open: what fulfils one comes first. */
  readonly owed: readonly string[];
  /** What waits for a second person: who confirms starts from what was proposed. */
  readonly proposals: readonly CaseProposal[];
  /** Names of states where the procedure's own are not there yet. */
  readonly states: Terms;
  /** The case is about a vehicle, and so about a person. */
  readonly isPersonal?: boolean;
  /** What the case has already of the fields of an action that edits it. */
  presentFor?(action: string): FormValue | undefined;
  /** What the page itself adds to the input of an action: it is sent as it stands then, and nobody types it. */
  suppliedFor?(action: string): FormValue | undefined;
  onDone(): void;
}

/** Fields of the form that have a value already: of the case, and of the proposal that this person would confirm. */
function filledIn({ name, present: taken, fourEyes }: PossibleAction, props: ActionsPanelProps): FormValue | undefined {
  const present = props.presentFor?.(name) ?? taken ?? undefined;
  const proposal = fourEyes?.proposedBy ? props.proposals.find((each) => each.name === name) : undefined;
  return proposal === undefined ? present : { ...present, ...(proposal.input as FormValue) };
}

/** So many actions are shown before the rest is folded away. */
const SHOWN = 6;
/** Fewer than these are not worth folding away. */
const FOLDED = 2;

/** What this person may do now, and nothing else: what moves the case first, what keeps its state after it. */
export function ActionsPanel(props: ActionsPanelProps) {
  const { path, kind, version, actions, blocked, onDone } = props;
  const { t } = useTranslation("casework");
  const language = useLanguage();
  const { data: definition } = useQuery(caseDefinitionQuery(kind, props.definition));
  const states = { ...props.states, ...termsOf(definition?.states) };
  const consequence = useConsequence(states);
  const [chosen, setChosen] = useState<PossibleAction>();
  const [all, setAll] = useState(false);
  const allowed = actions.filter((action) => action.allowed !== false);
  const isShort = allowed.length <= SHOWN + FOLDED;
  const possible = allowed
    .map((action, order) => ({ action, order, target: actionTarget(definition, action, {}, props.owed) }))
    .sort((a, b) => rankOf(a.target, isShort) - rankOf(b.target, isShort) || a.order - b.order);
  const hidden = Math.max(0, possible.length - SHOWN) + blocked.length;
  const shown = all || hidden <= FOLDED ? possible : possible.slice(0, SHOWN);
  return (
    <SideGroup title={t("now")}>
      {possible.length === 0 && <p className={styles.none}>{t("nothingPossible")}</p>}
      <ul className={styles.actions}>
        {shown.map(({ action, target }) => (
          <li key={action.name}>
            <button
              type="button"
              className={styles.action}
              data-danger={target.danger || undefined}
              onClick={() => setChosen(action)}
            >
              {action.fourEyes ? (
                <IconUsers size={16} stroke={1.5} aria-hidden />
              ) : (
                <IconArrowRight size={16} stroke={1.5} aria-hidden />
              )}
              <span>
                <b>{action.title ? inLanguage(action.title, language) : label(ACTION_NAMES, action.name, language)}</b>
                <small>
                  {definition !== undefined && consequence(target)}
                  {action.fourEyes && ` · ${action.fourEyes.proposedBy ? t("secondPerson") : t("fourEyes")}`}
                </small>
              </span>
            </button>
          </li>
        ))}
        {(all || hidden <= 2) &&
          blocked.map((action) => (
            <li key={action.name} className={styles.blocked}>
              <IconLock size={16} stroke={1.5} aria-hidden />
              <span>
                <b>{action.title ? inLanguage(action.title, language) : label(ACTION_NAMES, action.name, language)}</b>
                <ul className={styles.lacking}>
                  {(action.missing ?? []).map((part) => (
                    <li key={part.code}>{inLanguage(part.text, language)}</li>
                  ))}
                </ul>
              </span>
            </li>
          ))}
        {hidden > FOLDED && (
          <li>
            <button type="button" className={styles.more} aria-expanded={all} onClick={() => setAll((value) => !value)}>
              {all ? t("fewer") : t("more", { count: hidden })}
            </button>
          </li>
        )}
      </ul>
      {chosen && (
        <ActionDialog
          key={chosen.name}
          draftPath={`/cases/${path.split("/")[2] ?? ""}`}
          version={version}
          action={allowed.find(({ name }) => name === chosen.name) ?? chosen}
          definition={definition}
          states={states}
          present={filledIn(chosen, props)}
          isPersonal={props.isPersonal}
          send={(input, seen, purpose) =>
            request(`${path}/actions/${chosen.name}`, {
              method: "POST",
              body: { version: seen, purpose, input: { ...input, ...props.suppliedFor?.(chosen.name) } },
            })
          }
          close={() => setChosen(undefined)}
          onDone={onDone}
        />
      )}
    </SideGroup>
  );
}
