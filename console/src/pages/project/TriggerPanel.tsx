import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useQuery } from "@tanstack/react-query";
import { triggersQuery } from "../../api/queries.ts";
import type { ProjectDetail, TriggerSummary } from "../../api/types.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { shortHash } from "../../lib/format.ts";
import { EFFECTS, inLanguage, label } from "../../lib/vocabulary.ts";
import { Panel } from "../../ui/Panel.tsx";
import { SeverityIcon } from "../../ui/Severity.tsx";
import { Tag } from "../../ui/Tag.tsx";
import styles from "./project.module.css";

interface TriggerSetView {
  readonly hash?: string | undefined;
  readonly pack?: string | undefined;
  readonly triggers: readonly TriggerSummary[];
  readonly effects: readonly { readonly trigger: string; readonly effect: string; readonly level?: number }[];
}

function readSet(value: unknown): TriggerSetView {
  if (Array.isArray(value)) return { triggers: value as readonly TriggerSummary[], effects: [] };
  if (typeof value !== "object" || value === null) return { ...(typeof value === "string" ? { hash: value } : {}), triggers: [], effects: [] };
  const set = value as { hash?: string; pack?: string; triggers?: readonly TriggerSummary[]; effects?: TriggerSetView["effects"] };
  return { hash: set.hash, pack: set.pack, triggers: set.triggers ?? [], effects: set.effects ?? [] };
}

/** The triggers that watch the project's vehicles, in plain sentences, with what each of them does. */
export function TriggerPanel({ project }: { project: ProjectDetail }) {
  const { t } = useTranslation("project");
  const language = useLanguage();
  const set = readSet(project.triggerSet ?? project.data?.triggerSet);
  const all = useQuery({ ...triggersQuery, enabled: set.triggers.length === 0 });
  const named = new Set(set.effects.map((effect) => effect.trigger));
  const triggers = set.triggers.length > 0 ? set.triggers : (all.data?.items ?? []).filter((trigger) => (set.pack !== undefined && trigger.pack === set.pack) || named.has(trigger.id));
  const effectOf = (trigger: TriggerSummary): string | undefined => set.effects.find((effect) => effect.trigger === trigger.id)?.effect ?? trigger.effect ?? undefined;
  return (
    <Panel flush title={t("triggers.title")} hint={set.pack} aside={set.hash ? <span className="mono" title={set.hash}>{shortHash(set.hash)}</span> : undefined}>
      <ul className={styles.triggers}>
        {triggers.map((trigger) => {
          const effect = effectOf(trigger);
          const level = trigger.level ?? Math.max(0, ...(trigger.levels ?? []));
          return (
            <li key={`${trigger.id}-${trigger.version}`}>
              <SeverityIcon level={level} size={14} />
              <div>
                <p><Link className="link" to="/rules" search={{ trigger: trigger.id }}><b>{inLanguage(trigger.title, language)}</b></Link> <span className="faint">{trigger.id} v{trigger.version}</span></p>
                {trigger.sentence && <p className="quiet">{inLanguage(trigger.sentence, language)}</p>}
              </div>
              {effect && <Tag tone={effect === "suspend" || effect === "terminate" ? "bad" : effect === "restrict" ? "warn" : "plain"}>{label(EFFECTS, effect, language)}</Tag>}
            </li>
          );
        })}
        {triggers.length === 0 && <li className="faint">{t("triggers.none")}</li>}
      </ul>
    </Panel>
  );
}
