import { SANDBOX_CREATE_INPUT, type Programme } from "@sandglass/casework";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { SchemaForm } from "../../casework/SchemaForm.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { cleanValue, initialValue, missingFields, type FormValue, type JsonSchema } from "../../lib/json-schema.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { DialogForm } from "../../ui/DialogForm.tsx";

/** What an applicant enters to open a draft; the rest follows in the project. */
const FIRST = ["title", "summary", "applicant", "technology"] as const;

function firstFields({ catalogue }: Programme): JsonSchema {
  const { properties, required, ...rest } = SANDBOX_CREATE_INPUT as unknown as JsonSchema;
  const fields = FIRST.flatMap((name) => {
    const field = properties?.[name];
    return field === undefined ? [] : [[name, name === "technology" ? withCatalogue(field, catalogue) : field]];
  });
  return { ...rest, required: required ?? [], properties: Object.fromEntries(fields) as Record<string, JsonSchema> };
}

/** The catalogue item is one of the programme's, by its name. */
function withCatalogue(technology: JsonSchema, catalogue: Programme["catalogue"]): JsonSchema {
  const { catalogueItem = {}, ...others } = technology.properties ?? {};
  const { maxLength: _maxLength, minLength: _minLength, ...labels } = catalogueItem;
  return {
    ...technology,
    properties: {
      catalogueItem: {
        ...labels,
        enum: catalogue.map((each) => each.code),
        "x-choices": Object.fromEntries(catalogue.map((each) => [each.code, each.title])),
      },
      ...others,
    },
  };
}

/** Opens a draft under the programme and goes to it. */
export function ApplyDialog({ programme, close }: { programme: Programme; close(): void }) {
  const { t } = useTranslation("programme");
  const language = useLanguage();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [schema] = useState(() => firstFields(programme));
  const [value, setValue] = useState<FormValue>(() => initialValue(schema));
  const [missing, setMissing] = useState<ReadonlySet<string>>(new Set());
  const submit = async (): Promise<void> => {
    const blank = missingFields(schema, value);
    setMissing(new Set(blank));
    if (blank.length > 0) return;
    const { id } = await request<{ id: string }>("/projects", {
      method: "POST",
      body: { input: { ...(cleanValue(schema, value) as object), programme: programme.id } },
    });
    void client.invalidateQueries({ queryKey: ["projects"] });
    void navigate({ to: "/projects/$projectId", params: { projectId: id }, search: {} });
  };
  return (
    <DialogForm
      title={`${t("apply")} · ${inLanguage(programme.title, language)}`}
      submitText={t("apply")}
      close={close}
      submit={submit}
    >
      <SchemaForm schema={schema} value={value} onChange={setValue} missing={missing} />
    </DialogForm>
  );
}
