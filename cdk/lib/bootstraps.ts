import * as fs from 'node:fs';
import * as path from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/**
 * The bootstraps of the two functions, built for the processor that the functions have.
 */
export class Bootstraps {
  /**
   * Takes both from one folder. Each is looked for as `<name>/bootstrap.zip` and `<name>/bootstrap`, which is what
   * `make build` and `cargo lambda build` write to `target/lambda`, and as `<name>.zip`.
   *
   * @param folder a path, relative to the folder that `cdk` runs in
   */
  public static fromFolder(folder: string): Bootstraps {
    return new Bootstraps(codeIn(folder, 'action-link'), codeIn(folder, 'booking-links'));
  }

  /**
   * Takes each from a zip file, or from a folder that holds `bootstrap`.
   *
   * @param actionLink the path of the bootstrap of `action-link`
   * @param bookingLinks the path of the bootstrap of `booking-links`
   */
  public static fromPaths(actionLink: string, bookingLinks: string): Bootstraps {
    return new Bootstraps(asset('code', actionLink), asset('code', bookingLinks));
  }

  /**
   * Takes code that is elsewhere, for instance in a bucket.
   *
   * @param actionLink the code of `action-link`
   * @param bookingLinks the code of `booking-links`
   */
  public static fromCode(actionLink: lambda.Code, bookingLinks: lambda.Code): Bootstraps {
    return new Bootstraps(actionLink, bookingLinks);
  }

  private constructor(
    /** The code of `action-link`. */
    public readonly actionLink: lambda.Code,
    /** The code of `booking-links`. */
    public readonly bookingLinks: lambda.Code,
  ) {}
}

function codeIn(folder: string, name: string): lambda.Code {
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
  return lambda.Code.fromAsset(found);
}

function asset(prop: string, file: string): lambda.Code {
  if (!fs.existsSync(file)) {
    throw new Error(`${prop}: ${file} does not exist.`);
  }
  return lambda.Code.fromAsset(file);
}
