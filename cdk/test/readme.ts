// The tables of README.md, made of the types. `npm run readme` writes them; a test compares.

import * as fs from 'node:fs';
import * as path from 'node:path';

export const README = path.join(__dirname, '../README.md');
const ASSEMBLY = path.join(__dirname, '../.jsii');

type Json = { [name: string]: any };

/** The types of the package, as jsii has compiled them. */
export function types(): Json {
  return JSON.parse(fs.readFileSync(ASSEMBLY, 'utf8')).types;
}

/** README.md with its tables made anew: each begins after a comment that names what it is about. */
export function renewed(text: string): string {
  return text.replace(/(<!-- (\w+): (\w+) -->\n)(?:\|.*\n)*/g, (_, comment, type, members) => {
    const { [members]: all = [] } = types()[`action-links-cdk.${type}`];
    return comment + table(members, [...all].sort(byPlace));
  });
}

/** As they are in the source. */
function byPlace(one: Json, other: Json): number {
  return (one.locationInModule?.line ?? 0) - (other.locationInModule?.line ?? 0);
}

function table(members: string, all: Json[]): string {
  const hasDefaults = members === 'properties' && all.some(({ docs }) => docs.default);
  const head = hasDefaults ? ['prop', 'type', 'default', 'what it is'] : ['name', 'what it is'];
  const rows = all.map((each) => {
    const { default: value = each.optional ? '' : 'required', remarks, summary } = each.docs;
    const what = `${summary}${remarks ? ` ${remarks.replaceAll('\n', ' ')}` : ''}`;
    const name = `\`${each.name}${each.parameters ? `(${each.parameters.map((of: Json) => of.name + (of.optional ? '?' : '')).join(', ')})` : ''}\``;
    return hasDefaults ? [name, `\`${typeName(each.type)}\``, inWords(value), what] : [name, what];
  });
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

/** A default in words begins with a hyphen; others are values. */
function inWords(value: string): string {
  return value.startsWith('- ') ? value.slice(2) : value === 'required' ? value : `\`${value}\``;
}

function typeName({ primitive, fqn, collection }: Json): string {
  const inner = collection?.elementtype;
  return inner ? `${typeName(inner)}${collection.kind === 'array' ? '[]' : ' by name'}` : primitive ?? fqn.split('.').pop();
}

if (require.main === module) {
  fs.writeFileSync(README, renewed(fs.readFileSync(README, 'utf8')));
}
