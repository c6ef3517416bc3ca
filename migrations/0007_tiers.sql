-- How urgent what waits is (normal, priority), since when that is said, and who said where it stands among what goes first.
alter table queue add column tier text not null default 'normal' check (tier in ('normal', 'priority'));
alter table queue add column tier_at integer;
alter table queue add column ordered_by text;
update queue set tier_at = at;
