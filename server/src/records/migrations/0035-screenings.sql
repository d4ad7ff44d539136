-- Screening jobs: conditions over many subjects, judged at set instants. One row per trigger version and instant.
create table screening_runs (
  version_hash text not null constraint screening_runs_version_fk references trigger_versions (version_hash),
  at timestamptz(3) not null,
  trigger_id text not null,
  started_at timestamptz(3) not null,
  duration_ms integer not null,
  through_seq bigint not null,
  subjects integer not null,
  active integer not null,
  read_subjects integer not null,
  read_rows bigint not null,
  results jsonb not null,
  constraint screening_runs_pk primary key (version_hash, at)
);
comment on column screening_runs.at is 'instant for which it was judged: a multiple of the period, so that a run that is repeated is the same run';
comment on column screening_runs.through_seq is 'rows received later were not known';
comment on column screening_runs.active is 'subjects of the population with at least one valid sample in the window';
comment on column screening_runs.read_subjects is 'subjects whose rows had to be read: rollups ruled the others out';
create index screening_runs_trigger on screening_runs (trigger_id, at desc);
alter table screening_runs enable row level security;
alter table screening_runs force row level security;
create policy screening_runs_read on screening_runs for select using ((select actor_reach()) = 'all');
create policy screening_runs_add on screening_runs for insert with check (actor_role() = 'system:supervision');
