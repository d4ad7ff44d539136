-- Data quality: what was received of each vehicle and platform on each day, and how often each rule was broken.
-- A day is a day of receipt in Asia/Shanghai. All rows of one write belong to the cursor that is written with them.

-- Rights of a role over quality figures: `read` on row `platformEvaluation` of the permission matrix of
-- packages/casework; a test compares the two.
create function quality_reach() returns text language sql stable parallel safe
  return case
    when actor_is_system() then 'all'
    when actor_role() in ('SAMR', 'MIIT', 'EIDC', 'NAT_PLATFORM', 'EXPERT', 'SUPERVISOR_ALL') then 'all'
    when actor_role() in ('LOCAL_IIT', 'LOCAL_PLATFORM', 'LOCAL_MOT') then 'territory'
    when actor_role() in ('OEM', 'IMPORTER') then 'organisation'
    else 'none'
  end;

create table quality_vehicle_days (
  day date not null,
  vehicle bigint not null,
  base bigint[] not null,
  rules smallint[] not null,
  hits bigint[] not null,
  rules_version smallint not null,
  constraint quality_vehicle_days_pk primary key (day, vehicle),
  constraint quality_vehicle_days_paired check (cardinality(rules) = cardinality(hits))
);
create index quality_vehicle_days_vehicle on quality_vehicle_days (vehicle, day);
comment on column quality_vehicle_days.base is 'counts that shares are made of, by position: BASE of server/src/conformance/counters.ts';
comment on column quality_vehicle_days.rules is 'numbers of the rules that were broken; hits holds how often, in the same order';
alter table quality_vehicle_days enable row level security;
alter table quality_vehicle_days force row level security;
create policy quality_vehicle_days_read on quality_vehicle_days for select using (
  (select quality_reach()) = 'all'
  or ((select quality_reach()) <> 'none' and vehicle in (select key from vehicles))
);
create policy quality_vehicle_days_add on quality_vehicle_days for insert with check (actor_role() = 'system:conformance');
create policy quality_vehicle_days_change on quality_vehicle_days for update
  using (actor_role() = 'system:conformance') with check (actor_role() = 'system:conformance');
grant update (base, rules, hits, rules_version) on quality_vehicle_days to sandglass_app;

create table quality_platform_days (
  day date not null,
  username text not null,
  base bigint[] not null,
  rules smallint[] not null,
  hits bigint[] not null,
  rules_version smallint not null,
  constraint quality_platform_days_pk primary key (day, username),
  constraint quality_platform_days_paired check (cardinality(rules) = cardinality(hits))
);
comment on column quality_platform_days.username is 'of the platform login, as in platforms.username; empty = everything that terminals send directly';
alter table quality_platform_days enable row level security;
alter table quality_platform_days force row level security;
create policy quality_platform_days_read on quality_platform_days for select using (
  (select quality_reach()) = 'all'
  or ((select quality_reach()) <> 'none' and username in (select username from platforms))
);
create policy quality_platform_days_add on quality_platform_days for insert with check (actor_role() = 'system:conformance');
create policy quality_platform_days_change on quality_platform_days for update
  using (actor_role() = 'system:conformance') with check (actor_role() = 'system:conformance');
grant update (base, rules, hits, rules_version) on quality_platform_days to sandglass_app;

-- Who may read quality figures may read which platforms they are about.
create policy platforms_quality on platforms for select using ((select quality_reach()) = 'all');

create table quality_bursts (
  vehicle bigint not null,
  onset timestamptz(3) not null,
  level smallint not null,
  edition smallint not null,
  before_seconds smallint not null,
  after_seconds smallint not null,
  cleared_at timestamptz(3),
  constraint quality_bursts_pk primary key (vehicle, onset)
);
comment on table quality_bursts is 'alarms of level 3 and above, and how many of the 30 seconds before and after their onset have data';
alter table quality_bursts enable row level security;
alter table quality_bursts force row level security;
create policy quality_bursts_read on quality_bursts for select using (
  (select quality_reach()) = 'all'
  or ((select quality_reach()) <> 'none' and vehicle in (select key from vehicles))
);
create policy quality_bursts_add on quality_bursts for insert with check (actor_role() = 'system:conformance');
create policy quality_bursts_change on quality_bursts for update
  using (actor_role() = 'system:conformance') with check (actor_role() = 'system:conformance');
grant update (level, before_seconds, after_seconds, cleared_at) on quality_bursts to sandglass_app;

-- What rules over several frames remember of each vehicle, in chunks, and the block up to which everything is counted.
create table quality_state (
  chunk integer constraint quality_state_pk primary key,
  content bytea not null
);
alter table quality_state enable row level security;
alter table quality_state force row level security;
create policy quality_state_own on quality_state
  using (actor_role() = 'system:conformance') with check (actor_role() = 'system:conformance');
grant update (content), delete on quality_state to sandglass_app;

create table quality_cursor (
  partition text constraint quality_cursor_pk primary key,
  segment bigint not null,
  block integer not null,
  day integer not null,
  links jsonb not null,
  at timestamptz not null
);
comment on column quality_cursor.day is 'days since 1970-01-01 in Asia/Shanghai of the newest receipt';
comment on column quality_cursor.links is 'open links of platforms: [number, user name]';
alter table quality_cursor enable row level security;
alter table quality_cursor force row level security;
create policy quality_cursor_system on quality_cursor using (actor_is_system()) with check (actor_is_system());
grant update (segment, block, day, links, at) on quality_cursor to sandglass_app;
