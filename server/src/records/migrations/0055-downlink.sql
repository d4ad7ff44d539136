-- Down-link commands to vehicles (GB/T 32960.3 annex B: query 80, set 81, control 82): one row per command, which is the
-- queue too, and append-only events of everything that happened to it.

-- Rights of a role over commands: row `vehicleCommand` of the permission matrix of packages/casework; a test compares the two.
create table command_access (
  role text not null,
  may text not null constraint command_access_right_known check (may in ('read', 'write', 'decide')),
  reach text not null constraint command_access_reach_known check (reach in ('all', 'own', 'territory')),
  constraint command_access_pk primary key (role, may, reach)
);
alter table command_access enable row level security;
alter table command_access force row level security;
create policy command_access_read on command_access for select using (actor_role() <> '');
create policy command_access_seed on command_access for insert with check (true);
insert into command_access (role, may, reach) values
  ('OEM', 'read', 'own'), ('OEM', 'write', 'own'), ('OEM', 'decide', 'own'),
  ('IMPORTER', 'read', 'own'), ('IMPORTER', 'write', 'own'), ('IMPORTER', 'decide', 'own'),
  ('OPERATOR', 'read', 'own'),
  ('RECALL_CENTER', 'read', 'all'),
  ('SAMR', 'read', 'all'), ('SAMR', 'decide', 'all'),
  ('MIIT', 'read', 'all'), ('EIDC', 'read', 'all'),
  ('LOCAL_IIT', 'read', 'territory'), ('LOCAL_IIT', 'decide', 'territory'),
  ('LOCAL_PLATFORM', 'read', 'territory'), ('LOCAL_PLATFORM', 'write', 'territory'),
  ('NAT_PLATFORM', 'read', 'all'), ('NAT_PLATFORM', 'write', 'all'), ('NAT_PLATFORM', 'decide', 'all'),
  ('SUPERVISOR_ALL', 'read', 'all'), ('SUPERVISOR_ALL', 'write', 'all'), ('SUPERVISOR_ALL', 'decide', 'all');
drop policy command_access_seed on command_access;
revoke insert on command_access from sandglass_app;

create function command_may(wanted text, of_vehicle bigint) returns boolean language sql stable parallel safe
  return actor_role() = 'system:downlink' or exists (
    select 1 from vehicles v, command_access a
    where v.key = of_vehicle and a.role = actor_role() and a.may = wanted
      and case a.reach
        when 'all' then true
        when 'own' then actor_organisation() <> '' and v.organisation is not distinct from actor_organisation()
        when 'territory' then coalesce(region_covers(actor_region(), v.region), false)
        else false
      end
  );
comment on function command_may is 'the row policies of vehicles apply inside: what an actor cannot see it cannot command';

