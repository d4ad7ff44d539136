/** A notice as a CloudEvent (1.0, structured JSON). */
import type { DeliveredNotice } from "./hand-out.ts";

export const CLOUD_EVENT_TYPE = "application/cloudevents+json; charset=utf-8";

/** What a test of a webhook carries: a notice of no case. */
export interface TestNotice {
  readonly notice: string;
  readonly kind: "test";
  readonly urgent: false;
  /** RFC 3339. */
  readonly at: string;
  readonly text: { readonly en: string; readonly zh: string };
  readonly case: null;
  readonly obligation: null;
}

/** @param source address of this installation, a URI reference */
export function cloudEventOf(event: string, source: string, notice: DeliveredNotice | TestNotice): string {
  return JSON.stringify({
    specversion: "1.0",
    id: event,
    source,
    type: `sandglass.notice.${notice.kind}`,
    ...(notice.case === null ? {} : { subject: notice.case.id }),
    time: notice.at,
    datacontenttype: "application/json",
    data: notice,
  });
}
