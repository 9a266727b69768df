// What the tests share: the hub under test, and devices of their own on it.
//
// The environment says where the hub is, in the words of
// `methodical emulator --env-out`: SERVICE_CS, SERVICE_CS_CONNECT,
// SERVICE_CS_NOCONNECT and CA_PEM. The service SDK has no option for a
// certificate authority, so NODE_EXTRA_CA_CERTS must name the file of
// `--ca-out`.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import common from 'azure-iot-common';
import device from 'azure-iot-device';
import iothub from 'azure-iothub';

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: see the head of hub.js`);
  return value;
}

export const connectionStrings = {
  owner: setting('SERVICE_CS'),
  service: setting('SERVICE_CS_CONNECT'),
  registry: setting('SERVICE_CS_NOCONNECT'),
};
setting('NODE_EXTRA_CA_CERTS');
const ca = setting('CA_PEM');

export const hostName = /HostName=([^;]+)/.exec(connectionStrings.owner)[1];

export const registry = iothub.Registry.fromConnectionString(connectionStrings.owner);
export const service = iothub.Client.fromConnectionString(connectionStrings.service);
export const jobs = iothub.JobClient.fromConnectionString(connectionStrings.owner);

// The hub lets a device answer for at least five seconds: the shortest wait a
// test can ask for.
export const shortest = 5;

// Nothing is measured here: a test that takes this long hangs.
export const patience = { timeout: 120_000 };

// uniqueId is an id that no other test has.
export function uniqueId(prefix) {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

// invoke calls a method and gives back what the device said: {status, payload}.
export async function invoke(target, methodName, payload, timeouts = {}) {
  const [deviceId, moduleId] = target.split('/');
  const params = { methodName, payload, responseTimeoutInSeconds: 30, ...timeouts };
  const answer = moduleId === undefined
    ? await service.invokeDeviceMethod(deviceId, params)
    : await service.invokeDeviceMethod(deviceId, moduleId, params);
  return answer.result;
}

// hubError reads the hub's code out of an SDK error: the number of a method
// error, the name of any other.
export function hubError(err) {
  const outer = JSON.parse(err.responseBody);
  const named = /^ErrorCode:(\w+);/.exec(outer.Message);
  return { status: err.response.statusCode, code: named ? named[1] : JSON.parse(outer.Message).errorCode };
}

// newDevice registers a device for the length of a test.
export async function newDevice(t, description = {}) {
  const deviceId = description.deviceId ?? uniqueId('sdk');
  const { responseBody } = await registry.create({ deviceId, ...description });
  t.after(() => registry.delete(deviceId));
  return { deviceId, key: responseBody.authentication?.symmetricKey?.primaryKey };
}

// newModule registers a module of a device; it goes with the device.
export async function newModule(deviceId, moduleId) {
  const { responseBody } = await registry.addModule({ deviceId, moduleId });
  return { deviceId, moduleId, key: responseBody.authentication.symmetricKey.primaryKey };
}

export function connectionStringOf({ deviceId, moduleId, key }) {
  const module = moduleId === undefined ? '' : `;ModuleId=${moduleId}`;
  return `HostName=${hostName};DeviceId=${deviceId}${module};SharedAccessKey=${key}`;
}

// tokenOf is a shared access signature of a device for that many seconds.
export function tokenOf({ deviceId, key }, seconds) {
  const expiry = Math.floor(Date.now() / 1000) + seconds;
  return common.SharedAccessSignature.create(`${hostName}/devices/${deviceId}`, null, key, expiry).toString();
}

// trusting makes a device client trust the hub, give up at once where the SDK
// would try again for minutes, unless told otherwise, and close after the test.
export async function trusting(t, client, { retry = false, ...options } = {}) {
  if (!retry) client.setRetryPolicy(new common.NoRetry());
  await client.setOptions({ ca, ...options });
  t.after(() => client.close());
  return client;
}

// connect opens a client for a registered device or module.
export async function connect(t, identity, transport, options) {
  const kind = identity.moduleId === undefined ? device.Client : device.ModuleClient;
  const client = await trusting(t, kind.fromConnectionString(connectionStringOf(identity), transport), options);
  await client.open();
  return client;
}

// answering lets a client answer a method with what its handler returns:
// {status, payload}. The SDK does not say when its subscription stands, so
// callers allow the device a connect timeout: see whenConnected.
export function answering(client, methodName, handler) {
  client.onDeviceMethod(methodName, async (request, response) => {
    const { status = 200, payload = null } = await handler(request.payload);
    await response.send(status, payload);
  });
}

// whenConnected lets a call wait for its device to connect and subscribe.
export const whenConnected = { connectTimeoutInSeconds: 60 };

// eventually polls until a condition holds, and gives back its value.
export async function eventually(what, condition) {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
    const value = await condition();
    if (value) return value;
  }
  throw new Error(`never happened: ${what}`);
}

// all reads every page of a query. A promise's next must be told where to go
// on: without an argument it begins again.
export async function all(query) {
  const rows = [];
  const pages = [];
  while (query.hasMoreResults) {
    const { result } = await query.next(query.continuationToken);
    rows.push(...result);
    pages.push(result.length);
  }
  return { rows, pages };
}

// event waits for an emitter's event and gives back its arguments.
export function event(emitter, name) {
  return new Promise((resolve) => {
    emitter.once(name, (...args) => resolve(args));
  });
}
