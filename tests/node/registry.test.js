// The service SDK's Registry: identities, modules and bulk changes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import iothub from 'azure-iothub';
import { connectionStrings, hubError, newDevice, newModule, patience, registry, uniqueId } from './hub.js';

test('a device is created, read, changed and deleted', patience, async () => {
  const deviceId = uniqueId('crud');
  const created = (await registry.create({ deviceId, status: 'enabled' })).responseBody;
  assert.equal(created.deviceId, deviceId);
  assert.equal(created.status, 'enabled');
  assert.equal(created.connectionState, 'Disconnected');
  assert.equal(created.authentication.type, 'sas');
  assert.equal(Buffer.from(created.authentication.symmetricKey.primaryKey, 'base64').length, 32);

  const read = (await registry.get(deviceId)).responseBody;
  assert.equal(read.generationId, created.generationId);
  assert.equal(read.etag, created.etag);

  const changed = (await registry.update({ deviceId, status: 'disabled', statusReason: 'stolen' })).responseBody;
  assert.equal(changed.status, 'disabled');
  assert.equal(changed.statusReason, 'stolen');
  assert.notEqual(changed.etag, created.etag);

  const { httpResponse } = await registry.delete(deviceId);
  assert.equal(httpResponse.statusCode, 204);
  await assert.rejects(registry.get(deviceId), { name: 'DeviceNotFoundError' });
});

test('keys of one’s own are kept', patience, async (t) => {
  const key = (text) => Buffer.from(text.padEnd(32, '.')).toString('base64');
  const symmetricKey = { primaryKey: key('primary'), secondaryKey: key('secondary') };
  const { deviceId } = await newDevice(t, { authentication: { type: 'sas', symmetricKey } });
  assert.deepEqual((await registry.get(deviceId)).responseBody.authentication.symmetricKey, symmetricKey);
});

test('a device with a certificate keeps its thumbprints', patience, async (t) => {
  const x509Thumbprint = { primaryThumbprint: 'A'.repeat(40), secondaryThumbprint: 'B'.repeat(40) };
  const { deviceId } = await newDevice(t, { authentication: { type: 'selfSigned', x509Thumbprint } });
  const { authentication } = (await registry.get(deviceId)).responseBody;
  assert.equal(authentication.type, 'selfSigned');
  assert.deepEqual(authentication.x509Thumbprint, x509Thumbprint);
});

