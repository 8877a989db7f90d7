import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ActionLinks, ActionLinksProps, Bootstraps } from '../lib';

/** A folder as `cargo lambda build` leaves it. The files stand in for the bootstraps, which nothing here runs. */
export function folder(names = ['action-link', 'booking-links']): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'action-links-'));
  for (const name of names) {
    fs.mkdirSync(path.join(made, name));
    fs.writeFileSync(path.join(made, name, 'bootstrap'), name);
  }
  return made;
}

export function stack(app = new App()): Stack {
  return new Stack(app, 'Stack', { env: { account: '123456789012', region: 'eu-west-1' } });
}

/** The construct in a stack of its own, with these props. */
export function links(props: Partial<ActionLinksProps> = {}, scope = stack()): ActionLinks {
  return new ActionLinks(scope, 'Links', { code: Bootstraps.fromFolder(folder()), ...props });
}

export function synthesised(construct: ActionLinks): Template {
  return Template.fromStack(Stack.of(construct));
}
