// Compiles the catalogues in messages/ to typed functions in src/lib/paraglide.
import { compile } from '@inlang/paraglide-js';
import { PARAGLIDE } from './paraglide-options.mjs';

await compile(PARAGLIDE);
