import { rolldown } from 'rolldown';

/** One minified module of a file and all that it loads, and what it still imports. */
export async function bundle(input: string): Promise<{ code: string; imports: string[] }> {
  const build = await rolldown({ input, platform: 'neutral', logLevel: 'silent' });
  try {
    const { output } = await build.generate({ format: 'esm', minify: true });
    const [{ code, imports, dynamicImports }] = output;
    return { code, imports: [...imports, ...dynamicImports] };
  } finally {
    await build.close();
  }
}
