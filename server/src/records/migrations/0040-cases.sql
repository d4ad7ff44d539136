-- Cases: append-only actions, one projection row per case, the duties with their clocks.
-- The fold of the actions defines a case; `cases.folded` is its snapshot, compared with the fold by `sandglass check`.

-- Which cases exist for a role, and whether it acts in them: the matrix of packages/casework as rows; a test compares the two.
create table case_access (
  kind text not null,
  role text not null,
  reach text not null constraint case_access_reach_known check (reach in ('all', 'own', 'territory', 'assigned')),
  constraint case_access_pk primary key (kind, role, reach)
);
alter table case_access enable row level security;
alter table case_access force row level security;
create policy case_access_read on case_access for select using (actor_role() <> '');
create policy case_access_seed on case_access for insert with check (true);
insert into case_access (kind, role, reach) values
  ('sandbox-project', 'OEM', 'own'),
  ('sandbox-project', 'IMPORTER', 'own'),
  ('sandbox-project', 'SUPPLIER', 'own'),
  ('sandbox-project', 'TECH_FIRM', 'own'),
  ('sandbox-project', 'BATTERY_MAKER', 'own'),
  ('sandbox-project', 'OPERATOR', 'own'),
  ('sandbox-project', 'RECALL_CENTER', 'all'),
  ('sandbox-project', 'SAMR', 'all'),
  ('sandbox-project', 'MIIT', 'all'),
  ('sandbox-project', 'MOT', 'all'),
  ('sandbox-project', 'MEM', 'all'),
  ('sandbox-project', 'GACC', 'all'),
  ('sandbox-project', 'EIDC', 'all'),
  ('sandbox-project', 'LOCAL_IIT', 'territory'),
  ('sandbox-project', 'LOCAL_PLATFORM', 'territory'),
  ('sandbox-project', 'LOCAL_MOT', 'territory'),
  ('sandbox-project', 'EXPERT', 'assigned'),
  ('sandbox-project', 'SUPERVISOR_ALL', 'all'),
  ('hazard-order', 'OEM', 'own'),
  ('hazard-order', 'IMPORTER', 'own'),
  ('hazard-order', 'BATTERY_MAKER', 'own'),
  ('hazard-order', 'OPERATOR', 'own'),
  ('hazard-order', 'RECALL_CENTER', 'all'),
  ('hazard-order', 'SAMR', 'all'),
  ('hazard-order', 'MIIT', 'all'),
  ('hazard-order', 'EIDC', 'all'),
  ('hazard-order', 'LOCAL_IIT', 'territory'),
  ('hazard-order', 'LOCAL_PLATFORM', 'territory'),
  ('hazard-order', 'LOCAL_MOT', 'territory'),
  ('hazard-order', 'NAT_PLATFORM', 'all'),
  ('hazard-order', 'DEALER_REPAIR', 'assigned'),
  ('hazard-order', 'SUPERVISOR_ALL', 'all');
drop policy case_access_seed on case_access;
revoke insert on case_access from sandglass_app;

create function case_visible(of_kind text, organisations text[], regions text[], assigned text[]) returns boolean language sql stable parallel safe
  return actor_is_system() or exists (
    select 1 from case_access a
    where a.kind = of_kind and a.role = actor_role()
      and case a.reach
        when 'all' then true
        when 'own' then actor_organisation() <> '' and actor_organisation() = any (organisations)
        when 'territory' then exists (select 1 from unnest(regions) touched where region_covers(actor_region(), touched))
        when 'assigned' then actor_id() = any (assigned)
        else false
      end
  );

create table cases (
  id text constraint cases_pk primary key,
  kind text not null,
  definition integer not null,
  state text not null,
  flags text[] not null default '{}',
  version integer not null constraint cases_version_positive check (version > 0),
  title_en text not null,
  title_zh text not null,
  organisations text[] not null default '{}',
  regions text[] not null default '{}',
  assigned text[] not null default '{}',
  vehicles text[] not null default '{}',
  project text,
  item text,
  level smallint,
  opened_at timestamptz(3) not null,
  since timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  ended boolean not null default false,
  due_at timestamptz(3),
  folded jsonb not null
);
comment on column cases.definition is 'version of the lifecycle the case started with';
comment on column cases.version is 'number of its actions: the optimistic lock';
comment on column cases.organisations is 'parties; the first is in charge';
comment on column cases.due_at is 'earliest due time of its open duties';
comment on column cases.folded is 'snapshot of the fold of its actions';
create index cases_list on cases (kind, opened_at desc, id desc);
create index cases_due on cases (due_at) where due_at is not null;
create index cases_vehicles on cases using gin (vehicles);
create index cases_organisations on cases using gin (organisations);
create index cases_project on cases (project) where project is not null;
create unique index cases_one_order_per_item on cases ((vehicles[1]), item) where kind = 'hazard-order' and not ended and item is not null and cardinality(vehicles) = 1;
alter table cases enable row level security;
alter table cases force row level security;
create policy cases_read on cases for select using (case_visible(kind, organisations, regions, assigned));
create policy cases_open on cases for insert with check (case_visible(kind, organisations, regions, assigned));
create policy cases_project_state on cases for update using (case_visible(kind, organisations, regions, assigned)) with check (case_visible(kind, organisations, regions, assigned));
grant update (state, flags, version, title_en, title_zh, organisations, regions, assigned, vehicles, project, item, level, since, changed_at, ended, due_at, folded) on cases to sandglass_app;

