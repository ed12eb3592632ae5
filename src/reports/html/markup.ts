import { escapeLines } from '../../text.js';

/** HTML that is known to be safe; whatever is not Markup is text. */
export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

type Child = Markup | string | number | false | null | undefined | readonly Child[];

/** A template whose values are escaped, save those that are Markup. Empty ones leave nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Child[]): Markup {
  return new Markup(parts.reduce((all, part, i) => all + render(values[i - 1]) + part));
}

function render(value: Child): string {
  if (value instanceof Markup) return value.source;
  if (Array.isArray(value)) return value.map(render).join('');
  return value === null || value === undefined || value === false ? '' : escapeHtml(String(value));
}

/** Safe between tags and between double quotes; marks that turn or hide text are shown. */
export const escapeHtml = (text: string): string =>
  escapeLines(text).replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

/** A value as JSON that no tag, comment or line separator in it can end. */
export const jsonBlock = (id: string, value: unknown): Markup =>
  new Markup(`<script type="application/json" id="${escapeHtml(id)}">${inertJson(value)}</script>`);

const inertJson = (value: unknown) =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
