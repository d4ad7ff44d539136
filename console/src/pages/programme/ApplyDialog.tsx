import { SANDBOX_CREATE_INPUT, type Programme } from "@sandglass/casework";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { sessionQuery } from "../../api/queries.ts";
import { useNamedSchema } from "../../casework/registers.ts";
import { DraftNote } from "../../casework/DraftNote.tsx";
import { useDraft } from "../../casework/use-draft.ts";
import { SchemaForm } from "../../casework/SchemaForm.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { cleanValue, initialValue, missingFields, type FormValue, type JsonSchema } from "../../lib/json-schema.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { DialogForm } from "../../ui/DialogForm.tsx";

/** What an applicant enters to open a draft; the rest follows in the project. */
const FIRST = ["title", "summary", "applicant", "technology"] as const;

/** The applicant is who is signed in, so only their part in the project is asked; the supervisor names them. */
function firstFields(applicant: string | undefined): JsonSchema {
  const { properties = {}, required, ...rest } = SANDBOX_CREATE_INPUT as unknown as JsonSchema;
  const fields = FIRST.flatMap((name) => {
    const field = properties[name];
    if (field === undefined) return [];
    if (name !== "applicant" || applicant === undefined) return [[name, field]];
    const { organisation: _organisation, name: _name, ...others } = field.properties ?? {};
    return [
      [
        name,
        {
          ...field,
          title: "Your part in the project",
          "x-zh": "本单位在项目中的角色",
          properties: others,
          required: ["role"],
        },
      ],
    ];
  });
  return {
    ...rest,
    required: [...(required ?? []), "applicant", "technology"],
    properties: Object.fromEntries(fields) as Record<string, JsonSchema>,
  };
}

/** Opens a draft under the programme and goes to it. */
export function ApplyDialog({ programme, close }: { programme: Programme; close(): void }) {
  const { t } = useTranslation("programme");
  const language = useLanguage();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data: actor } = useQuery(sessionQuery);
  const applicant = actor?.role === "SUPERVISOR_ALL" ? undefined : (actor?.organisation ?? undefined);
  const schema = useNamedSchema(useMemo(() => firstFields(applicant), [applicant]));
  const draft = useDraft("/case-types/sandbox-project", "create", initialValue(schema), undefined);
  // One draft per person: what was begun for another programme stays there, with its catalogue and roles.
  const isOther = draft.restored && draft.value["programme"] !== programme.id;
  const value = isOther ? initialValue(schema) : draft.value;
  const setValue = (next: FormValue): void => draft.change({ ...next, programme: programme.id });
  const [tried, setTried] = useState(false);
  const missing = new Set(tried ? missingFields(schema, value) : []);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (missingFields(schema, value).length > 0) return;
    draft.sent();
    const entered = cleanValue(schema, value) as { readonly applicant?: object };
    const input = {
      ...entered,
      ...(applicant === undefined ? {} : { applicant: { ...entered.applicant, organisation: applicant } }),
      programme: programme.id,
    };
    const { id } = await request<{ id: string }>("/projects", { method: "POST", body: { input } });
    void client.invalidateQueries({ queryKey: ["projects"] });
    void navigate({ to: "/projects/$projectId", params: { projectId: id }, search: { tab: "entry" } });
  };
  return (
    <DialogForm
      title={`${t("apply")} · ${inLanguage(programme.title, language)}`}
      consequences={[t("applyOpens"), t("applyNext")]}
      submitText={t("applyDraft")}
      close={close}
      submit={submit}
    >
      <SchemaForm schema={schema} value={value} onChange={setValue} missing={missing} />
      {!isOther && <DraftNote draft={draft} />}
    </DialogForm>
  );
}
