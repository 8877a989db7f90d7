import * as assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Bootstraps, Release } from '../lib';
import { folder, links, program, synthesised, zip } from './support';

/** Makes a new folder the user's cache. */
function newCache(): string {
  process.env.XDG_CACHE_HOME = fs.mkdtempSync(path.join(os.tmpdir(), 'action-links-cache-'));
  return process.env.XDG_CACHE_HOME;
}

function checksum(file: string): string {
  return createHash('sha256').update(fs.readFileSync(file)).digest('hex');
}

test('a bootstrap that is missing is named, with what to do', () => {
  assert.throws(() => Bootstraps.fromFolder(folder(['action-link'])), /^Error: code: .*booking-links .*make build/);
  assert.throws(() => Bootstraps.fromPaths('/no/such.zip', '/no/such.zip'), /^Error: code: \/no\/such.zip does not exist/);
});

test('a release is downloaded once, and used only if it is what the package says', async () => {
  const zips = fs.mkdtempSync(path.join(os.tmpdir(), 'action-links-release-'));
  for (const name of ['action-link', 'booking-links']) {
    fs.writeFileSync(path.join(zips, `${name}-x86_64.zip`), zip({ bootstrap: program('x86_64'), name: Buffer.from(name) }));
  }
  const served = 'const { existsSync, readFileSync } = require("node:fs"); require("node:http").createServer((request, response) => {' +
    ` const file = ${JSON.stringify(zips)} + request.url; if (existsSync(file)) response.end(readFileSync(file));` +
    ' else { response.statusCode = 404; response.end(); } })' +
    '.listen(0, "127.0.0.1", function () { process.stdout.write(this.address().port + "\\n"); });';
  const server = spawn(process.execPath, ['-e', served]);
  try {
    let said = '';
    server.stdout.on('data', (data) => (said += data));
    while (!said.includes('\n')) await new Promise((resolve) => server.stdout.once('data', resolve));
    const url = `http://127.0.0.1:${parseInt(said)}`;
    const sum = (name: string) => checksum(path.join(zips, `${name}-x86_64.zip`));
    const sha256 = { 'action-link-x86_64.zip': sum('action-link'), 'booking-links-x86_64.zip': sum('booking-links') };
    const architecture = lambda.Architecture.X86_64;
    const from = (release: Release) => synthesised(links({ code: Bootstraps.fromRelease(release), architecture }));
    const cache = newCache();
    const cached = Object.values(sha256).map((of) => path.join(cache, 'action-links', `${of}.zip`));
    const made = [1, 2].map(() => {
      from({ url, sha256 });
      return cached.map((zip) => fs.statSync(zip).mtimeMs);
    });
    assert.deepEqual(made[0], made[1], 'each zip once');
    assert.equal(fs.statSync(path.dirname(cached[0])).mode & 0o777, 0o700);
    fs.writeFileSync(cached[0], 'another zip');
    from({ url, sha256 });
    assert.equal(checksum(cached[0]), sha256['action-link-x86_64.zip'], 'a zip that was changed is replaced');
    assert.throws(() => from({ url, sha256: { ...sha256, 'action-link-x86_64.zip': '0'.repeat(64) } }), /must have 0{64}.*not used/);
    assert.throws(() => from({ url: `${url}/missing`, sha256: { 'action-link-x86_64.zip': '1'.repeat(64) } }), /cannot be downloaded: the answer is 404/);
    assert.throws(() => links({ code: Bootstraps.fromRelease() }), /belongs to no release/);
    assert.deepEqual(fs.readdirSync(path.dirname(cached[0])).sort(), cached.map((zip) => path.basename(zip)).sort(), 'no part stays');

    // Others can write to the first folder, and a link may lead to a folder of others.
    fs.writeFileSync(cached[0], 'not to be touched');
    const open = path.join(newCache(), 'action-links');
    fs.mkdirSync(open);
    fs.chmodSync(open, 0o777);
    fs.symlinkSync(path.dirname(cached[0]), path.join(newCache(), 'action-links'));
    for (const folder of [open, path.join(process.env.XDG_CACHE_HOME!, 'action-links')]) {
      process.env.XDG_CACHE_HOME = path.dirname(folder);
      const before = fs.readdirSync(folder);
      from({ url, sha256 });
      assert.deepEqual(fs.readdirSync(folder), before, 'it is left alone');
    }
    assert.equal(fs.readFileSync(cached[0], 'utf8'), 'not to be touched');
  } finally {
    server.kill();
  }
});

