import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/**
 * A release: where its zips are, and what they must be.
 */
export interface Release {
  /** Where the zips are, an http(s) URL without a slash at the end. */
  readonly url: string;

  /** The SHA-256 of each zip in hexadecimal, by its name: `action-link-arm64.zip`, … */
  readonly sha256: { [name: string]: string };
}

/** The path of a zip of a release, with the right content. */
export function downloaded(release: Release, name: string): string {
  const wanted = release.sha256[name];
  if (wanted === undefined) {
    throw new Error(`code: this package belongs to no release that has ${name}. Build it, and use Bootstraps.fromFolder.`);
  }
  const cache = cacheFolder();
  const file = path.join(cache, `${wanted}.zip`);
  if (fs.existsSync(file) && checksum(file) === wanted) {
    return file;
  }
  const url = `${release.url}/${name}`;
  const part = fs.mkdtempSync(path.join(cache, 'part-'));
  try {
    const fresh = path.join(part, name);
    // In a process of its own, because a construct cannot wait for an answer.
    const { status, stderr } = spawnSync(process.execPath, ['-e', DOWNLOAD, url, fresh], { encoding: 'utf8' });
    if (status !== 0) {
      throw new Error(`code: ${url} cannot be downloaded: ${stderr.trim().split('\n').pop()}`);
    }
    const found = checksum(fresh);
    if (found !== wanted) {
      throw new Error(`code: ${url} has the SHA-256 ${found} and must have ${wanted}. It is not used.`);
    }
    // A rename is atomic: another `cdk synth` sees the whole zip or none.
    fs.renameSync(fresh, file);
  } finally {
    fs.rmSync(part, { recursive: true, force: true });
  }
  return file;
}

/** A folder in the user's cache, or a new one. Only this user can write to it: a zip cannot change after its check. */
function cacheFolder(): string {
  const named = process.env.XDG_CACHE_HOME ?? '';
  // The XDG specification says that a relative path must be ignored.
  const cache = path.isAbsolute(named) ? named : path.join(os.homedir(), '.cache');
  const folder = path.join(cache, 'action-links');
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isOnlyOurs(folder)) {
      return folder;
    }
  } catch {
    // There is no home, or it is read-only.
  }
  // Node makes it with the mode 0700.
  return fs.mkdtempSync(path.join(os.tmpdir(), 'action-links-'));
}

/** Whether a path is a folder of this user to which no other user can write. Windows does not tell, so it is not. */
function isOnlyOurs(folder: string): boolean {
  const found = fs.lstatSync(folder);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

const DOWNLOAD = `
  const [url, file] = process.argv.slice(1);
  fetch(url)
    .then(async (answer) => {
      if (!answer.ok) throw new Error('the answer is ' + answer.status);
      require('node:fs').writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    })
    .catch((error) => {
      console.error(error.cause?.message ?? error.message);
      process.exit(1);
    });`;

function checksum(file: string): string {
  return createHash('sha256').update(fs.readFileSync(file)).digest('hex');
}
