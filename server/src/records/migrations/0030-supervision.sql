-- Supervision: what the triggers found. `finding_events` is the record (append-only), `findings` its projection.

-- Every version of a trigger that ever watched a vehicle, as people read it. Findings point here by their version hash.
create table trigger_versions (
  version_hash text constraint trigger_versions_pk primary key,
  trigger_id text not null,
  version integer not null,
  title_en text not null,
  title_zh text not null,
  basis text,
  level_min smallint not null,
  level_max smallint not null,
  text_en text not null,
  text_zh text not null,
  sentence_en text not null,
  sentence_zh text not null,
  inputs jsonb not null,
  set_hash text not null,
  created_at timestamptz not null default now()
);
create index trigger_versions_trigger on trigger_versions (trigger_id, version);
alter table trigger_versions enable row level security;
alter table trigger_versions force row level security;
create policy trigger_versions_add on trigger_versions for insert with check (actor_is_system());
create policy trigger_versions_read on trigger_versions for select using (actor_role() <> '');

create table findings (
  id text constraint findings_pk primary key,
  ordinal bigint generated always as identity constraint findings_ordinal_unique unique,
  trigger_id text not null,
  version integer not null,
  version_hash text not null constraint findings_version_fk references trigger_versions (version_hash),
  level smallint not null constraint findings_level_range check (level between 1 and 4),
  status text not null constraint findings_status_known check (status in ('firing', 'cleared', 'superseded', 'suppressed')),
  confirmed boolean not null default false,
  vehicle bigint not null,
  project text,
  effect text constraint findings_effect_known check (effect in ('warn', 'restrict', 'suspend', 'terminate')),
  assurance smallint not null,
  onset timestamptz(3) not null,
  condition_since timestamptz(3) not null,
  onset_observed boolean not null,
  cleared_at timestamptz(3),
  margin_value double precision,
  margin_unit text,
  time_margin_ms bigint,
  witnesses jsonb not null,
  seq bigint not null,
  detected_at timestamptz(3) not null,
  created_at timestamptz not null default now(),
  evidence_from timestamptz(3) not null,
  evidence_to timestamptz(3) not null,
  evidence_copied_at timestamptz
);
comment on column findings.vehicle is 'opaque vehicle key, as in vehicles.key; unregistered vehicles have findings too';
comment on column findings.project is 'sandbox project whose trigger set found it; null for the built-in pack';
comment on column findings.effect is 'what the project rules ask for at this level';
comment on column findings.assurance is 'weakest assurance of the frames of the vehicle since the first witness: 0 none, 1 platform, 2 mutual TLS, 3 signed';
comment on column findings.onset is 'event time at which the condition became true';
comment on column findings.detected_at is 'receive time of the frame with which it was found';
comment on column findings.seq is 'ingest sequence number of that frame';
create index findings_vehicle on findings (vehicle, ordinal);
create index findings_project on findings (project, ordinal) where project is not null;
create index findings_open on findings (level, ordinal) where status = 'firing';
create index findings_unconfirmed on findings (ordinal) where not confirmed;
create index findings_evidence on findings (ordinal) where evidence_copied_at is null;
alter table findings enable row level security;
alter table findings force row level security;
-- A vehicle that the registry does not know yet is visible to those who see all vehicles.
create policy findings_read on findings for select using (actor_reach() = 'all' or vehicle in (select key from vehicles));
create policy findings_add on findings for insert with check (actor_role() = 'system:supervision');
create policy findings_change on findings for update using (actor_role() = 'system:supervision') with check (actor_role() = 'system:supervision');
grant update (level, status, confirmed, effect, cleared_at, evidence_copied_at) on findings to sandglass_app;

create table finding_events (
  id bigint generated always as identity constraint finding_events_pk primary key,
  finding_id text not null constraint finding_events_finding_fk references findings (id),
  kind text not null constraint finding_events_kind_known check (kind in ('onset', 'escalated', 'cleared', 'superseded', 'suppressed', 'confirmed')),
  level smallint not null default 0,
  at timestamptz(3) not null,
  detail jsonb not null default '{}',
  recorded_at timestamptz not null default now(),
  constraint finding_events_once unique (finding_id, kind, level)
);
comment on column finding_events.level is 'level reached by onset and escalated, else 0: a block that is stepped twice adds nothing';
comment on column finding_events.at is 'event time';
alter table finding_events enable row level security;
alter table finding_events force row level security;
create policy finding_events_add on finding_events for insert with check (actor_role() = 'system:supervision');
create policy finding_events_read on finding_events for select using (actor_is_system() or finding_id in (select id from findings));

-- Hand-over between modules that do not know each other. The consumer marks a row in the transaction of its effect.
create table outbox (
  id bigint generated always as identity constraint outbox_pk primary key,
  topic text not null,
  subject text not null,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  done_at timestamptz
);
create index outbox_open on outbox (topic, id) where done_at is null;
alter table outbox enable row level security;
alter table outbox force row level security;
create policy outbox_system on outbox using (actor_is_system()) with check (actor_is_system());
grant update (done_at) on outbox to sandglass_app;

-- Where supervision has come to; for people and checks. A restart goes by its own checkpoint, which is never ahead.
create table supervision_cursor (
  partition text constraint supervision_cursor_pk primary key,
  segment bigint not null,
  block integer not null,
  seq bigint not null,
  at timestamptz not null
);
alter table supervision_cursor enable row level security;
alter table supervision_cursor force row level security;
create policy supervision_cursor_system on supervision_cursor using (actor_is_system()) with check (actor_is_system());
grant update (segment, block, seq, at) on supervision_cursor to sandglass_app;