test('an Edge device and its child', patience, async (t) => {
  const { deviceId } = await newDevice(t, { capabilities: { iotEdge: true } });
  const { deviceScope, capabilities } = (await registry.get(deviceId)).responseBody;
  assert.equal(capabilities.iotEdge, true);
  assert.match(deviceScope, /^ms-azure-iot-edge:\/\//);
  const child = await newDevice(t, { deviceScope });
  assert.equal((await registry.get(child.deviceId)).responseBody.deviceScope, deviceScope);
});

test('ids are escaped on their way', patience, async (t) => {
  const { deviceId } = await newDevice(t, { deviceId: uniqueId("odd#id%1'!(:=)") });
  assert.equal((await registry.get(deviceId)).responseBody.deviceId, deviceId);
  assert.equal((await registry.getTwin(deviceId)).responseBody.deviceId, deviceId);
});

test('what is wrong is said with the SDK’s own errors', patience, async () => {
  await assert.rejects(registry.create({ deviceId: 'pump-1' }), (err) => {
    assert.equal(err.name, 'DeviceAlreadyExistsError');
    assert.deepEqual(hubError(err), { status: 409, code: 'DeviceAlreadyExists' });
    return true;
  });
  const unknown = uniqueId('unknown');
  await assert.rejects(registry.get(unknown), { name: 'DeviceNotFoundError' });
  await assert.rejects(registry.getTwin(unknown), { name: 'DeviceNotFoundError' });
  await assert.rejects(registry.update({ deviceId: unknown }), { name: 'DeviceNotFoundError' });
  await assert.rejects(registry.delete(unknown), { name: 'DeviceNotFoundError' });
  await assert.rejects(registry.create({ deviceId: 'no spaces' }), { name: 'ArgumentError' });
  await assert.rejects(registry.getModule('gateway', 'unknown'), (err) => {
    assert.deepEqual(hubError(err), { status: 404, code: 'ModuleNotFound' });
    return true;
  });
  const service = iothub.Registry.fromConnectionString(connectionStrings.service);
  await assert.rejects(service.create({ deviceId: unknown }), { name: 'UnauthorizedError' });
});

test('the list holds the scenario’s devices', patience, async () => {
  const ids = (await registry.list()).responseBody.map((d) => d.deviceId);
  for (const id of ['pump-1', 'pump-2', 'freezer', 'meter', 'gateway']) assert.ok(ids.includes(id), id);
});

test('statistics count', patience, async () => {
  const { responseBody } = await registry.getRegistryStatistics();
  assert.ok(responseBody.totalDeviceCount >= 9);
  assert.ok(responseBody.disabledDeviceCount >= 1);
  assert.equal(responseBody.totalDeviceCount, responseBody.enabledDeviceCount + responseBody.disabledDeviceCount);
});

describe('bulk changes', () => {
  test('add, update and remove', patience, async () => {
    const devices = Array.from({ length: 20 }, () => ({ deviceId: uniqueId('bulk') }));
    const added = (await registry.addDevices(devices)).responseBody;
    assert.deepEqual(added, { isSuccessful: true, errors: [], warnings: [] });

    const updated = (await registry.updateDevices(devices.map((d) => ({ ...d, status: 'disabled' })), true)).responseBody;
    assert.equal(updated.isSuccessful, true);
    assert.equal((await registry.get(devices[7].deviceId)).responseBody.status, 'disabled');

    const removed = (await registry.removeDevices(devices, true)).responseBody;
    assert.equal(removed.isSuccessful, true);
    await assert.rejects(registry.get(devices[7].deviceId), { name: 'DeviceNotFoundError' });
  });

  test('one failure does not stop the others', patience, async () => {
    const fresh = { deviceId: uniqueId('bulk') };
    await assert.rejects(registry.addDevices([{ deviceId: 'pump-1' }, fresh]), (err) => {
      const { isSuccessful, errors } = JSON.parse(err.responseBody);
      assert.equal(err.name, 'ArgumentError');
      assert.equal(isSuccessful, false);
      assert.deepEqual(errors.map((e) => e.deviceId), ['pump-1']);
      return true;
    });
    assert.equal((await registry.delete(fresh.deviceId)).httpResponse.statusCode, 204);
  });

  test('an etag that is out of date protects', patience, async (t) => {
    const { deviceId } = await newDevice(t);
    const { etag } = (await registry.get(deviceId)).responseBody;
    await registry.update({ deviceId, status: 'disabled' });
    await assert.rejects(registry.updateDevices([{ deviceId, status: 'enabled', etag }], false), { name: 'ArgumentError' });
    assert.equal((await registry.get(deviceId)).responseBody.status, 'disabled');
  });
});

test('a module is created, listed, changed and deleted', patience, async (t) => {
  const { deviceId } = await newDevice(t);
  await newModule(deviceId, 'engine');
  await newModule(deviceId, 'gearbox');
  const listed = (await registry.getModulesOnDevice(deviceId)).responseBody.map((m) => m.moduleId);
  assert.deepEqual(listed.sort(), ['engine', 'gearbox']);

  const read = (await registry.getModule(deviceId, 'engine')).responseBody;
  assert.equal(read.deviceId, deviceId);
  const changed = (await registry.updateModule({ ...read, managedBy: 'me' })).responseBody;
  assert.equal(changed.managedBy, 'me');
  await assert.rejects(registry.updateModule(read), { name: 'InvalidEtagError' });

  await registry.removeModule(deviceId, 'engine');
  await assert.rejects(registry.getModule(deviceId, 'engine'), (err) => hubError(err).code === 'ModuleNotFound');
});
