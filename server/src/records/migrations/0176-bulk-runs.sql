-- One action on many cases: what the preview said of each case, and what became of it. The rows are the queue: whatever has no
-- outcome is still to be done, after a restart too.
create table bulk_runs (
  id text constraint bulk_runs_pk primary key,
  ordinal bigint generated always as identity constraint bulk_runs_ordinal_unique unique,
  state text not null constraint bulk_runs_state_known check (state in ('preview', 'running', 'done', 'cancelled')),
  kind text not null,
  action text not null,
  input jsonb not null,
  purpose text,
  query jsonb,
  total integer not null constraint bulk_runs_total_not_negative check (total >= 0),
  actor_kind text not null constraint bulk_runs_actor_kind_known check (actor_kind in ('person', 'token')),
  actor_id text not null,
  actor_role text not null,
  actor_account text,
  actor_token text,
  organisation text not null,
  region text,
  previewed_at timestamptz(3) not null,
  started_at timestamptz(3),
  ended_at timestamptz(3),
  constraint bulk_runs_started check ((state = 'preview') = (started_at is null)),
  constraint bulk_runs_ended check ((state in ('done', 'cancelled')) = (ended_at is not null))
);
comment on column bulk_runs.query is 'the filter under which all cases were meant; null where they were chosen one by one; a VIN in it is masked';
create index bulk_runs_actor on bulk_runs (actor_id, ordinal);
create index bulk_runs_running on bulk_runs (ordinal) where state = 'running';
create index bulk_runs_previews on bulk_runs (previewed_at) where state = 'preview';

create table bulk_run_cases (
  run_id text not null constraint bulk_run_cases_run_fk references bulk_runs (id) on delete cascade,
  position integer not null,
  case_id text not null constraint bulk_run_cases_case_fk references cases (id),
  version integer not null,
  input jsonb,
  preview text not null constraint bulk_run_cases_preview_known check (preview in ('acts', 'proposes', 'confirms', 'input', 'refused')),
  outcome text constraint bulk_run_cases_outcome_known check (outcome in ('done', 'proposed', 'refused', 'skipped', 'cancelled', 'failed')),
  code text,
  reason jsonb,
  found integer,
  sequence integer,
  attempts smallint not null default 0,
  at timestamptz(3),
  constraint bulk_run_cases_pk primary key (run_id, position),
  constraint bulk_run_cases_once unique (run_id, case_id)
);
comment on column bulk_run_cases.version is 'of the case when it was previewed: the action is refused on any other';
comment on column bulk_run_cases.input is 'where it is other than that of the run';
comment on column bulk_run_cases.code is 'of the refusal, by the preview or by the run';
comment on column bulk_run_cases.found is 'version of the case that refused the action because it had changed';
comment on column bulk_run_cases.sequence is 'of the action in the history of the case';
create index bulk_run_cases_waiting on bulk_run_cases (run_id, position) where outcome is null;

alter table bulk_runs enable row level security;
alter table bulk_runs force row level security;
create policy bulk_runs_read on bulk_runs for select using (
  actor_id = (select actor_id()) or (select actor_is_system()) or (select actor_may('log', 'read')));
create policy bulk_runs_add on bulk_runs for insert with check (
  actor_id = actor_id() and actor_role = actor_role() and organisation = actor_organisation() and state = 'preview');
-- What has ended stays as it ended.
create policy bulk_runs_change on bulk_runs for update
  using (state in ('preview', 'running') and (actor_id = (select actor_id()) or (select actor_is_system())))
  with check (actor_id = (select actor_id()) or (select actor_is_system()));
create policy bulk_runs_expire on bulk_runs for delete using (state = 'preview' and (select actor_is_system()));
revoke update, delete, truncate on bulk_runs from sandglass_app;
grant update (state, started_at, ended_at), delete on bulk_runs to sandglass_app;

-- Whoever sees the run sees its rows; of the cases themselves they see what they may.
alter table bulk_run_cases enable row level security;
alter table bulk_run_cases force row level security;
create policy bulk_run_cases_read on bulk_run_cases for select using (exists (select 1 from bulk_runs r where r.id = run_id));
create policy bulk_run_cases_add on bulk_run_cases for insert with check (
  exists (select 1 from bulk_runs r where r.id = run_id and r.state = 'preview' and r.actor_id = actor_id()));
create policy bulk_run_cases_change on bulk_run_cases for update
  using (outcome is null and exists (select 1 from bulk_runs r where r.id = run_id and (r.actor_id = actor_id() or actor_is_system())))
  with check (true);
revoke update, delete, truncate on bulk_run_cases from sandglass_app;
grant update (outcome, code, reason, found, sequence, attempts, at) on bulk_run_cases to sandglass_app;
