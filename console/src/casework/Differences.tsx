import { Fragment } from "react";
import type { CaseDefinition } from "../api/cases.ts";
import type { Bilingual } from "../api/shapes/common.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { inLanguage, type Terms } from "../lib/vocabulary.ts";
import { termsOf } from "./actions.ts";
import { differenceWords } from "./difference-words.ts";
import { useWordsOfCodes } from "./registers.ts";
import styles from "./casework.module.css";

export interface Difference {
  readonly field: string;
  readonly title: Bilingual;
  readonly before?: unknown;
  readonly now?: unknown;
}

interface DifferencesProps {
  readonly differences: readonly Difference[];
  readonly definition: CaseDefinition | undefined;
  readonly title: string;
}

/** What differs between two versions of a case. Data that its kind shows nobody has no name: it is not read out as it is stored. */
export function Differences({ differences, definition, title }: DifferencesProps) {
  const language = useLanguage();
  const words = useWordsOfCodes();
  const named = differences.filter((each) => each.field !== `data.${each.title.en}`);
  if (named.length === 0) return null;
  const terms: Terms = { ...words, ...termsOf(definition?.states), ...termsOf(definition?.flags) };
  const inputs = definition?.actions.map((each) => each.input.properties) ?? [];
  return (
    <ul className={styles.consequences} aria-label={title}>
      {named.map((each) => (
        <li key={each.field}>
          {inLanguage(each.title, language)}
          {differenceWords(each, { inputs, terms, language }).map(({ name, before, now }, index) => (
            <Fragment key={index}>
              {index === 0 ? ": " : "; "}
              {name === undefined ? "" : `${name} `}
              {before} → {now}
            </Fragment>
          ))}
        </li>
      ))}
    </ul>
  );
}
