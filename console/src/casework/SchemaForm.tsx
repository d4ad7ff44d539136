/** A form made from the JSON Schema of an action's input. Labels come with the schema in both languages. */
import {
  Button,
  Checkbox,
  Fieldset,
  MultiSelect,
  NumberInput,
  Select,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core";
import type { RuleVersion } from "@sandglass/casework";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Offer } from "../api/shapes/cases.ts";
import { useLanguage } from "../i18n/use-language.ts";
import {
  choicesOf,
  enteredFields,
  fieldKind,
  fieldLabel,
  hasLongNames,
  initialValue,
  type FieldKind,
  type FormValue,
  type JsonSchema,
} from "../lib/json-schema.ts";
import { CHOICES, label, type Terms } from "../lib/vocabulary.ts";
import { CaseField } from "./CaseField.tsx";
import styles from "./casework.module.css";
import { OfferedField } from "./OfferedField.tsx";
import { FunctionsField } from "./FunctionsField.tsx";
import { InstantInput } from "./InstantInput.tsx";
import { PackField } from "./PackField.tsx";
import { PublishedRulesField } from "./PublishedRulesField.tsx";
import { RecordField } from "./RecordField.tsx";
import { SubjectsField } from "./SubjectsField.tsx";
import { SuggestedField, TriggerSetOfForm } from "./SuggestedField.tsx";
import type { WrongField } from "./wrong-field.ts";

/** Controls of one line: two of them stand side by side. */
const SHORT: ReadonlySet<FieldKind> = new Set(["text", "number", "integer", "choice", "boolean", "instant", "date"]);

/** So many choices are found by looking; among more one types. */
const SCANNED = 12;

interface SchemaFormProps {
  readonly schema: JsonSchema;
  readonly value: FormValue;
  onChange(value: FormValue): void;
  /** Dotted names of required fields that are blank; shown after a try to send. */
  readonly missing: ReadonlySet<string>;
  /** What the server says of a field that does not fit. */
  readonly wrong?: WrongField | undefined;
  readonly prefix?: string;
}

export function SchemaForm({ schema, value, onChange, missing, wrong, prefix = "" }: SchemaFormProps) {
  const language = useLanguage();
  return (
    <>
      {enteredFields(schema).map(([name, field]) => (
        <div
          key={name}
          className={styles.field}
          data-short={SHORT.has(fieldKind(field)) || undefined}
          data-wide={hasLongNames(field, language) || undefined}
        >
          <SchemaField
            name={name}
            path={`${prefix}${name}`}
            schema={field}
            value={value[name]}
            required={schema.required?.includes(name) ?? false}
            missing={missing}
            wrong={wrong}
            onChange={(next) => onChange({ ...value, [name]: next })}
          />
        </div>
      ))}
    </>
  );
}

/** Where rows score the criteria of a programme: one row each, because each is scored once. */
function rowPerCriterion(item: JsonSchema): readonly FormValue[] {
  const named = Object.entries(item.properties ?? {}).find(([, field]) => field["x-names"] === "criterion");
  if (named === undefined) return [];
  const [name, field] = named;
  return (choicesOf(field) ?? []).map((code) => ({ ...initialValue(item), [name]: code }));
}

/** Below a group that chooses a rule pack, fields know what it has chosen. */
function WithTriggerSet({ schema, value, children }: { schema: JsonSchema; value: unknown; children: ReactNode }) {
  const choosesPack = Object.values(schema.properties ?? {}).some((field) => field["x-names"] === "rulePack");
  if (!choosesPack) return children;
  return <TriggerSetOfForm value={value ?? {}}>{children}</TriggerSetOfForm>;
}

interface SchemaFieldProps {
  readonly name: string;
  readonly path: string;
  readonly schema: JsonSchema;
  readonly value: unknown;
  readonly required: boolean;
  readonly missing: ReadonlySet<string>;
  readonly wrong: WrongField | undefined;
  onChange(value: unknown): void;
}

