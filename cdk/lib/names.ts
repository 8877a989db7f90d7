import { Names, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/**
 * A name for what has no name of CloudFormation's own. It begins with the name of the stack, so that a policy can allow
 * it, and ends with a hash of the construct's path, so that no other construct has it.
 */
export function uniqueName(scope: Construct): string {
  const { stackName } = Stack.of(scope);
  const stack = Token.isUnresolved(stackName) ? stackName : stackName.slice(0, 70);
  const id = scope.node.id.replace(/[^A-Za-z0-9-]/g, '').slice(0, 40);
  return `${stack}-${id}-${Names.uniqueId(scope).slice(-8)}`;
}
