import { IconArrowRight, IconLock, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PossibleAction } from "../api/types.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { ACTION_NAMES, inLanguage, label, type Terms } from "../lib/vocabulary.ts";
import { SideGroup } from "../ui/Panel.tsx";
import { ActionDialog } from "./ActionDialog.tsx";
import { actionTarget } from "./actions.ts";
import styles from "./casework.module.css";

interface ActionsPanelProps {
  /** `/projects/ID` or `/cases/ID`. */
  readonly path: string;
  readonly kind: "sandbox-project" | "hazard-order";
  readonly version: number | undefined;
  readonly actions: readonly PossibleAction[];
  readonly blocked: readonly { readonly name: string; readonly title?: { en: string; zh: string }; readonly missing?: readonly { readonly text: { en: string; zh: string } }[] }[];
  readonly states: Terms;
  onDone(): void;
}

/** What this person may do now, and nothing else. */
export function ActionsPanel({ path, kind, version, actions, blocked, states, onDone }: ActionsPanelProps) {
  const { t } = useTranslation("casework");
  const language = useLanguage();
  const [chosen, setChosen] = useState<PossibleAction>();
  const possible = actions.filter((action) => action.allowed !== false);
  return (
    <SideGroup title={t("now")}>
      {possible.length === 0 && <p className={styles.none}>{t("nothingPossible")}</p>}
      <ul className={styles.actions}>
        {possible.map((action) => {
          const target = actionTarget(kind, action.name);
          return (
            <li key={action.name}>
              <button type="button" className={styles.action} data-danger={target.danger || undefined} onClick={() => setChosen(action)}>
                {action.fourEyes ? <IconUsers size={16} stroke={1.5} aria-hidden /> : <IconArrowRight size={16} stroke={1.5} aria-hidden />}
                <span>
                  <b>{action.title ? inLanguage(action.title, language) : label(ACTION_NAMES, action.name, language)}</b>
                  <small>
                    {target.to.length > 0 ? t("leadsTo", { state: target.to.map((state) => label(states, state, language)).join(" / ") }) : t("staysInState")}
                    {action.fourEyes && ` · ${action.fourEyes.proposedBy ? t("secondPerson") : t("fourEyes")}`}
                  </small>
                </span>
              </button>
            </li>
          );
        })}
        {blocked.map((action) => (
          <li key={action.name} className={styles.blocked}>
            <IconLock size={16} stroke={1.5} aria-hidden />
            <span>
              <b>{action.title ? inLanguage(action.title, language) : label(ACTION_NAMES, action.name, language)}</b>
              <small>{(action.missing ?? []).map((part) => inLanguage(part.text, language)).join(language === "zh" ? "；" : "; ")}</small>
            </span>
          </li>
        ))}
      </ul>
      {chosen && <ActionDialog key={chosen.name} path={path} kind={kind} version={version} action={chosen} states={states} close={() => setChosen(undefined)} onDone={onDone} />}
    </SideGroup>
  );
}
