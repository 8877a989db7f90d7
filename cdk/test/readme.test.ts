import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import { ActionLinks, Gateway } from '../lib';
import { README, renewed } from './readme';
import { links } from './support';

const TEXT = fs.readFileSync(README, 'utf8');

test('README.md has every prop and every member, with what the types say of it', () => {
  assert.equal(TEXT, renewed(TEXT), 'run `npm run readme`');
  assert.match(TEXT, /\| `architecture` \| `Architecture` \| `lambda.Architecture.ARM_64` \|/);
});

test('README.md has the ids of everything that is made, and no others', () => {
  const whole = links({ events: true, shortLinks: true, alarmEmail: 'ops@example.com', canaryDeployments: true });
  const urls = links({ gateway: Gateway.FUNCTION_URL });
  const ids = (of: ActionLinks) => of.node.children.map(({ node }) => node.id);
  const [, ours] = TEXT.split('## Escape hatches');
  const rows = ours.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \| ([^|]*) \|$/gm);
  const named = [...rows].flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, id]) => id));
  const below = named.filter((id) => id.includes('/'));
  assert.deepEqual(named.filter((id) => !id.includes('/')).sort(), [...new Set([...ids(whole), ...ids(urls)])].sort());
  assert.ok(below.length > 0);
  below.forEach((id) => assert.ok([whole, urls].some((construct) => find(construct, id)), id));
});

function find(construct: ActionLinks, id: string): boolean {
  return construct.node.findAll().some(({ node }) => node.path === `${construct.node.path}/${id}`);
}
