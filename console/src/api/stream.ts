/**
 * Live updates: one EventSource for the whole console. An event says what changed; the queries fetch it again.
 *
 * Repeated events are gathered and applied at most four times a second for numbers, once a second for single records and
 * every five seconds for lists, of which each page that is loaded is asked for again.
 * The store tells honestly how things stand: live, stale (connected but silent) or disconnected.
 */
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { API_BASE } from "./client.ts";
import type { Situation, StreamEvent } from "./shapes/common.ts";

export type LiveStatus = "connecting" | "live" | "stale" | "disconnected";

export interface LiveState {
  readonly status: LiveStatus;
  /** When the last event came, UTC ms. */
  readonly lastEventAt: number | undefined;
  /** Ids of findings that came since `clearNewFindings`, newest last, at most 500. */
  readonly newFindings: readonly string[];
  /** How many events told of findings, new or changed: lists look again when it grows. */
  readonly findingEvents: number;
}

/** The server sends a heartbeat every 10 s; silence for this long while connected: what is shown may be old. */
const STALE_MS = 25_000;
/** Lists are asked for again at most so often, however many cases change. */
const LISTS_MS = 5_000;
const NEW_FINDINGS_LIMIT = 500;
const TOPICS = ["situation", "finding", "project", "case", "command", "rule", "ledger", "alarm"] as const;
type Topic = (typeof TOPICS)[number];

let state: LiveState = { status: "connecting", lastEventAt: undefined, newFindings: [], findingEvents: 0 };
const listeners = new Set<() => void>();

function publish(next: Partial<LiveState>): void {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

export function useLive(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

export function clearNewFindings(): void {
  if (state.newFindings.length > 0) publish({ newFindings: [] });
}

function parse(data: string): StreamEvent | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? (value as StreamEvent) : undefined;
  } catch {
    return undefined;
  }
}

function isSituation(event: StreamEvent): boolean {
  return "vehicles" in event && "frames" in event && "findings" in event;
}

/** Opens the stream until the returned function is called. */
export function startStream(client: QueryClient): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  let stopped = false;
  let situation: Situation | undefined;
  let fresh: string[] = [];
  let findingEvents = 0;
  let seen = false;
  const touched = new Set<Topic>();
  const touchedIds = new Map<string, Set<string>>();
  const oldLists = new Set<"case" | "project">();
  let listsAskedAt = 0;

  const note = (topic: Topic, event: StreamEvent): void => {
    seen = true;
    if (topic === "situation" && isSituation(event)) {
      situation = event as unknown as Situation;
      return;
    }
    touched.add(topic);
    if (typeof event.id === "string") {
      const ids = touchedIds.get(topic) ?? new Set<string>();
      ids.add(event.id);
      touchedIds.set(topic, ids);
      if (topic === "finding") findingEvents += 1;
      if (topic === "finding" && (event.kind === undefined || event.kind === "onset")) fresh.push(event.id);
    }
  };

  const flushNumbers = setInterval(() => {
    if (situation) {
      client.setQueryData(["situation"], situation);
      situation = undefined;
    }
    const now = Date.now();
    const connected = source?.readyState === EventSource.OPEN;
    const lastEventAt = seen ? now : state.lastEventAt;
    const silent = lastEventAt === undefined || now - lastEventAt > STALE_MS;
    const status: LiveStatus = connected
      ? silent && lastEventAt !== undefined
        ? "stale"
        : "live"
      : attempts > 0
        ? "disconnected"
        : "connecting";
    const newFindings =
      fresh.length === 0
        ? state.newFindings
        : [...new Set([...state.newFindings, ...fresh])].slice(-NEW_FINDINGS_LIMIT);
    fresh = [];
    if (seen || status !== state.status || newFindings !== state.newFindings)
      publish({ status, lastEventAt, newFindings, findingEvents });
    seen = false;
  }, 250);

  const flushLists = setInterval(() => {
    for (const topic of touched) {
      const ids = touchedIds.get(topic);
      switch (topic) {
        case "situation":
        case "alarm":
          void client.invalidateQueries({ queryKey: ["situation"] });
          break;
        case "rule":
          void client.invalidateQueries({ queryKey: ["triggers"] });
          void client.invalidateQueries({ queryKey: ["rules"] });
          for (const id of ids ?? []) void client.invalidateQueries({ queryKey: ["rule", id] });
          break;
        case "ledger":
          void client.invalidateQueries({ queryKey: ["ledger"] });
          break;
        case "finding":
          // Finding lists are not fetched here: rows must not move under the pointer (`useFreshFindings`). Sums are asked for in
          // their own time: in a large fleet there is a finding in every second.
          for (const id of ids ?? []) void client.invalidateQueries({ queryKey: ["finding", id] });
          break;
        case "case":
        case "project":
          for (const id of ids ?? []) void client.invalidateQueries({ queryKey: [topic, id] });
          oldLists.add(topic);
          break;
        default:
          void client.invalidateQueries({ queryKey: [`${topic}s`] });
          for (const id of ids ?? []) void client.invalidateQueries({ queryKey: [topic, id] });
      }
    }
    touched.clear();
    touchedIds.clear();
    if (oldLists.size === 0 || Date.now() - listsAskedAt < LISTS_MS) return;
    listsAskedAt = Date.now();
    for (const key of ["duties", "notifications", ...[...oldLists].map((topic) => `${topic}s`)])
      void client.invalidateQueries({ queryKey: [key] });
    oldLists.clear();
  }, 1000);

  const open = (): void => {
    source = new EventSource(`${API_BASE}/stream`, { withCredentials: true });
    source.addEventListener("open", () => {
      // Everything that changed while we were away is unknown: ask again once.
      if (attempts > 0) void client.invalidateQueries();
      attempts = 0;
      seen = true;
    });
    source.addEventListener("error", () => {
      source?.close();
      attempts++;
      if (!stopped) retry = setTimeout(open, Math.min(30_000, 500 * 2 ** Math.min(attempts, 6)));
    });
    for (const topic of TOPICS) {
      source.addEventListener(topic, (message: MessageEvent<string>) => {
        const event = parse(message.data);
        if (event) note(topic, event);
      });
    }
    source.addEventListener("message", () => {
      seen = true;
    });
    // Events were missed: everything may have changed.
    source.addEventListener("resync", () => void client.invalidateQueries());
  };
  open();

  return () => {
    stopped = true;
    clearInterval(flushNumbers);
    clearInterval(flushLists);
    if (retry) clearTimeout(retry);
    source?.close();
    state = { status: "connecting", lastEventAt: undefined, newFindings: [], findingEvents: 0 };
  };
}
