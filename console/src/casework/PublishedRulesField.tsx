import { MultiSelect } from "@mantine/core";
import type { RuleVersion } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { publishedRulesQuery, ruleVersionsQuery, versionKey, type PublishedRule } from "../api/rules.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatInstant } from "../lib/format.ts";
import { CERTAINTY, inLanguage, label } from "../lib/vocabulary.ts";
import { PublishedRuleState } from "../rules/PublishedRuleState.tsx";
import { Tag } from "../ui/Tag.tsx";
import styles from "./casework.module.css";

interface PublishedRulesFieldProps {
  readonly label: string;
  readonly withAsterisk: boolean;
  readonly error: string | undefined;
  readonly value: readonly RuleVersion[];
  onChange(value: readonly RuleVersion[] | undefined): void;
}

/** Published rules by their names, each in one version; what a rule says and rests on is said before and after it is taken. */
export function PublishedRulesField({ value, onChange, ...shared }: PublishedRulesFieldProps) {
  const { t } = useTranslation(["casework", "common"]);
  const language = useLanguage();
  const { data: inForce = [] } = useQuery(publishedRulesQuery);
  // What the plan holds already may be out of force by now.
  const { data: held = [] } = useQuery(ruleVersionsQuery(value));
  const known = new Map([...held, ...inForce].map((rule) => [keyOf(rule), rule]));
  const nameOf = (key: string): string => {
    const rule = known.get(key);
    return rule === undefined ? key : `${inLanguage(rule.title, language)} (v${rule.version})`;
  };
  const choose = (keys: readonly string[]): void => {
    // A set has one version of a rule: taking another one lets go of the first.
    const byTrigger = new Map(keys.map(readKey).map((each) => [each.trigger, each]));
    onChange(byTrigger.size === 0 ? undefined : [...byTrigger.values()]);
  };
  const keys = value.map(versionKey);
  return (
    <div>
      <MultiSelect
        {...shared}
        data={[...new Set([...known.keys(), ...keys])].map((key) => ({ value: key, label: nameOf(key) }))}
        value={keys}
        onChange={choose}
        searchable
        nothingFoundMessage={t("casework:publishedRules.none")}
        clearButtonProps={{ "aria-label": t("common:clear") }}
        renderOption={({ option }) => {
          const rule = known.get(option.value);
          return (
            <span className={styles.option}>
              <b>{option.label}</b>
              {rule !== undefined && <RuleFacts rule={rule} />}
            </span>
          );
        }}
      />
      {keys.flatMap((key) => {
        const rule = known.get(key);
        return rule === undefined
          ? []
          : [
              <div key={key} className={styles.chosenPack}>
                <Link className="link" to="/rules" search={{ trigger: rule.id }} target="_blank">
                  {nameOf(key)}
                </Link>
                <p>{inLanguage(rule.sentence, language)}</p>
                <RuleFacts rule={rule} />
                <PublishedRuleState rule={rule} />
              </div>,
            ];
      })}
    </div>
  );
}

const keyOf = ({ id, version }: PublishedRule): string => versionKey({ trigger: id, version });

function readKey(key: string): RuleVersion {
  const [trigger = "", version] = key.split("@");
  return { trigger, version: Number(version) };
}

/** Id, when it was published, when it holds, and what it rests on. */
function RuleFacts({ rule }: { rule: PublishedRule }) {
  const { t } = useTranslation("casework");
  const language = useLanguage();
  const { id, publishedAt, effectiveFrom, effectiveTo, basis, basisZh, certainty } = rule;
  const day = formatInstant(Date.parse(publishedAt)).slice(0, 10);
  const facts = [
    t("publishedRules.published", { day }),
    effectiveFrom === null ? undefined : t("publishedRules.from", { day: effectiveFrom }),
    effectiveTo === null ? undefined : t("publishedRules.to", { day: effectiveTo }),
    language === "zh" ? (basisZh ?? basis) : basis,
  ].filter(Boolean);
  return (
    <small className="quiet">
      <span className="mono">{id}</span> · {facts.join(" · ")}{" "}
      {certainty !== null && (
        <Tag tone={certainty === "F" ? "plain" : certainty === "S" ? "quiet" : "warn"}>
          {label(CERTAINTY, certainty, language)}
        </Tag>
      )}
    </small>
  );
}
