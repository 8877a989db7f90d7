import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { App, Aspects, CfnResource } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ActionLinks, Bootstraps } from '../lib';
import { folder, links, program, stack, synthesised, zip } from './support';

const NAMES = ['action-link', 'booking-links'];
const { ARM_64, X86_64 } = lambda.Architecture;

/** A folder with programs for a processor, laid out as one of the forms that `fromFolder` takes. */
function built(processor: string, form: string): string {
  const made = folder(form === 'folders' ? NAMES : []);
  for (const name of NAMES) {
    if (form === 'folders') {
      fs.writeFileSync(path.join(made, name, 'bootstrap'), program(processor));
    } else {
      fs.writeFileSync(path.join(made, `${name}.zip`), zip({ aaa: Buffer.alloc(9), bootstrap: program(processor) }));
    }
  }
  return made;
}

for (const form of ['folders', 'zips']) {
  test(`programs in ${form} are taken for their processor, and refused for another one`, () => {
    for (const [architecture, other] of [[ARM_64, X86_64], [X86_64, ARM_64]]) {
      const code = Bootstraps.fromFolder(built(architecture.name, form));
      synthesised(links({ code, architecture })).allResourcesProperties('AWS::Lambda::Function', {
        Architectures: [architecture.name],
      });
      const says = `is built for ${architecture.name}, and the function has ${other.name}\\. Set the prop architecture`;
      assert.throws(() => links({ code, architecture: other }), { message: new RegExp(`^code: .*action-link.* ${says}`) });
    }
    // arm64 is the default.
    assert.throws(() => links({ code: Bootstraps.fromFolder(built('x86_64', form)) }), { message: /ARCH=arm64/ });
    assert.throws(() => links({ code: Bootstraps.fromFolder(built('riscv', form)) }), { message: /Lambda does not have/ });
  });
}

test('a zip that Lambda would not start is refused', () => {
  const made = folder([]);
  const file = path.join(made, 'code.zip');
  for (const [content, says] of [['not a zip', /is not a zip file/], [zip({ main: Buffer.alloc(1) }), /has no file `bootstrap`/]] as const) {
    fs.writeFileSync(file, content);
    assert.throws(() => links({ code: Bootstraps.fromPaths(file, file) }), { message: says });
  }
  assert.throws(() => Bootstraps.fromPaths(made, made), { message: /has no file `bootstrap`/ });
});

test('code that is elsewhere says what it is built for', () => {
  const scope = stack();
  const bucket = s3.Bucket.fromBucketName(scope, 'Bucket', 'code');
  const [first, second] = NAMES.map((name) => lambda.Code.fromBucket(bucket, `${name}.zip`));
  synthesised(links({ code: Bootstraps.fromCode(first, second, ARM_64) }, scope)).hasResourceProperties('AWS::Lambda::Function', {
    Code: { S3Key: 'booking-links.zip' },
  });
  const code = Bootstraps.fromCode(first, second, X86_64);
  assert.throws(() => links({ code }), { message: /fromCode has for action-link is built for x86_64, and the function has arm64/ });
  // An asset is looked at.
  const asset = (name: string) => lambda.Code.fromAsset(path.join(built('x86_64', 'folders'), name));
  const wrong = Bootstraps.fromCode(asset('action-link'), asset('booking-links'), ARM_64);
  assert.throws(() => links({ code: wrong }), { message: /action-link is built for x86_64/ });
});

test('bootstraps may serve several constructs, each with its own architecture', () => {
  const code = Bootstraps.fromFolder(folder()); // scripts
  const app = new App();
  const scope = stack(app);
  new ActionLinks(scope, 'One', { code });
  new ActionLinks(scope, 'Two', { code, architecture: X86_64 });
  app.synth();
});

test('an escape hatch cannot give a function another processor', () => {
  const hatches: ((resource: lambda.CfnFunction) => void)[] = [
    (resource) => { resource.architectures = ['x86_64']; },
    (resource) => resource.addPropertyOverride('Architectures', ['x86_64']),
    (resource) => resource.addPropertyDeletionOverride('Architectures'), // Lambda's default is x86_64
    (resource) => Aspects.of(resource).add({ visit: (node) => (node as CfnResource).addPropertyOverride('Architectures', ['x86_64']) }),
  ];
  for (const hatch of hatches) {
    const construct = links();
    hatch(construct.node.findChild('ActionLinkFunction').node.defaultChild as lambda.CfnFunction);
    assert.throws(() => synthesised(construct), /ActionLinkFunction: its code is for arm64, .* x86_64. Set the prop architecture/);
  }
});

test('an architecture that Lambda does not have is refused', () => {
  assert.throws(() => links({ architecture: lambda.Architecture.custom('riscv') }), { message: /^architecture: must be ARM_64 or X86_64/ });
});
