-- Vehicles of the registry that a recall reaches. What counts is folded in the case; a row says which vehicle it was.
create table recall_vehicles (
  recall text not null constraint recall_vehicles_case_fk references cases (id),
  vehicle bigint not null constraint recall_vehicles_vehicle_fk references vehicles (key),
  -- Round in which the row counts: a repeated recall starts anew.
  round int not null default 1 constraint recall_vehicles_round check (round >= 1),
  remedy text,
  remedied_at timestamptz(3),
  excluded text,
  -- No longer in the scope of the plan as filed last.
  left_at timestamptz(3),
  constraint recall_vehicles_pk primary key (recall, vehicle),
  constraint recall_vehicles_remedy check ((remedy is null) = (remedied_at is null))
);
comment on table recall_vehicles is 'no row is ever removed: a vehicle that was not remedied stays under recall for life (R-4.34)';
create index recall_vehicles_of_vehicle on recall_vehicles (vehicle);
alter table recall_vehicles enable row level security;
alter table recall_vehicles force row level security;
create policy recall_vehicles_read on recall_vehicles for select using (exists (select 1 from cases where cases.id = recall_vehicles.recall));
create policy recall_vehicles_add on recall_vehicles for insert with check (exists (select 1 from cases where cases.id = recall_vehicles.recall));
create policy recall_vehicles_change on recall_vehicles for update using (exists (select 1 from cases where cases.id = recall_vehicles.recall));
grant update (round, remedy, remedied_at, excluded, left_at) on recall_vehicles to sandglass_app;

-- What the public reads of a published recall (R-4.30): written by the action that publishes, never taken back.
create table public_recalls (
  recall text constraint public_recalls_pk primary key constraint public_recalls_case_fk references cases (id),
  organisation text,
  state text not null,
  body jsonb not null,
  published_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
comment on table public_recalls is 'already redacted: nothing else of a recall can be reached by the public';
create index public_recalls_order on public_recalls (published_at desc, recall desc);
alter table public_recalls enable row level security;
alter table public_recalls force row level security;
create policy public_recalls_read on public_recalls for select using (true);
create policy public_recalls_show on public_recalls for insert with check (exists (select 1 from cases where cases.id = public_recalls.recall));
create policy public_recalls_change on public_recalls for update using (exists (select 1 from cases where cases.id = public_recalls.recall));
grant update (organisation, state, body, updated_at) on public_recalls to sandglass_app;

-- The published recalls that reach one vehicle, for who types its VIN (matrix: "VIN-scope check"); nothing of the vehicle itself.
create function recalls_of_vehicle(of_vehicle bigint) returns table (recall text, is_done boolean)
language plpgsql volatile as $$
declare
  asking constant text := actor_role();
begin
  perform set_config('sandglass.role', 'system:setup', true);
  return query select r.recall, r.remedied_at is not null or r.excluded is not null
    from recall_vehicles r join public_recalls p on p.recall = r.recall
    where r.vehicle = of_vehicle and r.left_at is null;
  perform set_config('sandglass.role', asking, true);
end
$$;
