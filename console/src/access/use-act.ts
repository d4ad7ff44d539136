import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useErrorText } from "../i18n/use-error-text.ts";

/** One action at a time: whether it runs, what it was refused with, and which queries are asked again afterwards. */
export function useAct(...keys: readonly string[]) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);
  const act = async (work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
      return true;
    } catch (cause) {
      setError(cause);
      return false;
    } finally {
      for (const key of keys) await client.invalidateQueries({ queryKey: [key] });
      setBusy(false);
    }
  };
  return { busy, error: error === undefined ? undefined : errorText, act };
}
