/**
 * The framework hides the element that announces a new page to screen readers with a `style` attribute, which the page's
 * policy forbids. Its style stands in src/lib/styles/base.css instead.
 * @returns {import('vite').Plugin}
 */
export function announcerWithoutInlineStyle() {
  return {
    name: 'loa-announcer',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/generated/root.svelte')) return undefined;
      const changed = code.replace(/(<div id="svelte-announcer"[^>]*?) style="[^"]*"/, '$1');
      if (changed === code) this.error('the announcer of the framework has changed; see scripts/announcer.mjs');
      return { code: changed, map: null };
    },
  };
}
