import { Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/**
 * Checks, while the app is synthesised, that no escape hatch and no aspect has given a function another processor than
 * its bootstrap is built for.
 */
export function checkArchitectures(scope: Construct, functions: lambda.Function[], wanted: lambda.Architecture): void {
  scope.node.addValidation({
    validate: () => functions.flatMap((each) => {
      const found = processorOf(each.node.defaultChild as lambda.CfnFunction);
      const fault = `${each.node.id}: its code is for ${wanted.name}, and an override gives it the architecture ${found}.`;
      return found === wanted.name ? [] : [`${fault} Set the prop architecture of ActionLinks in its place.`];
    }),
  });
}

/** The processor that a function has in the template. */
function processorOf(resource: lambda.CfnFunction): string {
  const stack = Stack.of(resource);
  const { Resources } = stack.resolve(resource._toCloudFormation());
  const { Architectures } = Resources[stack.resolve(resource.logicalId)].Properties;
  // What Lambda takes where there is none.
  return Architectures?.[0] ?? 'x86_64';
}
