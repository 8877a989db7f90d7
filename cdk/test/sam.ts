import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseDocument } from 'yaml';
import { links, synthesised } from './support';

export type Json = { [name: string]: any };

const FILE = path.join(__dirname, '../../template.yaml');

/** `template.yaml`, with each CloudFormation tag as an object: `!Ref x` is `{ Ref: 'x' }`. */
function sam(): Json {
  const names = ['Ref', 'GetAtt', 'Sub', 'If', 'Equals', 'And', 'Not', 'Or', 'Select', 'Join'];
  const key = (name: string) => (name === 'Ref' ? 'Ref' : `Fn::${name}`);
  const customTags = names.flatMap((name) => [
    { tag: `!${name}`, resolve: (text: string) => ({ [key(name)]: text }) },
    { tag: `!${name}`, collection: 'seq' as const, resolve: (seq: any) => ({ [key(name)]: seq.toJSON() }) },
  ]);
  return parseDocument(fs.readFileSync(FILE, 'utf8'), { customTags }).toJS();
}

/** A value of `template.yaml` as CloudFormation sees it with these parameters: conditions are decided. */
export function decided(value: any, parameters: Json): any {
  if (Array.isArray(value)) {
    const left = value.map((each) => decided(each, parameters)).filter((each) => each !== undefined);
    // Of a list of conditions none may hold. CDK leaves such a list out.
    return left.length === 0 && value.length > 0 ? undefined : left;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const holds = (test: Json): boolean => {
    const [[name, of]] = Object.entries<any>(test);
    const [one, other] = of.map((side: any) => (side?.Ref ? String(parameters[side.Ref]) : side));
    if (name === 'Fn::And') {
      return of.every(holds);
    }
    return name === 'Fn::Equals' ? one === other : !holds(one);
  };
  if (value['Fn::If']) {
    const [condition, one, other] = value['Fn::If'];
    return decided(holds(WHOLE.Conditions[condition]) ? one : other, parameters);
  }
  if (value.Ref === 'AWS::NoValue') {
    return undefined;
  }
  if (value.Ref in parameters) {
    return parameters[value.Ref];
  }
  const there = Object.entries<any>(value).filter(([, each]) => {
    const condition = each?.Type && each.Condition;
    return !condition || holds(WHOLE.Conditions[condition]);
  });
  const entries = there.map(([key, each]) => [key, decided(each, parameters)]);
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}

export const OURS = synthesised(links()).toJSON();
export const WHOLE = sam();
export const DEFAULTS: Json = Object.fromEntries(
  Object.entries<Json>(WHOLE.Parameters).map(([name, { Default }]) => [name, Default]),
);
export const SAM = decided(WHOLE, DEFAULTS);

export function ours(type: string, named = '', template = OURS): Json {
  const found = Object.entries<Json>(template.Resources).filter(([id, { Type }]) => Type === type && id.includes(named));
  assert.equal(found.length, 1, `${type} ${named}`);
  return found[0][1];
}

/** A parameter's default. */
export function byDefault(name: string): any {
  return DEFAULTS[name];
}

/** A value of either template in words: tables, log groups and defaults by their names. */
export function inWords(value: any): string {
  if (value === null || typeof value !== 'object') {
    return String(value);
  }
  const text = JSON.stringify(value);
  const index = text.includes('/index/') ? '/index/by-app' : '';
  for (const name of ['AppsTable', 'BookingsTable', 'ActionLinkLogs', 'BookingLinksLogs', 'HttpApi']) {
    if (text.includes(name)) {
      return name + index;
    }
  }
  return text;
}
