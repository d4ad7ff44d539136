import { sourceIn } from "@sandglass/casework";
import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Offer } from "../api/shapes/cases.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatDuration, formatInstant } from "../lib/format.ts";
import { CERTAINTY, inLanguage, label, type Terms } from "../lib/vocabulary.ts";
import { useNow } from "../ui/use-now.ts";
import styles from "./casework.module.css";

interface OfferedFieldProps {
  readonly label: string;
  readonly withAsterisk: boolean;
  readonly error: string | undefined;
  readonly offers: readonly Offer[];
  /** Names of the codes. */
  readonly titles: Terms;
  readonly value: string | null;
  onChange(code: string | null): void;
}

/** A choice by what the case says of it: what can be taken first, with its clock and legal basis; of the rest why not. */
export function OfferedField({ offers, titles, value, onChange, ...shared }: OfferedFieldProps) {
  const { t } = useTranslation("common");
  const language = useLanguage();
  const groups = Map.groupBy(offers, ({ group }) => inLanguage(group, language));
  const chosen = offers.find(({ code }) => code === value);
  return (
    <Select
      {...shared}
      data={[...groups].map(([group, items]) => ({
        group,
        items: items.map(({ code, isOpen }) => ({
          value: code,
          label: label(titles, code, language),
          disabled: !isOpen,
        })),
      }))}
      value={value}
      onChange={onChange}
      clearable={!shared.withAsterisk}
      clearButtonProps={{ "aria-label": t("clear") }}
      maxDropdownHeight={420}
      renderOption={({ option }) => (
        <OfferNote offer={offers.find(({ code }) => code === option.value)} title={option.label} />
      )}
      {...(chosen === undefined ? {} : { description: <OfferNote offer={chosen} /> })}
      inputWrapperOrder={["label", "input", "description", "error"]}
    />
  );
}

interface OfferNoteProps {
  readonly offer: Offer | undefined;
  readonly title?: string;
}

function OfferNote({ offer, title }: OfferNoteProps) {
  const { t } = useTranslation("casework");
  const language = useLanguage();
  const now = useNow(60_000);
  if (offer === undefined) return null;
  const { dueAt, limit, note } = offer;
  const left = dueAt === null ? undefined : Date.parse(dueAt) - now;
  return (
    <span className={styles.offer}>
      {title}
      {note !== null && <small>{inLanguage(note, language)}</small>}
      {left !== undefined && dueAt !== null && (
        <small className="num" data-late={left < 0 || undefined}>
          {t("due", { time: formatInstant(Date.parse(dueAt)) })}
          {" · "}
          {t(left < 0 ? "overdueBy" : "left", { duration: formatDuration(left, language) })}
        </small>
      )}
      {limit !== null && (
        <small>
          {t("limitFrom", {
            limit: t(`limits.${limit.unit}`, { count: limit.amount }),
            what: inLanguage(limit.from, language),
          })}
          {` · ${limit.basis.requirement} ${sourceIn(limit.basis, language)}`}
          {` · ${label(CERTAINTY, limit.basis.certainty, language)}`}
        </small>
      )}
    </span>
  );
}