function SchemaField({ name, path, schema, value, required, missing, wrong, onChange }: SchemaFieldProps) {
  const { t } = useTranslation(["casework", "common"]);
  const language = useLanguage();
  const text = fieldLabel(name, schema, language);
  const error = missing.has(path) ? t("casework:required") : wrong?.path === path ? wrong.rule : undefined;
  const shared = { label: text, withAsterisk: required, error };
  const words = Array.isArray(value) ? value.map(String) : [];
  const named = (choices: readonly string[], of: JsonSchema = schema) => {
    const names = of["x-choices"] as Terms | undefined;
    return choices.map((choice) => ({ value: choice, label: label(names ?? CHOICES, choice, language) }));
  };
  switch (fieldKind(schema)) {
    case "choice":
      return (
        <Select
          {...shared}
          data={named(choicesOf(schema) ?? [])}
          value={typeof value === "string" ? value : null}
          onChange={onChange}
          clearable={!required}
          searchable={(choicesOf(schema) ?? []).length > SCANNED}
          clearButtonProps={{ "aria-label": t("common:clear") }}
        />
      );
    case "offered":
      return (
        <OfferedField
          {...shared}
          offers={schema["x-offers"] as readonly Offer[]}
          titles={(schema["x-choices"] ?? CHOICES) as Terms}
          value={typeof value === "string" ? value : null}
          onChange={onChange}
        />
      );
    case "choices":
      return (
        <MultiSelect
          {...shared}
          data={named(choicesOf(schema.items ?? {}) ?? [], schema.items)}
          searchable={(choicesOf(schema.items ?? {}) ?? []).length > SCANNED}
          value={words}
          onChange={onChange}
          clearButtonProps={{ "aria-label": t("common:clear") }}
        />
      );
    case "number":
    case "integer":
      return (
        <NumberInput
          {...shared}
          value={typeof value === "number" ? value : ""}
          onChange={(next) => onChange(typeof next === "number" ? next : undefined)}
          allowDecimal={schema.type !== "integer"}
          {...(schema.minimum === undefined ? {} : { min: schema.minimum })}
          {...(schema.maximum === undefined ? {} : { max: schema.maximum })}
          hideControls
        />
      );
    case "boolean":
      return (
        <Checkbox
          label={text}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
          error={shared.error}
        />
      );
    case "words":
      return (
        <TagsInput
          {...shared}
          value={words}
          onChange={onChange}
          description={t("casework:wordsHint")}
          clearButtonProps={{ "aria-label": t("common:clear") }}
        />
      );
    case "instant":
      return <InstantInput {...shared} value={typeof value === "string" ? value : ""} onChange={onChange} />;
    case "object":
      return (
        <Fieldset legend={text} className={styles.fieldset}>
          <WithTriggerSet schema={schema} value={value}>
            <SchemaForm
              schema={schema}
              value={(value ?? initialValue(schema)) as FormValue}
              onChange={onChange}
              missing={missing}
              wrong={wrong}
              prefix={`${path}.`}
            />
          </WithTriggerSet>
        </Fieldset>
      );
    case "rows": {
      const rows = Array.isArray(value) ? (value as readonly FormValue[]) : [];
      const item = schema.items ?? {};
      return (
        <Fieldset legend={text} className={styles.fieldset}>
          {error !== undefined && <p className={styles.refused}>{error}</p>}
          {rows.map((row, index) => (
            <div key={index} className={styles.rowItem}>
              <div className={styles.rowFields}>
                <SchemaForm
                  schema={item}
                  value={row}
                  onChange={(next) => onChange(rows.map((old, at) => (at === index ? next : old)))}
                  missing={missing}
                  wrong={wrong}
                  prefix={`${path}.${index}.`}
                />
              </div>
              <Button variant="subtle" onClick={() => onChange(rows.filter((_, at) => at !== index))}>
                {t("casework:removeRow")}
              </Button>
            </div>
          ))}
          <Button
            onClick={() => {
              const each = rows.length === 0 ? rowPerCriterion(item) : [];
              onChange(each.length > 0 ? each : [...rows, initialValue(item)]);
            }}
          >
            {t(rows.length === 0 && rowPerCriterion(item).length > 0 ? "casework:addEach" : "casework:addRow")}
          </Button>
        </Fieldset>
      );
    }
    case "subject":
    case "subjects":
      return (
        <SubjectsField
          {...shared}
          register={String((schema.items ?? schema)["x-names"])}
          value={typeof value === "string" && value !== "" ? [value] : words}
          maximum={schema.items === undefined ? 1 : (schema.maxItems ?? 1)}
          onChange={(ids) => onChange(schema.items === undefined ? ids.at(-1) : ids)}
        />
      );
    case "case":
      return (
        <CaseField
          {...shared}
          kinds={(schema["x-kinds"] ?? []) as readonly string[]}
          value={typeof value === "string" && value !== "" ? value : undefined}
          onChange={onChange}
        />
      );
    case "record":
      return (
        <RecordField
          {...shared}
          register={schema["x-names"] === "complaint" ? "complaint" : "finding"}
          value={typeof value === "string" && value !== "" ? value : undefined}
          onChange={onChange}
        />
      );
    case "pack":
      return <PackField {...shared} value={typeof value === "string" ? value : ""} onChange={onChange} />;
    case "functions":
      return <FunctionsField {...shared} value={words} onChange={onChange} />;
    case "published-rules":
      return (
        <PublishedRulesField
          {...shared}
          value={Array.isArray(value) ? (value as readonly RuleVersion[]) : []}
          onChange={onChange}
        />
      );
    case "suggested":
    case "suggestions":
      return <SuggestedField {...shared} schema={schema} value={value} onChange={onChange} />;
    case "long-text":
      return (
        <Textarea
          {...shared}
          value={typeof value === "string" ? value : ""}
          onChange={(event) => onChange(event.currentTarget.value)}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={schema.maxLength}
        />
      );
    case "date":
      return (
        <TextInput
          {...shared}
          type="date"
          value={typeof value === "string" ? value : ""}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "json":
    case "text":
      return (
        <TextInput
          {...shared}
          value={typeof value === "string" ? value : ""}
          onChange={(event) => onChange(event.currentTarget.value)}
          maxLength={schema.maxLength}
        />
      );
  }
}
