import { useCallback, useEffect, useMemo, useRef, type HTMLAttributes, type UIEvent } from "react";
import { useThrottledValue } from "@mantine/hooks";
import { useQuery, useQueryClient, type InfiniteData, type QueryKey } from "@tanstack/react-query";
import { MOST_FRESH, passingFindingsQuery, type FindingFilter } from "../api/queries.ts";
import { clearNewFindings, useLive } from "../api/stream.ts";

/** What comes within this time is taken in together. */
const GATHER_MS = 500;
/** New ones are held against the filter at most so often. */
const ASK_MS = 1_000;
/** A list is asked for again at most so often, however many findings change. */
const PAUSE_MS = 2_000;

interface FreshFindingsOptions {
  /** Of the list: only what passes it counts. */
  readonly filter: FindingFilter;
  /** Of the list's query. */
  readonly queryKey: QueryKey;
  /** The rows that are loaded. */
  readonly rows: readonly { readonly id: string }[];
  refetch(): Promise<unknown>;
  readonly paused?: boolean;
}

export interface FreshFindings {
  /** New findings that pass the filter and are not among the rows. */
  readonly waiting: number;
  /** Takes them in at once. */
  show(): void;
  /** For the element around the rows: how they are told whether somebody reads. */
  readonly area: Pick<
    HTMLAttributes<HTMLDivElement>,
    "onPointerEnter" | "onPointerLeave" | "onFocus" | "onBlur" | "onScrollCapture"
  >;
}

/**
 * Keeps a list of findings as the live events say while nobody reads it. Under the pointer or the keyboard, after scrolling and
 * while paused rows stay where they are, and `waiting` says how many new ones there are.
 */
export function useFreshFindings({
  filter,
  queryKey,
  rows,
  refetch,
  paused = false,
}: FreshFindingsOptions): FreshFindings {
  const live = useLive();
  const client = useQueryClient();
  const scroller = useRef<Element>(null);
  const reading = useRef({ pointer: false, focus: false, scrolled: false });
  const takenAt = useRef(0);
  // What changed while somebody read is taken in as soon as they no longer do.
  const missed = useRef(0);
  const unseen = useMemo(() => {
    const known = new Set(rows.map(({ id }) => id));
    return live.newFindings.filter((id) => !known.has(id));
  }, [rows, live.newFindings]);
  const { sort: _, ...conditions } = filter;
  const isFiltered = Object.values(conditions).some((value) => value !== undefined);
  const asked = useThrottledValue(unseen, ASK_MS);
  // The events say that something was found; what the list would show of it is the server's to say.
  const passing = useQuery({
    ...passingFindingsQuery(conditions, asked.slice(-MOST_FRESH)),
    enabled: isFiltered && asked.length > 0,
  });
  const waiting = isFiltered ? unseen.filter((id) => passing.data?.has(id)).length : unseen.length;
  const hash = JSON.stringify(queryKey);
  /** From the first page: every page that was loaded while somebody scrolled would be asked for again, one after the other. */
  const startOver = useCallback(() => {
    client.setQueryData<InfiniteData<unknown>>(
      JSON.parse(hash) as QueryKey,
      (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
    );
    clearNewFindings();
    void refetch();
  }, [client, hash, refetch]);
  useEffect(() => {
    if (paused || live.findingEvents === missed.current) return;
    let timer: ReturnType<typeof setTimeout>;
    const take = (): void => {
      const { pointer, focus, scrolled } = reading.current;
      if (pointer || focus || scrolled) {
        timer = setTimeout(take, PAUSE_MS);
        return;
      }
      missed.current = live.findingEvents;
      takenAt.current = Date.now();
      startOver();
    };
    timer = setTimeout(take, Math.max(GATHER_MS, takenAt.current + PAUSE_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [live.findingEvents, paused, startOver]);
  const area = useMemo(() => {
    const note =
      (part: Partial<typeof reading.current>): (() => void) =>
      () => {
        reading.current = { ...reading.current, ...part };
      };
    return {
      onPointerEnter: note({ pointer: true }),
      onPointerLeave: note({ pointer: false }),
      onFocus: note({ focus: true }),
      onBlur: note({ focus: false }),
      onScrollCapture: (event: UIEvent) => {
        scroller.current = event.target as Element;
        note({ scrolled: scroller.current.scrollTop > 0 })();
      },
    };
  }, []);
  const show = (): void => {
    if (scroller.current) scroller.current.scrollTop = 0;
    startOver();
  };
  return { waiting, show, area };
}
