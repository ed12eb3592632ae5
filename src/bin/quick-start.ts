import module from 'node:module';

/** Where Node can, it keeps what it has compiled for the next start. */
(module as { readonly enableCompileCache?: () => unknown }).enableCompileCache?.();
