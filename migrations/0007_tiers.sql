-- How urgent what waits is (normal, priority), and who said where it stands among what goes first.
alter table queue add column tier text not null default 'normal' check (tier in ('normal', 'priority'));
alter table queue add column ordered_by text;
