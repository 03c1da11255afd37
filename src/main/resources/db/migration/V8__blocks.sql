-- The blocks that the parser found in the text of a result: kind, start, end, pages and level. The cells of a table are
-- in tables. Null in results that were stored by an earlier version.
alter table result add column blocks jsonb;
