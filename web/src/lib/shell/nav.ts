import { m } from '$lib/paraglide/messages.js';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import ChartColumn from '@lucide/svelte/icons/chart-column';
import LibraryBig from '@lucide/svelte/icons/library-big';
import ListMusic from '@lucide/svelte/icons/list-music';
import Radio from '@lucide/svelte/icons/radio';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Settings from '@lucide/svelte/icons/settings';
import type { Component } from 'svelte';

/** A page that the navigation leads to. */
export interface NavItem {
  href: string;
  label: () => string;
  icon: Component;
}

const ALL: NavItem[] = [
  { href: '/', label: m.shell_on_air, icon: Radio },
  { href: '/library', label: m.shell_library, icon: LibraryBig },
  { href: '/schedule', label: m.shell_schedule, icon: CalendarClock },
  { href: '/queue', label: m.shell_queue, icon: ListMusic },
  { href: '/log', label: m.shell_log, icon: ScrollText },
  { href: '/reports', label: m.shell_reports, icon: ChartColumn },
  { href: '/settings', label: m.shell_settings, icon: Settings },
];

/** Whether a page is there: its file, with or without a group of routes around it. */
const exists = new Set(
  Object.keys(import.meta.glob('/src/routes/**/+page.svelte')).map(
    (file) => file.replace(/^\/src\/routes|\/\([^)]+\)|\/\+page\.svelte$/g, '') || '/',
  ),
);

/** The pages that are there. */
export const nav: NavItem[] = ALL.filter(({ href }) => exists.has(href));

/** Whether an address belongs to a page of the navigation. */
export function isCurrent(href: string, path: string): boolean {
  return href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);
}
