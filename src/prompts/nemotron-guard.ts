import { type PromptFormat, type Reading, unanswered } from './prompt.js';

/** Its taxonomy, in the order and with the names that it was tuned with. */
const CATEGORIES = [
  ...['Violence', 'Sexual', 'Criminal Planning/Confessions', 'Guns and Illegal Weapons'],
  ...['Controlled/Regulated Substances', 'Suicide and Self Harm', 'Sexual (minor)'],
  ...['Hate/Identity Hate', 'PII/Privacy', 'Harassment', 'Threat', 'Profanity'],
  ...['Needs Caution', 'Other', 'Manipulation', 'Fraud/Deception', 'Malware'],
  ...['High Risk Gov Decision Making', 'Political/Misinformation/Conspiracy'],
  ...['Copyright/Trademark/Plagiarism', 'Unauthorized Advice', 'Illegal Activity'],
  'Immoral/Unethical',
] as const;

/** The instruction that the models were tuned with, word for word. */
const BEFORE = `Task: Check if there is unsafe content in the user or agent messages in the below conversation in accordance with our safety policy with the below categories. Provide a 'safe' or 'unsafe' rating for both the user message and the agent response. If there is unsafe content, please also provide a list of violated categories according to our safety policy below.

<BEGIN UNSAFE CONTENT CATEGORIES>
${CATEGORIES.map((name, i) => `S${i + 1}: ${name}.`).join('\n')}
<END UNSAFE CONTENT CATEGORIES>

<BEGIN CONVERSATION>

user: `;
const AFTER = `

<END CONVERSATION>

Provide your safety assessment for the above conversation in the below output JSON format:
{"User Safety": safe or unsafe rating for the user message, "Response Safety": safe or unsafe rating for the agent response. Omit if no agent response present. "Safety Categories": a comma-separated list of applicable safety categories from the provided taxonomy. Omit if all safe.}

Do not include anything other than the output JSON in your response.
Output JSON: `;

/**
 * NVIDIA's content safety guards, from NemoGuard to Nemotron Safety Guard: instruction, taxonomy and
 * text in one user turn, and an answer in JSON.
 *
 * @see https://docs.nvidia.com/nim/llama-3-1-nemotron-safety-guard-8b/prompt-template.md
 */
export const nemotronGuard: PromptFormat = {
  name: 'nemotron-guard',
  models: /nemo-?guard-8b-content-?safety|nemotron-safety-guard/i,
  statesPolicy: false,
  of: () => ({
    name: 'nemotron-guard',
    system: undefined,
    turns: (text) => [BEFORE + text + AFTER],
    answerTokens: 100,
    verdict: { positive: 'unsafe', negative: 'safe', after: '"user safety":' },
    parse: readAnswer,
  }),
};

/** Nothing in it is longer than the names of all categories. */
const LONGEST_ANSWER = 1000;

function readAnswer(reply: string): Reading {
  const answer = parseObject(reply.trim());
  const { 'User Safety': verdict, 'Safety Categories': list = '' } = answer ?? {};
  const isAnswer = verdict === 'safe' || verdict === 'unsafe';
  if (!isAnswer || typeof list !== 'string') return unanswered(reply);
  if (verdict === 'safe') return { outcome: 'answered', label: 'negative' };
  const categories = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return {
    outcome: 'answered',
    label: 'positive',
    ...(categories.length > 0 ? { categories } : {}),
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (text.length > LONGEST_ANSWER) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
