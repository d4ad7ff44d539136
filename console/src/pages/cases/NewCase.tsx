import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { caseDefinitionQuery, type CaseTypeLine } from "../../api/cases.ts";
import { request } from "../../api/client.ts";
import { ActionDialog } from "../../casework/ActionDialog.tsx";
import { termsOf } from "../../casework/actions.ts";

/** The form that opens a case of any kind, made from the first action of its procedure; sandbox projects have their own page. */
export function NewCase({ type, close }: { type: CaseTypeLine; close: () => void }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data: definition } = useQuery(caseDefinitionQuery(type.kind));
  const { name, title, input } = type.creation;
  // The way to the case is the end of the dialog: closing it as well would lead back to the list.
  const isOpened = useRef(false);
  return (
    <ActionDialog
      draftPath={`/case-types/${type.kind}`}
      version={undefined}
      action={{ name, title, input }}
      definition={definition}
      states={termsOf(definition?.states)}
      send={async (fields) => {
        const opened = await request<{ id: string }>("/cases", {
          method: "POST",
          body: { type: type.kind, input: fields },
        });
        isOpened.current = true;
        await client.invalidateQueries({ queryKey: ["cases"] });
        if (type.kind === "sandbox-project")
          await navigate({ to: "/projects/$projectId", params: { projectId: opened.id }, search: {} });
        else await navigate({ to: "/cases/$caseId", params: { caseId: opened.id }, search: {} });
      }}
      close={() => {
        if (!isOpened.current) close();
      }}
      onDone={() => undefined}
    />
  );
}
