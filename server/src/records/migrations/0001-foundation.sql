-- Foundation of the row policies. The transaction wrapper sets the actor; these functions read it.
-- Tables made by the owner can be read and appended to by the application; UPDATE and DELETE are granted table by table.
alter default privileges in schema public grant select, insert on tables to sandglass_app;
alter default privileges in schema public grant usage, select on sequences to sandglass_app;
grant usage on schema public to sandglass_app;
revoke create on schema public from public;

create function actor_id() returns text language sql stable parallel safe
  return coalesce(current_setting('sandglass.actor_id', true), '');
create function actor_role() returns text language sql stable parallel safe
  return coalesce(current_setting('sandglass.role', true), '');
create function actor_organisation() returns text language sql stable parallel safe
  return coalesce(current_setting('sandglass.organisation', true), '');
create function actor_region() returns text language sql stable parallel safe
  return coalesce(current_setting('sandglass.region', true), '');
create function actor_is_system() returns boolean language sql stable parallel safe
  return starts_with(actor_role(), 'system:');

-- GB/T 2260 codes: 440000 covers 44xxxx, 440300 covers 4403xx, 000000 and '' cover nothing by accident.
create function region_covers(territory text, region text) returns boolean language sql immutable parallel safe
  return territory ~ '^[1-9][0-9]{5}$' and starts_with(region, regexp_replace(territory, '(00){1,2}$', ''));

-- Which vehicles, and rows that belong to vehicles, exist for a role: all, those of its organisation, those of its
-- territory, none. The same as the right `read` on `vehicleRegister` in the permission matrix of packages/casework;
-- a test compares the two.
create function actor_reach() returns text language sql stable parallel safe
  return case
    when actor_is_system() then 'all'
    when actor_role() in ('SAMR', 'RECALL_CENTER', 'MIIT', 'EIDC', 'NAT_PLATFORM', 'MPS', 'TRAFFIC_POLICE', 'SUPERVISOR_ALL') then 'all'
    when actor_role() in ('LOCAL_IIT', 'LOCAL_PLATFORM', 'LOCAL_MOT') then 'territory'
    when actor_role() in ('OEM', 'IMPORTER', 'BATTERY_MAKER', 'OPERATOR') then 'organisation'
    else 'none'
  end;

create function actor_sees(organisation text, region text) returns boolean language sql stable parallel safe
  return case actor_reach()
    when 'all' then true
    when 'organisation' then actor_organisation() <> '' and organisation is not distinct from actor_organisation()
    when 'territory' then coalesce(region_covers(actor_region(), region), false)
    else false
  end;
