/** The history as the API asks for it. */
import type { TelemetryReader } from "../api/mod.ts";
import type { FrameInfo, History, Sample } from "../history/mod.ts";

/** What the API calls the end of an open range, and history excludes. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER;

const exclusive = (to: number) => (to >= END_OF_TIME ? END_OF_TIME : to + 1);
const position = (
  after: { readonly time: number; readonly seq: bigint } | undefined,
): { after?: { time: number; seq: number } } =>
  after === undefined ? {} : { after: { time: after.time, seq: Number(after.seq) } };

function metaOf(frame: FrameInfo) {
  return {
    seq: BigInt(frame.seq),
    vehicle: frame.vehicle,
    eventTime: frame.time,
    receiveTime: frame.receivedAt,
    link: frame.link,
    assurance: frame.assurance,
    edition: frame.edition,
    command: frame.command,
    disposition: frame.disposition,
    ...(frame.length > 0 ? { length: frame.length } : {}),
  };
}

export function createTelemetryReader(history: History): TelemetryReader {
  return {
    async samples(scope, { vehicle, from, to, limit, after, signals }) {
      // A page may hold fewer than were asked for: lists make rows large, and parts of a list become one sample.
      const items: Sample[] = [];
      let at = position(after).after;
      do {
        const page = await history.samples(scope, {
          vehicle,
          from,
          to: exclusive(to),
          limit: limit - items.length,
          signals,
          ...(at === undefined ? {} : { after: at }),
        });
        items.push(...page.items);
        at = page.next;
      } while (at !== undefined && items.length < limit);
      return items.map((item) => ({
        seq: BigInt(item.seq),
        eventTime: item.time,
        receiveTime: item.receivedAt,
        command: item.command,
        values: item.values,
        reasons: item.reasons ?? {},
        ...(item.parts === undefined ? {} : { parts: item.parts.map(BigInt) }),
      }));
    },
    series: (scope, query) => history.series(scope, query),
    async frames(scope, { vehicle, from, to, limit, after }) {
      const page = await history.frames(scope, { vehicle, from, to: exclusive(to), limit, ...position(after) });
      return page.items.map(metaOf);
    },
    async frame(scope, { vehicle, seq }) {
      const frame = await history.frame(scope, { vehicle, seq: Number(seq) });
      return frame === undefined
        ? undefined
        : { meta: metaOf(frame), raw: frame.bytes, wasKept: frame.missing !== "not-kept" };
    },
    async counts(scope, vehicle) {
      const counts = await history.counts(scope, { vehicle });
      return {
        received: counts.received,
        realtime: counts.realtime,
        reissued: counts.reissued,
        quarantined: Object.values(counts.quarantined).reduce((sum, count) => sum + count, 0),
        duplicates: counts.duplicates,
        ...(counts.firstEvent === undefined ? {} : { firstEvent: counts.firstEvent }),
        ...(counts.lastEvent === undefined ? {} : { lastEvent: counts.lastEvent }),
        ...(counts.lastFrame === undefined ? {} : { lastFrame: counts.lastFrame }),
      };
    },
    async quarantine(scope, { limit, before }) {
      const page = await history.quarantine(scope, {
        from: 0,
        to: END_OF_TIME,
        limit,
        ...(before === undefined ? {} : { after: { time: END_OF_TIME, seq: Number(before) } }),
      });
      return page.items.map(metaOf);
    },
  };
}
