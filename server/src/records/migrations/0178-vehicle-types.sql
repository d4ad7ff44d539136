-- Search of vehicles by maker, model and organisation: of these there are thousands, of vehicles a million. `ilike` looks at the
-- distinct ones; the vehicles of those it finds are read by an index.
create table vehicle_types (
  id bigint constraint vehicle_types_pk primary key,
  maker text,
  model text,
  organisation text
);
comment on table vehicle_types is 'what vehicles have in common. The application asks matching_vehicle_types only';
alter table vehicle_types enable row level security;
alter table vehicle_types force row level security;
revoke all on vehicle_types from sandglass_app;
create policy vehicle_types_owner on vehicle_types to current_user using (true) with check (true);

-- A hash, not a number from a sequence: it needs no look-up, and the table is written once when it is added.
alter table vehicles add column type bigint not null
  generated always as (hashtextextended(coalesce(maker, '') || chr(31) || coalesce(model, '') || chr(31) || coalesce(organisation, ''), 0)) stored;
comment on column vehicles.type is 'id in vehicle_types';
create index vehicles_type on vehicles (type, key);

-- Numbers that say nothing by themselves; which vehicles are behind them the row policy of vehicles decides.
create function matching_vehicle_types(pattern text) returns bigint[]
  language sql stable security definer set search_path = public
  return (select coalesce(array_agg(id), '{}') from vehicle_types where maker ilike pattern or model ilike pattern or organisation ilike pattern);

create function note_vehicle_type() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into vehicle_types (id, maker, model, organisation) values (new.type, new.maker, new.model, new.organisation)
    on conflict do nothing;
  return null;
end $$;
revoke execute on function matching_vehicle_types(text), note_vehicle_type() from public;
grant execute on function matching_vehicle_types(text) to sandglass_app;
create trigger vehicles_type after insert or update of maker, model, organisation on vehicles
  for each row execute function note_vehicle_type();

-- Vehicles that are there already: the owner is bound by row policies too, so it reads for the system.
select set_config('sandglass.role', 'system:setup', true);
insert into vehicle_types (id, maker, model, organisation)
  select type, min(maker), min(model), min(organisation) from vehicles group by type;
select set_config('sandglass.role', '', true);
