import { execFileSync } from 'node:child_process';
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

/** The header of a program for a processor, by the ELF specification: `x86_64` is 0x3e, `arm64` is 0xb7. */
export function program(processor: string): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE({ x86_64: 0x3e, arm64: 0xb7 }[processor] ?? 0xf3, 18);
  return header;
}

/** A zip file as `zip` makes it, with these files. */
export function zip(files: { [name: string]: Buffer }): Buffer {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'action-links-zip-'));
  for (const [name, content] of Object.entries(files)) {
    fs.writeFileSync(path.join(made, name), content);
  }
  const script = 'import shutil, sys; shutil.make_archive(sys.argv[1], "zip", sys.argv[1])';
  execFileSync('python3', ['-c', script, made]);
  return fs.readFileSync(`${made}.zip`);
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
