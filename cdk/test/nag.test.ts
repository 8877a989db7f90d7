import * as assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { links, stack } from './support';

/** What cdk-nag finds and we keep, each with the reason. */
const KEPT: { [rule: string]: string } = {
  'AwsSolutions::AwsSolutions-APIG4':
    'The functions authorise each request themselves: a link by its signature, a list by the API key. API Gateway has no authorizer that does either.',
  'AwsSolutions::AwsSolutions-IAM5[Resource::*]':
    'X-Ray only: its two actions take no resource.',
  'Serverless::Serverless-LambdaDLQ':
    'Both functions are invoked synchronously. A dead-letter queue gets failed asynchronous invocations only.',
};

/** Synthesises with cdk-nag, and returns whether it passed. */
function passes(kept: string[]): boolean {
  const app = new App();
  const scope = stack(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  Validations.of(scope).acknowledge(...kept.map((id) => ({ id, reason: KEPT[id] })));
  links({}, scope);
  try {
    app.synth();
    return true;
  } catch (error) {
    assert.equal((error as Error).name, 'ValidationFailed');
    return false;
  }
}

test('cdk-nag finds nothing that is not explained', () => {
  assert.ok(passes(Object.keys(KEPT)));
});

test('each explanation is needed', () => {
  for (const rule of Object.keys(KEPT)) {
    assert.ok(!passes(Object.keys(KEPT).filter((id) => id !== rule)), rule);
  }
});
