import { RemovalPolicy, Token } from 'aws-cdk-lib';
import { addressOf } from './http';
import { ActionLinksProps, Gateway } from './props';

/** Notes a fault of a prop that is set, unless its value makes sense. */
type Check = (prop: string, value: unknown, fault: string, makesSense: (value: never) => boolean) => void;

/**
 * Checks what CloudFormation would find out only while it deploys, or the functions only when they start.
 *
 * @throws an error that names every prop that makes no sense
 */
export function validate(props: ActionLinksProps): void {
  const faults: string[] = [];
  const check: Check = (prop, value, fault, makesSense) => {
    if (value !== undefined && !Token.isUnresolved(value) && !makesSense(value as never)) {
      faults.push(`${prop}: ${fault}`);
    }
  };
  const name = (value: string) => /^[A-Za-z0-9_.-]{1,255}$/.test(value);
  const names = props.attributeNames ?? {};
  for (const [key, value] of Object.entries(names)) {
    check(`attributeNames.${key}`, value, 'has 1 to 255 characters of A-Z a-z 0-9 _ . -', name);
  }
  if (props.bookingsTable === undefined) {
    check('attributeNames.id', names.id, 'can be changed only together with bookingsTable', (id) => id === 'id');
    check('attributeNames.app', names.app, 'can be changed only together with bookingsTable', (app) => app === 'app_id');
  }
  check('architecture', props.architecture?.name, 'must be ARM_64 or X86_64', (processor: string) =>
    ['arm64', 'x86_64'].includes(processor),
  );
  check('indexName', props.indexName, 'has 3 to 255 characters of A-Z a-z 0-9 _ . -', (index: string) =>
    /^[A-Za-z0-9_.-]{3,255}$/.test(index),
  );
  if (props.bookingsTable === undefined) {
    check('indexName', props.indexName, 'can be changed only together with bookingsTable', (index) => index === 'by-app');
  }
  checkNetwork(props, check);
  check('linkBaseUrl', props.linkBaseUrl, 'must be an https URL without a query', (url: string) =>
    /^https:\/\/[A-Za-z0-9.-]+(:[0-9]{1,5})?(\/[A-Za-z0-9._~-]+)*\/?$/.test(url),
  );
  check('basePath', props.basePath, 'has segments of A-Z a-z 0-9 . _ ~ - with single slashes between them', (path: string) =>
    /^[A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*$/.test(path),
  );
  check('basePath', props.basePath, 'needs domainName', () => props.domainName !== undefined);
  checkGateway(props, check);
  check('provisionedConcurrency', props.provisionedConcurrency, 'must be a whole number from 1 on', isWhole);
  check('provisionedConcurrency', props.provisionedConcurrency, 'must be at most reservedConcurrency', (ready: number) =>
    !(ready > (props.reservedConcurrency ?? Infinity)),
  );
  check('removalPolicy', props.removalPolicy, 'a table has no snapshot: RETAIN, RETAIN_ON_UPDATE_OR_DELETE or DESTROY', (policy) =>
    policy !== RemovalPolicy.SNAPSHOT,
  );
  check('removalPolicy', props.removalPolicy, 'DESTROY needs deletionProtection: false', (policy) =>
    policy !== RemovalPolicy.DESTROY || props.deletionProtection === false,
  );
  check('graphs', props.graphs, 'must be a JSON object of at most 3,000 bytes', isGraphs);
  check('defaultGraph', props.defaultGraph, 'has 1 to 64 characters of A-Z a-z 0-9 _ -', (graph: string) =>
    /^[A-Za-z0-9_-]{1,64}$/.test(graph),
  );
  const seconds = props.keyringTtl?.isUnresolved() ? undefined : props.keyringTtl?.toSeconds({ integral: false });
  check('keyringTtl', seconds, 'must be 1 to 3,600 whole seconds', (ttl: number) => isWhole(ttl) && ttl <= 3600);
  check('memorySize', props.memorySize, 'must be a whole number from 128 to 10,240', (size: number) =>
    isWhole(size) && size >= 128 && size <= 10240,
  );
  check('reservedConcurrency', props.reservedConcurrency, 'must be a whole number from 1 on', isWhole);
  check('alarmEmail', props.alarmEmail, 'must be one mail address', (address: string) =>
    /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address),
  );
  check('bookingsTableKey', props.bookingsTableKey, 'is for a new table only', () => props.bookingsTable === undefined);
  check('appsTableKey', props.appsTableKey, 'is for a new table only', () => props.appsTable === undefined);
  check('eventBus', props.eventBus, 'is of use only together with events', () => props.events === true);
  check('events', props.events, 'needs a bookingsTable with a tableStreamArn', (events: boolean) =>
    !events || props.bookingsTable === undefined || props.bookingsTable.tableStreamArn !== undefined,
  );
  check('throttlingRateLimit', props.throttlingRateLimit, 'must be a whole number from 1 on', isWhole);
  check('throttlingBurstLimit', props.throttlingBurstLimit, 'must be a whole number from 1 on', isWhole);
  if (faults.length > 0) {
    throw new Error(faults.join('; '));
  }
}

/** What takes the requests. */
function checkGateway(props: ActionLinksProps, check: Check): void {
  const { api } = props;
  const hasHttp = (props.gateway ?? Gateway.HTTP_API) === Gateway.HTTP_API;
  check('domainName', props.domainName, 'needs an HTTP API: a URL of a function has no domain', () => hasHttp);
  check('canaryDeployments', props.canaryDeployments, 'needs an HTTP API, whose answers its alarm counts', (canary: boolean) =>
    !canary || hasHttp,
  );
  check('disableExecuteApiEndpoint', props.disableExecuteApiEndpoint, 'needs domainName, or nothing would answer', (disabled: boolean) =>
    !disabled || props.domainName !== undefined,
  );
  check('api', api, 'is of use only with Gateway.HTTP_API', () => hasHttp);
  for (const prop of ['domainName', 'disableExecuteApiEndpoint', 'throttlingRateLimit', 'throttlingBurstLimit'] as const) {
    check(prop, props[prop], 'is for a new API: set it at the api that you hand in', () => api === undefined);
  }
  const isNeeded = (api !== undefined || props.gateway === Gateway.NONE) && addressOf(api, props) === undefined;
  check('linkBaseUrl', isNeeded, 'is required with Gateway.NONE, and with an api that has no apiEndpoint', (needed: boolean) => !needed);
}

/** The VPC of the functions. */
function checkNetwork(props: ActionLinksProps, check: Check): void {
  check('vpcSubnets', props.vpcSubnets, 'needs vpc', () => props.vpc !== undefined);
  check('securityGroups', props.securityGroups, 'needs vpc', () => props.vpc !== undefined);
  check('securityGroups', props.securityGroups, 'must have at least one', (groups: unknown[]) => groups.length > 0);
}

function isWhole(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}

function isGraphs(json: string): boolean {
  try {
    const graphs: unknown = JSON.parse(json);
    const isObject = typeof graphs === 'object' && graphs !== null && !Array.isArray(graphs);
    return isObject && Buffer.byteLength(json) <= 3000;
  } catch {
    return false;
  }
}
