-- Lists of who reads few of a million vehicles are read by who these belong to. What compares them is leakproof (equality, elements of an
-- array), so that these indexes serve beside the row policy; `parties @>` is not, and its index never did.
create index vehicles_first_party on vehicles ((parties[1]), key) where parties[1] is not null;
create index vehicles_second_party on vehicles ((parties[2]), key) where parties[2] is not null;
create index vehicles_region on vehicles (region, type, key);
drop index vehicles_parties;

-- A territory is read by the division codes in it that vehicles have: `starts_with` is not leakproof either.
create table vehicle_regions (region text constraint vehicle_regions_pk primary key);
comment on table vehicle_regions is 'regions that vehicles have or had. The application asks regions_of_vehicles only';
alter table vehicle_regions enable row level security;
alter table vehicle_regions force row level security;
revoke all on vehicle_regions from sandglass_app;
create policy vehicle_regions_owner on vehicle_regions to current_user using (true) with check (true);

create function regions_of_vehicles(territory text) returns text[]
  language sql stable security definer set search_path = public
  return (select coalesce(array_agg(region), '{}') from vehicle_regions where starts_with(region, territory));
comment on function regions_of_vehicles(text) is 'division codes say nothing by themselves; which vehicles are there the row policy of vehicles decides';

create function note_vehicle_regions() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into vehicle_regions (region) select distinct region from new_rows where region is not null order by region
    on conflict do nothing;
  return null;
end $$;
create trigger vehicles_regions_new after insert on vehicles referencing new table as new_rows
  for each statement execute function note_vehicle_regions();
create trigger vehicles_regions_changed after update on vehicles referencing new table as new_rows
  for each statement execute function note_vehicle_regions();
revoke execute on function regions_of_vehicles(text), note_vehicle_regions() from public;
grant execute on function regions_of_vehicles(text) to sandglass_app;

-- Vehicles that are there already: the owner is bound by row policies too, so it reads for the system.
select set_config('sandglass.role', 'system:setup', true);
insert into vehicle_regions (region) select distinct region from vehicles where region is not null;
select set_config('sandglass.role', '', true);

-- Pages are looked for first among the next so many vehicles, whosever they are: who reads many is answered there, in the order of keys,
-- and who reads few by the indexes above, where few are sorted. The planner cannot tell one from the other through the row policy.
create function vehicle_key_behind(after bigint, many integer) returns bigint language plpgsql security definer set search_path = public as $$
declare
  role_before text := actor_role();
  behind bigint;
begin
  perform set_config('sandglass.role', 'system:index', true);
  select key into behind from vehicles where key > after order by key offset many limit 1;
  perform set_config('sandglass.role', role_before, true);
  return behind;
end $$;
comment on function vehicle_key_behind(bigint, integer) is 'an opaque key, for the condition of a query; null = there are not so many';
revoke execute on function vehicle_key_behind(bigint, integer) from public;
grant execute on function vehicle_key_behind(bigint, integer) to sandglass_app;
