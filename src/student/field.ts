import { show, UserError } from '../errors.js';

/** A value of a parsed file, and the path of its key. */
export class Field {
  readonly value: unknown;
  readonly #source: string;
  readonly #path: string;
  readonly #remedy: string;

  constructor(
    value: unknown,
    { source, path = '', remedy }: { source: string; path?: string; remedy: string },
  ) {
    this.value = value;
    this.#source = source;
    this.#path = path;
    this.#remedy = remedy;
  }

  at(key: string): Field {
    const holder: Readonly<Record<string, unknown>> = isObject(this.value) ? this.value : {};
    const value = Object.hasOwn(holder, key) ? holder[key] : undefined;
    const path = this.#path === '' ? key : `${this.#path}.${key}`;
    return new Field(value, { source: this.#source, path, remedy: this.#remedy });
  }

  get description(): string {
    return this.value === undefined
      ? `"${this.#path}" is missing`
      : `"${this.#path}" is ${show(this.value)}`;
  }

  number(isValid: (value: number) => boolean = () => true): number {
    const { value } = this;
    return typeof value === 'number' && Number.isFinite(value) && isValid(value)
      ? value
      : this.#refuse();
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.#refuse();
  }

  expect(expected: unknown): void {
    if (show(this.value) !== show(expected)) this.#refuse();
  }

  #refuse(): never {
    throw new UserError(`${this.#source} is damaged: ${this.description}`, {
      hint: this.#remedy,
    });
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