create table vehicle_commands (
  id text constraint vehicle_commands_pk primary key,
  ordinal bigint generated always as identity constraint vehicle_commands_ordinal_unique unique,
  vehicle bigint not null constraint vehicle_commands_vehicle_fk references vehicles (key),
  kind text not null constraint vehicle_commands_kind_known check (kind in ('query', 'set', 'control')),
  request jsonb not null,
  reason text not null,
  needs_approval boolean not null,
  state text not null constraint vehicle_commands_state_known check (
    state in ('awaiting_approval', 'queued', 'sent', 'answered', 'refused', 'timed_out', 'expired', 'rejected', 'withdrawn')
  ),
  requested_by text not null,
  requested_role text not null,
  requested_organisation text not null,
  requested_account text,
  requested_at timestamptz(3) not null,
  idempotency_id text,
  decided_by text,
  decided_role text,
  decided_organisation text,
  decided_account text,
  decided_at timestamptz(3),
  decision_reason text,
  tries smallint not null constraint vehicle_commands_tries_range check (tries between 1 and 100),
  retry_ms integer not null constraint vehicle_commands_retry_range check (retry_ms > 0),
  attempts smallint not null default 0,
  next_at timestamptz(3),
  expires_at timestamptz(3) not null,
  sent_at timestamptz(3),
  link bigint,
  edition smallint constraint vehicle_commands_edition_known check (edition in (2016, 2025)),
  ended_at timestamptz(3),
  flag smallint,
  answer jsonb,
  constraint vehicle_commands_control_approved check (kind <> 'control' or needs_approval),
  constraint vehicle_commands_approved_before_sent check (
    not needs_approval or decided_by is not null or state in ('awaiting_approval', 'withdrawn', 'expired')
  ),
  constraint vehicle_commands_four_eyes check (decided_by is null or decided_by <> requested_by),
  constraint vehicle_commands_idempotency_unique unique (requested_by, idempotency_id)
);
comment on column vehicle_commands.request is 'may hold the access password of a remote upgrade: leaves the server masked, never enters the ledger';
comment on column vehicle_commands.next_at is 'when an unanswered command is sent again or given up';
comment on column vehicle_commands.expires_at is 'what is not on its way by then is not sent any more';
comment on column vehicle_commands.flag is 'response flag of the answer, GB/T 32960.3 table 4';
comment on constraint vehicle_commands_four_eyes on vehicle_commands is 'who asks never approves, whatever the application does';
create unique index vehicle_commands_one_outstanding on vehicle_commands (vehicle) where state = 'sent';
create index vehicle_commands_of_vehicle on vehicle_commands (vehicle, ordinal);
create index vehicle_commands_open on vehicle_commands (ordinal) where state in ('awaiting_approval', 'queued', 'sent');
alter table vehicle_commands enable row level security;
alter table vehicle_commands force row level security;
create policy vehicle_commands_read on vehicle_commands for select using (command_may('read', vehicle));
create policy vehicle_commands_request on vehicle_commands for insert with check (
  command_may('write', vehicle) and requested_by = actor_id() and requested_role = actor_role()
  and requested_organisation = actor_organisation() and decided_by is null
  and state = case when needs_approval then 'awaiting_approval' else 'queued' end
);
create policy vehicle_commands_run on vehicle_commands for update
  using (actor_role() = 'system:downlink') with check (actor_role() = 'system:downlink');
create policy vehicle_commands_decide on vehicle_commands for update
  using (state = 'awaiting_approval' and command_may('decide', vehicle))
  with check (decided_by = actor_id() and decided_role = actor_role() and state in ('queued', 'rejected') and command_may('decide', vehicle));
create policy vehicle_commands_withdraw on vehicle_commands for update
  using (state in ('awaiting_approval', 'queued') and requested_by = actor_id())
  with check (requested_by = actor_id() and state = 'withdrawn');
grant update (state, decided_by, decided_role, decided_organisation, decided_account, decided_at, decision_reason, attempts, next_at, sent_at, link, edition, ended_at, flag, answer)
  on vehicle_commands to sandglass_app;

create table vehicle_command_events (
  id bigint generated always as identity constraint vehicle_command_events_pk primary key,
  command_id text not null constraint vehicle_command_events_command_fk references vehicle_commands (id),
  kind text not null constraint vehicle_command_events_kind_known check (
    kind in ('requested', 'approved', 'rejected', 'withdrawn', 'sent', 'unreachable', 'answered', 'refused', 'timed_out', 'expired', 'late_answer')
  ),
  at timestamptz(3) not null,
  attempt smallint,
  actor_id text not null,
  actor_role text not null,
  actor_organisation text not null,
  actor_account text,
  detail jsonb not null default '{}',
  leaf_id text not null
);
comment on column vehicle_command_events.attempt is 'from 1, of an attempt to send';
comment on column vehicle_command_events.leaf_id is 'ledger leaf written in the same transaction';
create index vehicle_command_events_command on vehicle_command_events (command_id, id);
alter table vehicle_command_events enable row level security;
alter table vehicle_command_events force row level security;
create policy vehicle_command_events_read on vehicle_command_events for select
  using (exists (select 1 from vehicle_commands c where c.id = command_id));
create policy vehicle_command_events_append on vehicle_command_events for insert with check (
  actor_id = actor_id() and actor_role = actor_role() and actor_organisation = actor_organisation()
  and exists (select 1 from vehicle_commands c where c.id = command_id)
);
revoke update, delete, truncate on vehicle_command_events from sandglass_app;
