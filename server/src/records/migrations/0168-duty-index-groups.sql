-- Duties of one code or role are read group by group, each in the order of the board, instead of past everybody else's.
drop index duty_index_count;
create index duty_index_groups on duty_index (scope, code, bearers, due_at, case_id, id);
drop index duty_index_board;
create index duty_index_board on duty_index (scope, due_at, case_id, id);
