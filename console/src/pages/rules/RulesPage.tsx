import { Button, Select } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { sessionQuery, triggersQuery } from "../../api/queries.ts";
import { checkQuery, packsQuery, publicationsQuery } from "../../api/rules.ts";
import type { TriggerSummary } from "../../api/shapes/findings.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { ruleFilter } from "../../lib/rule-filter.ts";
import { mayPropose } from "../../lib/rule-rights.ts";
import { CERTAINTY, label, LEVELS } from "../../lib/vocabulary.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import page from "../../ui/page.module.css";
import { WordsInput } from "../../ui/WordsInput.tsx";
import styles from "./rules.module.css";
import { TriggerCard } from "./TriggerCard.tsx";

const route = getRouteApi("/inside/rules");
const CERTAINTIES = ["F", "S", "D", "M", "P"] as const;
/** In the address, in place of a pack: what was published from drafts. No pack has these ids. */
const DRAFTED = "-";
const UNNAMED = "?";

interface Section {
  readonly key: string;
  readonly title: string;
  /** Id of a pack whose title is known. */
  readonly code?: string | undefined;
  readonly hint: string;
  readonly rules: readonly { readonly trigger: TriggerSummary; readonly draft?: string }[];
}

/** The published triggers by pack: the sentence in the reader's language, the text, the basis and how sure it is. */
export function RulesPage() {
  const { t } = useTranslation(["rule", "common"]);
  const language = useLanguage();
  const { trigger: wanted, pack, level, certainty, q } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (patch: Partial<ReturnType<typeof route.useSearch>>): void =>
    void navigate({ search: (previous) => ({ ...previous, ...patch }), replace: true });
  const query = useQuery(triggersQuery);
  const { data: actor } = useQuery(sessionQuery);
  const sections = useSections(query.data?.items ?? []);
  const admits = ruleFilter({ q, level, certainty });
  const shown = sections
    .filter(({ key }) => pack === undefined || key === pack)
    .map((section) => ({ ...section, rules: section.rules.filter(({ trigger }) => admits(trigger)) }))
    .filter(({ rules }) => rules.length > 0);
  const isFiltered = pack !== undefined || level !== undefined || certainty !== undefined || q !== undefined;
  const isThere = shown.some(({ rules }) => rules.some(({ trigger }) => trigger.id === wanted));
  useEffect(() => {
    if (wanted !== undefined && isThere)
      document.getElementById(`trigger-${wanted}`)?.scrollIntoView({ block: "start" });
  }, [wanted, isThere]);
  return (
    <div className={page.page}>
      <FilterBar
        title={t("rule:title")}
        count={t("common:items", { count: shown.reduce((sum, { rules }) => sum + rules.length, 0) })}
      >
        <Select
          aria-label={t("rule:pack")}
          w={200}
          searchable
          value={pack ?? ""}
          allowDeselect={false}
          data={[
            { value: "", label: t("rule:anyPack") },
            ...sections.map(({ key, title }) => ({ value: key, label: title })),
          ]}
          onChange={(value) => change({ pack: value || undefined })}
        />
        <Select
          aria-label={t("rule:level")}
          w={130}
          value={level === undefined ? "" : String(level)}
          allowDeselect={false}
          data={[
            { value: "", label: t("rule:anyLevel") },
            ...[4, 3, 2].map((each) => ({ value: String(each), label: `≥ ${label(LEVELS, each, language)}` })),
          ]}
          onChange={(value) => change({ level: value ? Number(value) : undefined })}
        />
        <Select
          aria-label={t("rule:certainty")}
          w={170}
          value={certainty ?? ""}
          allowDeselect={false}
          data={[
            { value: "", label: t("rule:anyCertainty") },
            ...CERTAINTIES.map((each) => ({ value: each, label: `${each} · ${label(CERTAINTY, each, language)}` })),
          ]}
          onChange={(value) => change({ certainty: CERTAINTIES.find((each) => each === value) })}
        />
        <WordsInput value={q} label={t("rule:words")} apply={(words) => change({ q: words })} />
        {isFiltered && (
          <Button variant="subtle" onClick={() => void navigate({ search: {}, replace: true })}>
            {t("common:clearFilter")}
          </Button>
        )}
        {mayPropose(actor) && (
          <Link className="link" to="/rules/drafts" search={{}}>
            {t("rule:drafts")}
          </Link>
        )}
        <Link className="link" to="/rules/regions" search={{}}>
          {t("rule:regions")}
        </Link>
        <ExportMenu list="/triggers" filter={{}} />
      </FilterBar>
      {query.error && !query.data ? (
        <Refused error={query.error} retry={() => void query.refetch()} />
      ) : !query.data ? (
        <Loading />
      ) : sections.length === 0 ? (
        <Empty title={t("rule:empty")} next={t("rule:emptyNext")} />
      ) : shown.length === 0 ? (
        <Empty title={t("rule:noMatch")} />
      ) : (
        <div className={page.left}>
          {shown.map(({ key, title, code, hint, rules }) => (
            <section key={key} className={styles.pack}>
              <h2>
                {title}{" "}
                <span className="quiet">
                  {code !== undefined && <span className="mono">{code}</span>}{" "}
                  {t("common:items", { count: rules.length })}
                  {hint}
                </span>
              </h2>
              {rules.map(({ trigger, draft }) => (
                <TriggerCard
                  key={`${trigger.id}-${trigger.version}`}
                  trigger={trigger}
                  selected={trigger.id === wanted}
                  draft={draft}
                />
              ))}
            </section>
          ))}
        </div>
      )}
    </div>
  );
}

/** What was published from drafts, then the packs: those that rest on the text of a rule first, then the small ones. */
function useSections(triggers: readonly TriggerSummary[]): readonly Section[] {
  const { t } = useTranslation("rule");
  const language = useLanguage();
  // Not everybody may see which packs there are: then their ids have to do.
  const { data: known } = useQuery(packsQuery);
  const packOf = new Map((known?.items ?? []).map((each) => [each.id, each]));
  const published = useQuery(publicationsQuery);
  const inForce = (published.data?.items ?? []).filter(({ endedAt }) => endedAt === null);
  const texts = useQueries({
    queries: inForce.map(({ text }) => ({ ...checkQuery(text), placeholderData: undefined })),
  });
  const drafted = inForce.flatMap(({ draft }, index) =>
    (texts[index]?.data?.triggers ?? []).map((trigger) => ({ trigger, draft })),
  );
  // "available" says nothing: the configuration and projects can name a pack that nobody installed.
  const hintOf = (id: string): string => {
    const state = packOf.get(id)?.state;
    return state === undefined || state === "available" ? "" : ` · ${t(`packState.${state}`)}`;
  };
  const rank = ({ rules }: Section): number => (rules.some(({ trigger }) => trigger.certainty === "F") ? 0 : 1);
  const packs = [...Map.groupBy(triggers, ({ pack }) => pack ?? "")]
    .map(([id, items]) => ({
      key: id === "" ? UNNAMED : id,
      title: id === "" ? t("unnamedPack") : (packOf.get(id)?.title[language] ?? id),
      code: packOf.has(id) ? id : undefined,
      hint: hintOf(id),
      rules: items.map((trigger) => ({ trigger })),
    }))
    .sort((a, b) => rank(a) - rank(b) || a.rules.length - b.rules.length);
  return drafted.length === 0
    ? packs
    : [{ key: DRAFTED, title: t("publications"), hint: "", rules: drafted }, ...packs];
}
