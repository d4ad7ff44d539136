import { rowsOf, type Json } from "@sandglass/casework";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { CaseDetail, CaseField, CaseSummary } from "../api/shapes/cases.ts";
import type { Bilingual } from "../api/shapes/common.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatInstant, formatNumber, type Language } from "../lib/format.ts";
import { inLanguage, label, type Terms } from "../lib/vocabulary.ts";
import { Panel } from "../ui/Panel.tsx";
import { CaseLink } from "./CaseLink.tsx";
import { VehicleLink } from "./VehicleLink.tsx";
import styles from "./casework.module.css";
import { useNameOf } from "./registers.ts";

/** Units that are words; the others are the same in both languages. */
const UNITS: Terms = {
  month: { zh: "个月", en: "months" },
  day: { zh: "天", en: "days" },
  hour: { zh: "小时", en: "hours" },
  CNY: { zh: "元", en: "CNY" },
};

interface CaseDataProps {
  readonly fields: readonly CaseField[];
  readonly hidden: readonly string[];
  /** The vehicle or service that the case is about: a field that names it shows its name, not its id. */
  readonly subject?: CaseSummary["subject"];
  /** Names of the vehicles, services and cases that the fields name, by id. */
  readonly names?: CaseDetail["names"];
}

/** The data of a case as its kind names it; what the reader's role may not see is said, not shown. */
export function CaseData({ fields, hidden, subject, names }: CaseDataProps) {
  const { t } = useTranslation("casework");
  const language = useLanguage();
  if (fields.length === 0 && hidden.length === 0) return null;
  return (
    <Panel title={t("data")}>
      <dl className={styles.data}>
        {fields.map((field) => (
          <div key={field.name} data-wide={isWide(field) || undefined}>
            <dt>{inLanguage(field.title, language)}</dt>
            <dd>
              <Value field={field} language={language} subject={subject} names={names} />
            </dd>
          </div>
        ))}
      </dl>
      {hidden.length > 0 && <p className="faint">{t("hiddenFields", { count: hidden.length })}</p>}
    </Panel>
  );
}

function isWide({ shape, schema }: CaseField): boolean {
  return shape === "longText" || shape === "list" || schema?.type === "object";
}

/** Its title, with the number that tells it from others of the same title. */
function NamedCase({ id, name }: { readonly id: string; readonly name: Bilingual | undefined }) {
  const language = useLanguage();
  if (name === undefined) return <CaseLink id={id} className="link mono" />;
  return (
    <>
      <CaseLink id={id}>{inLanguage(name, language)}</CaseLink> <small className="faint mono">{id}</small>
    </>
  );
}

function NamedFinding({ id, name }: { readonly id: string; readonly name: Bilingual | undefined }) {
  const language = useLanguage();
  return (
    <>
      <Link className="link" to="/findings/$findingId" params={{ findingId: id }} search={{}}>
        {name === undefined ? id : inLanguage(name, language)}
      </Link>{" "}
      {name !== undefined && <small className="faint mono">{id}</small>}
    </>
  );
}

interface ValueProps extends Pick<CaseDataProps, "subject" | "names"> {
  readonly field: CaseField;
  readonly language: Language;
}

function Value({ field: { shape, choices, unit, schema, value }, language, subject, names }: ValueProps) {
  const { t } = useTranslation("casework");
  const nameOf = useNameOf(names);
  if (schema !== undefined) {
    const rows =
      schema.type === "object" && "properties" in schema
        ? rowsOf(schema.properties, value as Json, nameOf)
        : rowsOf({ value: schema }, { value: value as Json }, nameOf);
    if (rows.length === 1) return <span className={styles.lines}>{rows[0].value[language]}</span>;
    return (
      <dl className={styles.entered}>
        {rows.map(({ label: name, value: said }, index) => (
          <div key={index}>
            <dt>{name[language]}</dt>
            <dd>{said[language]}</dd>
          </div>
        ))}
      </dl>
    );
  }
  switch (shape) {
    case "instant":
      return <span className="num">{formatInstant(Date.parse(String(value)))}</span>;
    case "number":
      return (
        <span className="num">
          {formatNumber(Number(value), language)}
          {unit ? ` ${label(UNITS, unit, language)}` : ""}
        </span>
      );
    case "flag":
      return <>{value === true ? t("yes") : t("no")}</>;
    case "choice":
      return <>{named(value, choices, language)}</>;
    case "vehicle":
      return (
        <VehicleLink id={String(value)}>
          {(subject?.id === value ? subject?.name : undefined) ?? String(value)}
        </VehicleLink>
      );
    case "case":
      return <NamedCase id={String(value)} name={names?.[String(value)]} />;
    case "finding":
      return <NamedFinding id={String(value)} name={names?.[String(value)]} />;
    case "list":
      return (
        <ul className={styles.plainList}>
          {(Array.isArray(value) ? value : [value]).map((item, index) => (
            <li key={index}>{named(item, choices, language)}</li>
          ))}
        </ul>
      );
    default:
      return <>{describe(value)}</>;
  }
}

/** The name of a code where the field has names; else what it says itself. */
function named(value: unknown, choices: CaseField["choices"], language: Language): string {
  const title = choices?.[String(value)];
  return title ? inLanguage(title, language) : describe(value);
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.values(value)
    .filter((part) => typeof part === "string" || typeof part === "number")
    .join(" · ");
}
