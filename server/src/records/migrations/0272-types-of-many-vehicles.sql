-- Types of vehicles are noted once a statement, not once a row: of 150,000 vehicles that are seen for the first time all have the same one.
-- By the order of ids, so that two statements that add the same types never wait for each other in a circle.
drop trigger vehicles_type on vehicles;
drop function note_vehicle_type();
create function note_vehicle_types() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into vehicle_types (id, maker, model, organisation)
    select type, min(maker), min(model), min(organisation) from new_rows group by type order by type
    on conflict do nothing;
  return null;
end $$;
create trigger vehicles_types_new after insert on vehicles referencing new table as new_rows
  for each statement execute function note_vehicle_types();
create trigger vehicles_types_changed after update on vehicles referencing new table as new_rows
  for each statement execute function note_vehicle_types();
revoke execute on function note_vehicle_types() from public;
