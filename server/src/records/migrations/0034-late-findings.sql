-- Late data: what it takes back or changes of a finding is kept as a revision. Findings of other subjects than vehicles.

alter table findings
  add column revision smallint not null default 0,
  add column origin text not null default 'live' constraint findings_origin_known check (origin in ('live', 'replay', 'screening')),
  add column amended_at timestamptz(3),
  add column retracted_at timestamptz(3),
  add column subject_kind text not null default 'vehicle'
    constraint findings_subject_kind_form check (subject_kind ~ '^[a-z][a-z_]{0,31}$'),
  add column subject_id text,
  add column subject_key bigint,
  add column subject_organisation text,
  add column subject_region text,
  alter column vehicle drop not null,
  add constraint findings_subject check ((subject_kind = 'vehicle') = (vehicle is not null) and (vehicle is not null or subject_id is not null)),
  drop constraint findings_status_known,
  add constraint findings_status_known check (status in ('firing', 'cleared', 'superseded', 'suppressed', 'retracted'));
comment on column findings.revision is 'how often late data changed it; 0 = as it was first written';
comment on column findings.origin is 'what found it: the live step, a replay with late data, a screening job';
comment on column findings.amended_at is 'ingest time at which late data last changed it';
comment on column findings.retracted_at is 'ingest time at which late data took it back: with all data known it did not happen';
comment on column findings.subject_key is 'key of a subject that sends data itself and is no vehicle';
comment on column findings.subject_organisation is 'who may read it besides those who see everything, for subjects that are no vehicles';
create index findings_subject on findings (subject_kind, subject_id, ordinal) where subject_kind <> 'vehicle';
create index findings_vehicle_time on findings (vehicle, onset);
create index findings_subject_time on findings (subject_key, onset) where subject_key is not null;
grant update (revision, amended_at, retracted_at, assurance, condition_since, onset_observed, margin_value, margin_unit, time_margin_ms, witnesses) on findings to sandglass_app;

alter table finding_events
  add column revision smallint not null default 0,
  drop constraint finding_events_once,
  add constraint finding_events_once unique (finding_id, kind, level, revision),
  drop constraint finding_events_kind_known,
  add constraint finding_events_kind_known check (kind in ('onset', 'escalated', 'cleared', 'superseded', 'suppressed', 'confirmed', 'retracted', 'amended', 'degraded', 'restored'));

-- A subject that is no vehicle belongs to an organisation and a territory of its own.
alter policy findings_read on findings using (
  (select actor_reach()) = 'all'
  or vehicle in (select key from vehicles)
  or (subject_kind <> 'vehicle' and (
    ((select actor_reach()) = 'organisation' and subject_organisation = (select nullif(actor_organisation(), '')))
    or ((select actor_reach()) = 'territory' and starts_with(subject_region, (select actor_territory())))
  ))
);
