import { countTokens } from 'gpt-tokenizer/encoding/cl100k_base';
import { AS_TEXT } from './as-text.js';

export const count = (text: string): number => countTokens(text, AS_TEXT);
