import * as fs from 'node:fs';
import * as path from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { processorOf } from './processor';
import { Release, downloaded } from './release';

/**
 * The bootstraps of the two functions. `ActionLinks` takes those that its `architecture` can run, and refuses others.
 */
export class Bootstraps {
  /**
   * Takes both from the release that this version of the package belongs to, for the `architecture` of `ActionLinks`.
   * The zips are downloaded once, into `action-links` in the user's cache (`$XDG_CACHE_HOME` or `~/.cache`), and refused
   * if their SHA-256 is not the one in the package.
   *
   * @param release another release than the package's own
   */
  public static fromRelease(release?: Release): Bootstraps {
    const from: Release = release ?? JSON.parse(fs.readFileSync(path.join(__dirname, 'release.json'), 'utf8'));
    return new Bootstraps((name, processor) => checked(downloaded(from, `${name}-${processor}.zip`), processor));
  }

  /**
   * Takes both from one folder. Each is looked for as `<name>/bootstrap.zip` and `<name>/bootstrap`, which is what
   * `make build` and `cargo lambda build` write to `target/lambda`, and as `<name>.zip`.
   *
   * @param folder a path, relative to the folder that `cdk` runs in
   */
  public static fromFolder(folder: string): Bootstraps {
    return Bootstraps.fromPaths(fileIn(folder, 'action-link'), fileIn(folder, 'booking-links'));
  }

  /**
   * Takes each from a zip file, or from a folder that holds `bootstrap`.
   *
   * @param actionLink the path of the bootstrap of `action-link`
   * @param bookingLinks the path of the bootstrap of `booking-links`
   */
  public static fromPaths(actionLink: string, bookingLinks: string): Bootstraps {
    for (const file of [actionLink, bookingLinks]) {
      if (!isBuilt(file)) {
        throw new Error(`code: ${file} ${fs.existsSync(file) ? 'has no file `bootstrap`' : 'does not exist'}.`);
      }
    }
    return new Bootstraps((name, processor) => checked(name === 'action-link' ? actionLink : bookingLinks, processor));
  }

  /**
   * Takes code that is elsewhere, for instance in a bucket.
   *
   * @param actionLink the code of `action-link`
   * @param bookingLinks the code of `booking-links`
   * @param architecture the processor that both are built for. Code in a bucket does not say it.
   */
  public static fromCode(
    actionLink: lambda.Code,
    bookingLinks: lambda.Code,
    architecture: lambda.Architecture,
  ): Bootstraps {
    return new Bootstraps((name, processor) => {
      if (architecture.name !== processor) {
        throw new Error(disagreement(`what Bootstraps.fromCode has for ${name}`, architecture.name, processor));
      }
      const code = name === 'action-link' ? actionLink : bookingLinks;
      if (code instanceof lambda.AssetCode && isBuilt(code.path)) {
        check(code.path, processor);
      }
      return code;
    });
  }

  private constructor(private readonly code: (name: string, processor: string) => lambda.Code) {}

  /**
   * The code of a function.
   *
   * @internal
   */
  public _for(name: string, architecture: lambda.Architecture): lambda.Code {
    return this.code(name, architecture.name);
  }
}

/** What is wrong with a program on a processor that cannot run it, and what to do. */
function disagreement(what: string, built: string, processor: string): string {
  const prop = built === 'x86_64' ? 'X86_64' : 'ARM_64';
  return (
    `code: ${what} is built for ${built}, and the function has ${processor}. ` +
    `Set the prop architecture to lambda.Architecture.${prop}, or build for ${processor} (make build ARCH=${processor}).`
  );
}

function checked(file: string, processor: string): lambda.Code {
  check(file, processor);
  return lambda.Code.fromAsset(file);
}

function check(file: string, processor: string): void {
  const built = processorOf(file);
  if (built !== undefined && built !== processor) {
    throw new Error(disagreement(file, built, processor));
  }
}

/** Whether a file or folder has a bootstrap. Code that is bundled while the app is synthesised has none yet. */
function isBuilt(file: string): boolean {
  return fs.existsSync(file) && (!fs.statSync(file).isDirectory() || fs.existsSync(path.join(file, 'bootstrap')));
}

function fileIn(folder: string, name: string): string {
  const candidates = [path.join(folder, name, 'bootstrap.zip'), path.join(folder, `${name}.zip`)];
  if (fs.existsSync(path.join(folder, name, 'bootstrap'))) {
    candidates.push(path.join(folder, name));
  }
  const found = candidates.find((candidate) => fs.existsSync(candidate));
  if (found === undefined) {
    throw new Error(
      `code: there is no bootstrap of ${name} in ${folder}. Build it with \`make build\`, which writes to target/lambda.`,
    );
  }
  return found;
}
