-- A plan may reach hundreds of thousands of vehicles. Which recalls the actor sees is worked out once per statement, not once per
-- row; and no row needs to look its recall and vehicle up: both are read in the statement that writes it, and neither is ever deleted.
drop policy recall_vehicles_read on recall_vehicles;
drop policy recall_vehicles_add on recall_vehicles;
drop policy recall_vehicles_change on recall_vehicles;
create policy recall_vehicles_read on recall_vehicles for select using (recall in (select id from cases where kind = 'recall'));
create policy recall_vehicles_add on recall_vehicles for insert with check (recall in (select id from cases where kind = 'recall'));
create policy recall_vehicles_change on recall_vehicles for update using (recall in (select id from cases where kind = 'recall'));
alter table recall_vehicles drop constraint recall_vehicles_case_fk, drop constraint recall_vehicles_vehicle_fk;
