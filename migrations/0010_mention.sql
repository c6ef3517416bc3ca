-- Of a relay: how many items of each topic persons heard inside it, as a JSON object, without what was withdrawn; null for none.
alter table airing add column mentions text;

-- Few airings have any; a report asks for those of its half-months.
create index airing_mentions on airing (half, began) where mentions is not null;
