import { show, UserError } from '../errors.js';
import { coded } from '../messages.js';
import { isBuiltIn } from '../task/task.js';
import { ALIAS_GROUPS, type AliasGroup } from './aliases.js';
import type { Model } from './classifier.js';
import { HUMAN, openHuman } from './human.js';
import type { ModelOptions, SettledOptions } from './options.js';
import { PROVIDERS } from './providers.js';
import {
  aliasTarget,
  customTarget,
  moderationTarget,
  parseProviderId,
  providerTarget,
  type Target,
} from './resolve.js';

/** One kind of model. What is in its text in backticks is an option of `openModel`. */
export interface ModelKind {
  /** How its names look; none where they are the server's own. */
  readonly names: readonly string[];
  /** How a user asks for it, where that is not by its name alone. */
  readonly form?: string;
  readonly description: string;
  matches(name: string, options: Pick<ModelOptions, 'baseUrl'>): boolean;
  /** @throws UserError when a key is missing, or whatever else it needs */
  open(name: string, options: SettledOptions): Promise<Model>;
}

/** What the name of a student begins with; its file follows. */
export const STUDENT = 'student:';
const MODERATION = 'moderation:';
const CASCADE = 'cascade:';

/** The default. */
export const WORDLIST = 'wordlist';

/** Whether a model of this name runs in this process, and no server is asked for its labels. */
export const runsHere = (name: string) =>
  name === WORDLIST || name === HUMAN || name.startsWith(STUDENT);

/** Every kind, in the order in which they are tried and listed. To add one, add its row. */
export const MODEL_KINDS: readonly ModelKind[] = [
  {
    names: [WORDLIST],
    description: 'the default; built in, a floor, not a moderator',
    matches: (name) => name === WORDLIST,
    open: async (_, options) => {
      refuseBaseUrl(options, 'comes without a model');
      const { task, onNote } = options;
      if (task && !isBuiltIn(task)) {
        onNote?.(
          coded('profanity-only', `note: ${WORDLIST} finds profanity, whatever ${task.name} is`),
        );
      }
      const { openWordlist } = await import('./wordlist.js');
      return openWordlist();
    },
  },
  {
    names: [`${STUDENT}FILE`],
    description: 'a student that train made; runs here, needs no key',
    matches: (name) => name.startsWith(STUDENT),
    open: async (name, options) => {
      refuseBaseUrl(options, `does not go with ${name}, which runs here`);
      const { openStudent } = await import('./student.js');
      return openStudent(name.slice(STUDENT.length), {
        task: options.task,
        openEmbedder: async (id) => {
          const { openEmbedder } = await import('./embedder.js');
          return openEmbedder(id, options);
        },
      });
    },
  },
  {
    names: [HUMAN],
    description: 'the labels that people gave the rows already',
    matches: (name) => name === HUMAN,
    open: async (_, options) => {
      refuseBaseUrl(options, 'comes without a model');
      return openHuman();
    },
  },
  {
    names: [`${CASCADE}FILE`],
    description: 'a student and its teacher, made by cascade',
    matches: (name) => name.startsWith(CASCADE),
    open: async (name, options) => {
      const { openCascadeModel } = await import('./cascade.js');
      const { openStudent } = await import('./student.js');
      const { openEmbedder } = await import('./embedder.js');
      return openCascadeModel(name.slice(CASCADE.length), {
        task: options.task,
        openStudent: (path) =>
          openStudent(path, {
            task: options.task,
            openEmbedder: (id) => openEmbedder(id, options),
          }),
        openTeacher: (teacher) => openTeacher(teacher, options),
      });
    },
  },
  ...ALIAS_GROUPS.map(aliasKind),
  chatKind({
    names: ['openpipe:NAME'],
    description: 'tuned with OpenPipe, behind OPENPIPE_BASE_URL',
    matches: (name) => name.startsWith('openpipe:'),
    resolve: providerTarget,
  }),
  {
    names: [`${MODERATION}ID`],
    description: "OpenAI's, mistral:ID, content-safety:severity-4",
    matches: (name) => name.startsWith(MODERATION) && name.length > MODERATION.length,
    open: async (name, options) => {
      const id = name.slice(MODERATION.length);
      const target =
        options.baseUrl === undefined ? moderationTarget(id, options) : customTarget(id, options);
      const { openModerationModel } = await import('./moderation-model.js');
      return openModerationModel(target, options);
    },
  },
  chatKind({
    names: ['PROVIDER:ID'],
    description: listed(providersByPrefix()),
    matches: (name) => parseProviderId(name) !== undefined,
    resolve: providerTarget,
  }),
  {
    names: [],
    form: '`baseUrl` URL `model` ID',
    description: 'any other OpenAI-compatible server',
    matches: (_, { baseUrl }) => baseUrl !== undefined,
    open: (name, options) => openChat(customTarget(name, options), options),
  },
];

/** Every form that a model's name may have. */
export const MODEL_NAMES = MODEL_KINDS.flatMap(({ names }) => names);

/** How a user asks for a kind. */
export const formOf = ({ names, form }: ModelKind) => form ?? names.join(', ');

/** A chat model behind a server that the tables know. With `baseUrl` a name means another. */
function chatKind({
  resolve,
  matches,
  ...texts
}: Pick<ModelKind, 'names' | 'description'> & {
  matches(name: string): boolean;
  resolve(name: string, options: SettledOptions): Target;
}): ModelKind {
  return {
    ...texts,
    matches: (name, { baseUrl }) => baseUrl === undefined && matches(name),
    open: (name, options) => openChat(resolve(name, options), options),
  };
}

function aliasKind({ aliases, description }: AliasGroup): ModelKind {
  return chatKind({
    names: Object.keys(aliases),
    description,
    matches: (name) => Object.hasOwn(aliases, name),
    resolve: aliasTarget,
  });
}

/** @throws UserError when a cascade names what is no model here, or the model cannot be opened */
async function openTeacher(name: string, options: SettledOptions): Promise<Model> {
  const kind = MODEL_KINDS.find(({ matches }) => matches(name, options));
  if (kind) return kind.open(name, options);
  throw new UserError(`the teacher of the cascade is ${show(name)}, and no such model is known`, {
    hint: 'if it is behind a server of your own, name its address with `baseUrl`',
  });
}

async function openChat(target: Target, options: SettledOptions): Promise<Model> {
  const { openChatTarget } = await import('./open-chat.js');
  return openChatTarget(target, options);
}

/** The providers whose models have no row of their own above. */
function providersByPrefix(): string[] {
  return PROVIDERS.filter(({ keepsPrefix }) => !keepsPrefix).map(({ name }) => name);
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function refuseBaseUrl({ baseUrl }: ModelOptions, why: string): void {
  if (baseUrl === undefined) return;
  throw new UserError(`\`baseUrl\` ${baseUrl} ${why}`, {
    hint: "name the server's id for the model with `model`",
  });
}
