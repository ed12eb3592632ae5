/**
 * The headers of a request in JSON.
 *
 * @param key - where the server looks for a key, and the key; with undefined it gets none
 */
export const jsonHeaders = (
  keyHeader: string,
  key: string | undefined,
): Readonly<Record<string, string>> => ({
  accept: 'application/json',
  'content-type': 'application/json',
  ...(key === undefined ? {} : { [keyHeader]: key }),
});
