-- A complaint about a project is read and answered where the project is: by the departments of its programme. One that names no
-- project, or none that is known, goes to all who answer complaints.
alter table public_complaints add column departments text[];
comment on column public_complaints.departments is 'departments of the project it names; null: it names none that is known';

create function address_complaint() returns trigger language plpgsql as $$
declare
  asking constant text := actor_role();
begin
  perform set_config('sandglass.role', 'system:setup', true);
  new.departments := (select departments from cases where id = new.project and departments <> '{}');
  perform set_config('sandglass.role', asking, true);
  return new;
end $$;
create trigger public_complaints_address before insert on public_complaints for each row execute function address_complaint();

create function complaints_read(departments text[]) returns boolean language sql stable parallel safe
  return complaints_read() and (departments is null or actor_role() = 'SUPERVISOR_ALL' or actor_department() = any (departments));
alter policy public_complaints_read on public_complaints using (complaints_read(departments));
alter policy public_complaints_answer on public_complaints using (complaints_read(departments) and answered_at is null) with check (complaints_read(departments));

-- The answer belongs to who holds the code: it is looked up by the system, whatever departments it went to.
create or replace function complaint_answer(of_code text)
returns table (id text, received_at timestamptz, due_at timestamptz, answer text, answered_at timestamptz)
language plpgsql volatile as $$
declare
  asking constant text := actor_role();
begin
  perform set_config('sandglass.role', 'SUPERVISOR_ALL', true);
  return query select c.id, c.received_at, c.due_at, c.answer, c.answered_at from public_complaints c where c.code_hash = of_code;
  perform set_config('sandglass.role', asking, true);
end
$$;
