-- Vehicles by their worst open finding, at scale: as `duty_index` does it for the board, each vehicle with open findings stands once for
-- every scope that reaches it, in the order of the list, with all that its filters ask for. Who reads vehicles has one scope.
create table open_vehicle_index (
  scope text not null,
  vehicle bigint not null,
  level smallint not null,
  ordinal bigint not null,
  type bigint not null,
  registered boolean not null,
  constraint open_vehicle_index_pk primary key (vehicle, scope)
);
comment on table open_vehicle_index is 'written by triggers only, in the transaction that opens or ends a finding or changes the vehicle';
comment on column open_vehicle_index.scope is 'as vehicle_scopes has them';
comment on column open_vehicle_index.level is 'of the worst open finding, among equals the newest; ordinal: of the same finding';
comment on column open_vehicle_index.type is 'as vehicles.type';
create index open_vehicle_index_ranked on open_vehicle_index (scope, level, ordinal) include (vehicle, type, registered);
create index open_vehicle_index_type on open_vehicle_index (scope, type);
create index open_vehicle_index_unregistered on open_vehicle_index (scope, level, ordinal) where not registered;

create function vehicle_scopes(organisation text, parties text[], region text) returns text[] language sql immutable parallel safe
  return (
    select array_agg(distinct scope)
    from unnest(array['*', 'o:' || organisation, 'r:' || left(region, 2), 'r:' || left(region, 4), 'r:' || region]
      || array(select 'o:' || party from unnest(parties) party)) scope
    where scope is not null
  );
comment on function vehicle_scopes(text, text[], text) is 'those who reach a vehicle by policy vehicles_read: all, its organisations, the territories around it';
create function actor_vehicle_scope() returns text language sql stable parallel safe
  return case actor_reach()
    when 'all' then '*'
    when 'organisation' then 'o:' || nullif(actor_organisation(), '')
    when 'territory' then 'r:' || actor_territory()
  end;
comment on function actor_vehicle_scope() is 'the scope of policy vehicles_read; null = no vehicle';

alter table open_vehicle_index enable row level security;
alter table open_vehicle_index force row level security;
revoke insert on open_vehicle_index from sandglass_app;
create policy open_vehicle_index_owner on open_vehicle_index to current_user using (true) with check (true);
create policy open_vehicle_index_read on open_vehicle_index for select using (
  (select actor_reads_findings_of_vehicles()) and scope = (select actor_vehicle_scope())
);

-- Writers of findings and of vehicles wait for each other where they meet in a vehicle, and then read what the other one wrote: by its row,
-- or, while it has none, by a lock that those who add vehicles share.
-- They run as the owner, since nobody else writes the index, and read for the system: row policies of vehicles bind the owner too.
create function index_open_vehicles(keys bigint[]) returns void language plpgsql security definer set search_path = public as $$
declare
  role_before text := actor_role();
begin
  perform set_config('sandglass.role', 'system:index', true);
  if exists (select 1 from unnest(keys) each where not exists (select 1 from vehicles where key = each)) then
    perform pg_advisory_xact_lock(hashtextextended('vehicles added', 0));
  end if;
  perform 1 from vehicles where key = any (keys) order by key for no key update;
  with wanted as materialized (
    select scope, v.key as vehicle, worst.level, worst.ordinal, v.type, v.registered
    from vehicles v
    cross join lateral (
      select level, ordinal from findings f where f.vehicle = v.key and f.status = 'firing' order by level desc, ordinal desc limit 1
    ) worst
    cross join lateral unnest(vehicle_scopes(v.organisation, v.parties, v.region)) scope
    where v.key = any (keys)
  ), gone as (
    delete from open_vehicle_index old
    where old.vehicle = any (keys) and not exists (select 1 from wanted w where (w.vehicle, w.scope) = (old.vehicle, old.scope))
  )
  insert into open_vehicle_index as old (scope, vehicle, level, ordinal, type, registered) select * from wanted
    on conflict (vehicle, scope) do update
      set level = excluded.level, ordinal = excluded.ordinal, type = excluded.type, registered = excluded.registered
      where (old.level, old.ordinal, old.type, old.registered) is distinct from (excluded.level, excluded.ordinal, excluded.type, excluded.registered);
  perform set_config('sandglass.role', role_before, true);
end $$;

create function index_vehicles_of_findings() returns trigger language plpgsql security definer set search_path = public as $$
declare
  keys bigint[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct vehicle) into keys from new_rows where status = 'firing' and vehicle is not null;
  elsif tg_op = 'DELETE' then
    select array_agg(distinct vehicle) into keys from old_rows where status = 'firing' and vehicle is not null;
  else
    select array_agg(distinct n.vehicle) into keys from new_rows n join old_rows o using (id)
      where n.vehicle is not null and 'firing' in (o.status, n.status) and (o.status, o.level) is distinct from (n.status, n.level);
  end if;
  if keys is not null then perform index_open_vehicles(keys); end if;
  return null;
end $$;
create trigger findings_index_new after insert on findings referencing new table as new_rows
  for each statement execute function index_vehicles_of_findings();
create trigger findings_index_changed after update on findings referencing old table as old_rows new table as new_rows
  for each statement execute function index_vehicles_of_findings();
create trigger findings_index_gone after delete on findings referencing old table as old_rows
  for each statement execute function index_vehicles_of_findings();

create function index_new_vehicles() returns trigger language plpgsql security definer set search_path = public as $$
declare
  keys bigint[];
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('vehicles added', 0));
  select array_agg(key) into keys from new_rows
    where exists (select 1 from findings f where f.vehicle = key and f.status = 'firing');
  if keys is not null then perform index_open_vehicles(keys); end if;
  return null;
end $$;
create function index_changed_vehicle() returns trigger language plpgsql security definer set search_path = public as $$
begin
  perform index_open_vehicles(array[new.key]);
  return null;
end $$;
create trigger vehicles_index_new after insert on vehicles referencing new table as new_rows
  for each statement execute function index_new_vehicles();
create trigger vehicles_index_changed after update on vehicles for each row
  when ((old.organisation, old.parties, old.region, old.type, old.registered) is distinct from (new.organisation, new.parties, new.region, new.type, new.registered))
  execute function index_changed_vehicle();
revoke execute on function index_open_vehicles(bigint[]), index_vehicles_of_findings(), index_new_vehicles(), index_changed_vehicle() from public;

-- What told the same of each finding as it went.
drop function worst_open_findings(smallint, bigint, integer), has_worse_finding(bigint, smallint, bigint), open_level(bigint);
drop index findings_open_ranked;

select index_open_vehicles(array(select distinct vehicle from findings where status = 'firing' and vehicle is not null));
analyze open_vehicle_index;