-- Append-only: nobody but the owner role could change a row, and the owner never does.
create table case_actions (
  id text constraint case_actions_pk primary key,
  case_id text not null constraint case_actions_case_fk references cases (id),
  sequence integer not null constraint case_actions_sequence_positive check (sequence > 0),
  name text not null,
  at timestamptz(3) not null,
  actor_id text not null,
  actor_role text not null,
  actor_organisation text not null,
  actor_region text,
  actor_account text,
  purpose text,
  idempotency_id text,
  input jsonb not null,
  facts jsonb,
  proposed boolean not null default false,
  from_state text,
  to_state text not null,
  leaf_id text not null,
  constraint case_actions_sequence_unique unique (case_id, sequence),
  constraint case_actions_idempotency_unique unique (actor_id, idempotency_id)
);
comment on column case_actions.facts is 'what the server established itself when it accepted the action';
comment on column case_actions.proposed is 'first half of an action that needs four eyes: it changed no state';
comment on column case_actions.leaf_id is 'ledger leaf written in the same transaction';
alter table case_actions enable row level security;
alter table case_actions force row level security;
create policy case_actions_read on case_actions for select using (exists (select 1 from cases where cases.id = case_actions.case_id));
create policy case_actions_append on case_actions for insert with check (
  actor_id = actor_id() and actor_role = actor_role() and actor_organisation = actor_organisation()
  and exists (select 1 from cases where cases.id = case_actions.case_id)
);
revoke update, delete, truncate on case_actions from sandglass_app;

create table case_obligations (
  case_id text not null constraint case_obligations_case_fk references cases (id),
  id text not null,
  code text not null,
  bearers text[] not null,
  subject text,
  start_at timestamptz(3) not null,
  due_at timestamptz(3),
  former_due timestamptz(3)[] not null default '{}',
  certainty text not null,
  calendar text not null,
  ended_how text constraint case_obligations_ended_known check (ended_how in ('met', 'cancelled')),
  ended_at timestamptz(3),
  on_overdue text,
  overdue_handled_at timestamptz(3),
  constraint case_obligations_pk primary key (case_id, id)
);
comment on column case_obligations.former_due is 'due times that no longer hold, oldest first';
comment on column case_obligations.on_overdue is 'action that the legal clock takes when it passes due_at unmet';
comment on column case_obligations.overdue_handled_at is 'when the clock did so';
create index case_obligations_open on case_obligations (due_at) where ended_how is null;
alter table case_obligations enable row level security;
alter table case_obligations force row level security;
create policy case_obligations_read on case_obligations for select using (exists (select 1 from cases where cases.id = case_obligations.case_id));
create policy case_obligations_open on case_obligations for insert with check (exists (select 1 from cases where cases.id = case_obligations.case_id));
create policy case_obligations_change on case_obligations for update using (exists (select 1 from cases where cases.id = case_obligations.case_id));
grant update (due_at, former_due, certainty, calendar, ended_how, ended_at, overdue_handled_at) on case_obligations to sandglass_app;

-- Firings that could not be applied after several attempts: set aside, so that they never hold up the next; an operator alarm.
create table case_reactor_failures (
  outbox_id bigint constraint case_reactor_failures_pk primary key,
  topic text not null,
  payload jsonb not null,
  reason text not null,
  at timestamptz(3) not null,
  resolved_at timestamptz(3)
);
alter table case_reactor_failures enable row level security;
alter table case_reactor_failures force row level security;
create policy case_reactor_failures_system on case_reactor_failures using (actor_is_system() or actor_role() in ('SUPERVISOR_ALL', 'PLATFORM_ADMIN', 'AUDITOR')) with check (actor_is_system());
grant update (resolved_at) on case_reactor_failures to sandglass_app;
