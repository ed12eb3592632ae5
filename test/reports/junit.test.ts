import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { checkGates, parseGate } from '../../src/analysis/gates.js';
import { escapeXml, render } from '../../src/reports/junit.js';
import { HOSTILE_TEXTS, makeReport } from '../helpers/report.js';

/** Parses strictly; the elements in the order they open, with their text. */
function parseXml(xml: string) {
  const elements: { name: string; attributes: Record<string, string>; text: string }[] = [];
  const open: (typeof elements)[number][] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: { ...attributes } as Record<string, string>, text: '' };
    elements.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const current = open.at(-1);
    if (current) current.text += text;
  });
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  return elements;
}

describe('the JUnit report', () => {
  const input = makeReport({ contenders: ['mistral-7b', 'wordlist'] });
  const gates = checkGates(input.report, [parseGate('toxic.f1=0.7'), parseGate('accuracy=0.1')]);

  it('is a case for each gate and model, and a failure with its rows', () => {
    const elements = parseXml(render({ ...input, gates }));
    expect(elements[0]).toMatchObject({
      name: 'testsuites',
      attributes: { tests: '4', failures: '1' },
    });
    const cases = elements.filter(({ name }) => name === 'testcase');
    expect(cases.map(({ attributes }) => [attributes.classname, attributes.name])).toEqual([
      ['mistral-7b', 'toxic.f1 at least 0.7'],
      ['mistral-7b', 'accuracy at least 0.1'],
      ['wordlist', 'toxic.f1 at least 0.7'],
      ['wordlist', 'accuracy at least 0.1'],
    ]);
    const failures = elements.filter(({ name }) => name === 'failure');
    expect(failures).toHaveLength(1);
    expect(failures[0]?.text).toMatch(/^wordlist: toxic\.f1 at least 0\.7; it is .* rows 0, 2, /);
    expect(failures[0]?.attributes.message).toMatch(/short by 0\.\d\d$/);
  });

  it('counts cases and failures of each suite', () => {
    const suites = parseXml(render({ ...input, gates })).filter(({ name }) => name === 'testsuite');
    expect(suites.map(({ attributes: { tests, failures } }) => [tests, failures])).toEqual([
      ['2', '0'],
      ['2', '1'],
    ]);
  });

  it('has a case for each contender where no gate was set', () => {
    const elements = parseXml(render(input));
    expect(elements.filter(({ name }) => name === 'testcase')).toHaveLength(2);
    expect(elements.filter(({ name }) => name === 'failure')).toHaveLength(0);
  });

  it('stays well-formed whatever a model is called', () => {
    for (const name of HOSTILE_TEXTS) {
      const hostile = makeReport({ contenders: [name], rows: 60, bootstrap: 20 });
      const results = checkGates(hostile.report, [parseGate('toxic.f1=1')]);
      const elements = parseXml(render({ ...hostile, gates: results }));
      const tags = new Set(elements.map((element) => element.name));
      expect([...tags]).toEqual(['testsuites', 'testsuite', 'testcase', 'failure', 'system-out']);
    }
  });
});

describe('escapeXml', () => {
  it('drops what XML cannot hold and keeps the rest as it was', () => {
    const text = 'a\0\u0007\u001b\ud800\uffff<b attr="1">&\'\t\n\r😀é';
    const [element] = parseXml(`<a>${escapeXml(text)}</a>`);
    expect(element?.text).toBe('a<b attr="1">&\'\t\n\r😀é');
  });
});
