-- Counted off the table, the key that lies so many vehicles further on cost more than the page. Keys are hashes, spread evenly.
create or replace function vehicle_key_behind(after bigint, many integer) returns bigint language plpgsql security definer set search_path = public as $$
declare
  role_before text := actor_role();
  least_key double precision;
  greatest_key double precision;
  vehicles_known double precision := (select reltuples from pg_class where oid = 'vehicles'::regclass);
  behind double precision;
begin
  if vehicles_known <= many then return null; end if;
  perform set_config('sandglass.role', 'system:index', true);
  least_key := (select key from vehicles order by key limit 1);
  greatest_key := (select key from vehicles order by key desc limit 1);
  perform set_config('sandglass.role', role_before, true);
  behind := greatest(least_key, after) + (greatest_key - least_key) / vehicles_known * many;
  return case when behind < greatest_key then behind::bigint end;
end $$;
comment on function vehicle_key_behind(bigint, integer) is 'about; null = there are not so many';
