-- How many projects a programme carries, whoever asks: an applicant sees their own projects only, but the capacity is that of all.
create function programme_load(of_programme text) returns bigint language plpgsql volatile as $$
declare
  asking constant text := actor_role();
  load bigint;
begin
  perform set_config('sandglass.role', 'system:clock', true);
  select count(*) into load from cases
  where kind = 'sandbox-project' and item = of_programme and not ended and state <> 'DRAFT';
  perform set_config('sandglass.role', asking, true);
  return load;
end
$$;
comment on function programme_load(text) is 'a number only: no row of another applicant leaves it';
