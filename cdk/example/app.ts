// Action Links, and a function that asks it for links: `npm run example` synthesises this.

import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ActionLinks, Bootstraps } from '../lib'; // in a project of yours: 'action-links-cdk'

const stack = new Stack(new App(), 'action-links');
const links = new ActionLinks(stack, 'Links', {
  code: Bootstraps.fromFolder(process.env.BOOTSTRAPS ?? '../target/lambda'), // `make build` writes there
  architecture: process.env.ARCH === 'x86_64' ? lambda.Architecture.X86_64 : lambda.Architecture.ARM_64,
});

const mail = new lambda.Function(stack, 'Mail', {
  runtime: lambda.Runtime.NODEJS_22_X,
  handler: 'index.handler',
  code: lambda.Code.fromAsset('../examples/invoke-from-lambda/node'), // with its node_modules: `npm install` there first
  environment: { BOOKING_LINKS_FUNCTION: links.bookingLinksFunction.functionName },
});
links.grantInvoke(mail);

new CfnOutput(stack, 'ApiUrl', { value: links.apiUrl });
new CfnOutput(stack, 'AppsTableName', { value: links.appsTable.tableName });
new CfnOutput(stack, 'BookingsTableName', { value: links.bookingsTable.tableName });
if (links.shortLinksTable) new CfnOutput(stack, 'ShortLinksTableName', { value: links.shortLinksTable.tableName });
new CfnOutput(stack, 'ActionLinkFunctionArn', { value: links.actionLinkFunction.functionArn });
new CfnOutput(stack, 'BookingLinksFunctionName', { value: links.bookingLinksFunction.functionName });
