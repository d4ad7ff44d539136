import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { sessionQuery, triggersQuery } from "../../api/queries.ts";
import { checkQuery, packsQuery, publicationsQuery, type Publication } from "../../api/rules.ts";
import type { TriggerSummary } from "../../api/types.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { signalName } from "../../lib/finding.ts";
import { shortHash } from "../../lib/format.ts";
import { mayPropose } from "../../lib/rule-rights.ts";
import { CERTAINTY, EFFECTS, inLanguage, label } from "../../lib/vocabulary.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import page from "../../ui/page.module.css";
import { SeverityIcon } from "../../ui/Severity.tsx";
import { Tag } from "../../ui/Tag.tsx";
import styles from "./rules.module.css";

const route = getRouteApi("/inside/rules");

/** The published triggers by pack: the sentence in the reader's language, the text, the basis and how sure it is. */
export function RulesPage() {
  const { t } = useTranslation(["rule", "common"]);
  const { trigger: wanted } = route.useSearch();
  const query = useQuery(triggersQuery);
  const { data: actor } = useQuery(sessionQuery);
  useEffect(() => {
    if (wanted !== undefined && query.data)
      document.getElementById(`trigger-${wanted}`)?.scrollIntoView({ block: "start" });
  }, [wanted, query.data]);
  const language = useLanguage();
  // Not everybody may see which packs there are: then their ids have to do.
  const { data: known } = useQuery(packsQuery);
  const packOf = new Map((known?.items ?? []).map((pack) => [pack.id, pack]));
  // "available" says nothing: the configuration and projects can name a pack that nobody installed.
  const stateOf = (name: string): string => {
    const state = packOf.get(name)?.state;
    return state === undefined || state === "available" ? "" : ` · ${t(`rule:packState.${state}`)}`;
  };
  const published = useQuery(publicationsQuery);
  const inForce = (published.data?.items ?? []).filter(({ endedAt }) => endedAt === null);
  const packs = new Map<string, TriggerSummary[]>();
  for (const trigger of query.data?.items ?? []) {
    const name = trigger.pack ?? "";
    packs.set(name, [...(packs.get(name) ?? []), trigger]);
  }
  // What rests on the text of a rule first, then the small packs.
  const rank = (triggers: readonly TriggerSummary[]): number =>
    triggers.some((trigger) => trigger.certainty === "F") ? 0 : 1;
  const ordered = [...packs].sort(([, a], [, b]) => rank(a) - rank(b) || a.length - b.length);
  return (
    <div className={page.page}>
      <FilterBar title={t("rule:title")} count={t("common:items", { count: query.data?.items.length ?? 0 })}>
        {mayPropose(actor) && (
          <Link className="link" to="/rules/drafts" search={{}}>
            {t("rule:drafts")}
          </Link>
        )}
        <Link className="link" to="/rules/regions" search={{}}>
          {t("rule:regions")}
        </Link>
      </FilterBar>
      {query.error && !query.data ? (
        <Refused error={query.error} retry={() => void query.refetch()} />
      ) : !query.data ? (
        <Loading />
      ) : packs.size + inForce.length === 0 ? (
        <Empty title={t("rule:empty")} next={t("rule:emptyNext")} />
      ) : (
        <div className={page.left}>
          {inForce.length > 0 && (
            <section className={styles.pack}>
              <h2>
                {t("rule:publications")} <span className="quiet">{t("common:items", { count: inForce.length })}</span>
              </h2>
              {inForce.map((publication) => (
                <PublishedRules key={publication.id} publication={publication} wanted={wanted} />
              ))}
            </section>
          )}
          {ordered.map(([name, triggers]) => (
            <section key={name} className={styles.pack}>
              <h2>
                {name === "" ? t("rule:unnamedPack") : (packOf.get(name)?.title[language] ?? name)}{" "}
                <span className="quiet">
                  {packOf.has(name) && <span className="mono">{name}</span>}{" "}
                  {t("common:items", { count: triggers.length })}
                  {stateOf(name)}
                </span>
              </h2>
              {triggers.map((trigger) => (
                <TriggerCard
                  key={`${trigger.id}-${trigger.version}`}
                  trigger={trigger}
                  selected={trigger.id === wanted}
                />
              ))}
            </section>
          ))}
        </div>
      )}
    </div>
  );
}

/** The triggers of a text that was put in force from a draft. */
function PublishedRules({ publication, wanted }: { publication: Publication; wanted: string | undefined }) {
  const { data } = useQuery({ ...checkQuery(publication.text), placeholderData: undefined });
  return (data?.triggers ?? []).map((trigger) => (
    <TriggerCard key={trigger.id} trigger={trigger} selected={trigger.id === wanted} draft={publication.draft} />
  ));
}

function TriggerCard({
  trigger,
  selected,
  draft,
}: {
  trigger: TriggerSummary;
  selected: boolean;
  /** That it was published from. */
  draft?: string;
}) {
  const { t } = useTranslation("rule");
  const language = useLanguage();
  const levels = trigger.levels ?? (trigger.level === undefined ? [] : [trigger.level]);
  const other = language === "zh" ? "en" : "zh";
  return (
    <article id={`trigger-${trigger.id}`} className={styles.card} data-selected={selected || undefined}>
      <header>
        {levels.map((level) => (
          <SeverityIcon key={level} level={level} size={15} />
        ))}
        <h3>{inLanguage(trigger.title, language)}</h3>
        <span className="faint">{trigger.title[other]}</span>
        <span className="mono quiet">
          {trigger.id} v{trigger.version}
        </span>
        {trigger.effect && <Tag>{label(EFFECTS, trigger.effect, language)}</Tag>}
        <Link className="link" to="/findings" search={{ trigger: trigger.id }}>
          {t("findings")}
        </Link>
        {draft !== undefined && (
          <Link className="link" to="/rules/drafts/$draftId" params={{ draftId: draft }} search={{ tab: "govern" }}>
            {t("draft")}
          </Link>
        )}
      </header>
      <div className={styles.body}>
        <div>
          {trigger.sentence && <p>{inLanguage(trigger.sentence, language)}</p>}
          {trigger.sentence && (
            <p className="faint" lang={other === "zh" ? "zh-CN" : "en"}>
              {trigger.sentence[other]}
            </p>
          )}
          <dl className={styles.facts}>
            {trigger.basis && (
              <div>
                <dt>{t("basis")}</dt>
                <dd>{(language === "zh" ? trigger.basisZh : undefined) ?? inLanguage(trigger.basis, language)}</dd>
              </div>
            )}
            {trigger.certainty && (
              <div>
                <dt>{t("certainty")}</dt>
                <dd>
                  {trigger.certainty} · {label(CERTAINTY, trigger.certainty, language)}
                </dd>
              </div>
            )}
            {trigger.effectiveFrom && (
              <div>
                <dt>{t("effective")}</dt>
                <dd>{trigger.effectiveFrom.slice(0, 10)}</dd>
              </div>
            )}
            {trigger.inputs && trigger.inputs.length > 0 && (
              <div>
                <dt>{t("inputs")}</dt>
                <dd>{trigger.inputs.map((id) => signalName(id, language)).join(language === "zh" ? "、" : ", ")}</dd>
              </div>
            )}
            {trigger.versionHash && (
              <div>
                <dt>{t("hash")}</dt>
                <dd className="mono" title={trigger.versionHash}>
                  {shortHash(trigger.versionHash)}
                </dd>
              </div>
            )}
          </dl>
        </div>
        {(trigger.texts ?? trigger.text) && <pre tabIndex={0}>{trigger.texts?.[language] ?? trigger.text}</pre>}
      </div>
    </article>
  );
}
