import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { assessmentDraftQuery } from "../../api/reviews.ts";
import type { PossibleAction } from "../../api/shapes/cases.ts";
import type { ProjectDetail } from "../../api/shapes/projects.ts";
import type { FormValue } from "../../lib/json-schema.ts";

const ASSESSMENT = "periodicAssessment";

interface Drafted {
  readonly actions: readonly PossibleAction[];
  /** What the page adds to the input of an action. */
  supplied(action: string): FormValue | undefined;
}

/** The form of an assessment shows the draft that was made from the data, and names exactly that one when it is sent. */
export function useAssessmentDraft({ id, possibleActions = [] }: ProjectDetail): Drafted {
  const isOffered = possibleActions.some(({ name }) => name === ASSESSMENT);
  const { data: draft } = useQuery({ ...assessmentDraftQuery(id), enabled: isOffered });
  return useMemo(
    () => ({
      actions:
        draft === undefined
          ? possibleActions
          : possibleActions.map((action) =>
              action.name === ASSESSMENT
                ? { ...action, remarks: [...(action.remarks ?? []), ...draft.sentences] }
                : action,
            ),
      supplied: (action) => (action === ASSESSMENT && draft !== undefined ? { draft: draft.hash } : undefined),
    }),
    [possibleActions, draft],
  );
}
