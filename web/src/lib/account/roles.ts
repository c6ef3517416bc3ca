import { m } from '$lib/paraglide/messages.js';

/** A role in the language of the page; one that this console does not know by its own word. */
export function roleName(role: string): string {
  const names: Record<string, () => string> = {
    viewer: m.account_role_viewer,
    operator: m.account_role_operator,
    approver: m.account_role_approver,
    admin: m.account_role_admin,
  };
  return names[role]?.() ?? role;
}
