import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { packsQuery, type PackSummary } from "../api/rules.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { packBasisIn } from "../lib/pack-basis.ts";
import { CERTAINTY, inLanguage, label } from "../lib/vocabulary.ts";
import { Tag } from "../ui/Tag.tsx";
import styles from "./casework.module.css";

interface PackFieldProps {
  readonly label: string;
  readonly withAsterisk: boolean;
  readonly error: string | undefined;
  readonly value: string;
  onChange(value: string | undefined): void;
}

/** A rule pack by its name; what it rests on, how sure that is and since when it holds are said before it is taken. */
export function PackField({ value, onChange, ...shared }: PackFieldProps) {
  const { t } = useTranslation(["casework", "common"]);
  const language = useLanguage();
  const { data } = useQuery({ ...packsQuery, staleTime: 60_000 });
  const packs = data?.items ?? [];
  const chosen = packs.find(({ id }) => id === value);
  const options = packs.map((pack) => ({ value: pack.id, label: inLanguage(pack.title, language) }));
  return (
    <div>
      <Select
        {...shared}
        // One that is not among those known now, because it was retired say, stays readable.
        data={value === "" || chosen !== undefined ? options : [...options, { value, label: value }]}
        value={value === "" ? null : value}
        onChange={(next) => onChange(next ?? undefined)}
        clearable={!shared.withAsterisk}
        searchable
        nothingFoundMessage={t("casework:packs.none")}
        clearButtonProps={{ "aria-label": t("common:clear") }}
        renderOption={({ option }) => {
          const pack = packs.find(({ id }) => id === option.value);
          return (
            <span className={styles.option}>
              <b>{option.label}</b>
              {pack !== undefined && <PackFacts pack={pack} />}
            </span>
          );
        }}
      />
      {chosen !== undefined && (
        <div className={styles.chosenPack}>
          <p>{inLanguage(chosen.description, language)}</p>
          <PackFacts pack={chosen} />
          <ul>
            {chosen.basis.map((each) => (
              <li key={packBasisIn(each, "en")}>
                {packBasisIn(each, language)}{" "}
                <Tag tone={each.certainty === "F" ? "plain" : each.certainty === "S" ? "quiet" : "warn"}>
                  {label(CERTAINTY, each.certainty, language)}
                </Tag>
              </li>
            ))}
          </ul>
          <Link className="link" to="/rules" search={{ pack: chosen.id }} target="_blank">
            {t("casework:packs.rules")}
          </Link>
        </div>
      )}
    </div>
  );
}

/** Version, size, day from which it holds, and the certainties of what it rests on. */
function PackFacts({ pack: { id, version, triggers, tests, effectiveFrom, basis } }: { pack: PackSummary }) {
  const { t } = useTranslation("casework");
  const language = useLanguage();
  const certainties = [...new Set(basis.map(({ certainty }) => certainty))];
  return (
    <small className="quiet">
      <span className="mono">{id}</span> · {t("packs.facts", { version, triggers, tests, day: effectiveFrom })} ·{" "}
      {certainties.map((each) => label(CERTAINTY, each, language)).join(language === "zh" ? "、" : ", ")}
    </small>
  );
}
