// The device SDK over both of its MQTT transports, called by the service SDK.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import common from 'azure-iot-common';
import device from 'azure-iot-device';
import mqtt from 'azure-iot-device-mqtt';
import {
  answering, connect, connectionStringOf, event, eventually, hostName, hubError, invoke, newDevice, newModule, patience, registry, shortest,
  tokenOf, trusting, whenConnected,
} from './hub.js';

const stateOf = async (deviceId) => (await registry.get(deviceId)).responseBody.connectionState;

for (const transport of [mqtt.Mqtt, mqtt.MqttWs]) {
  describe(transport.name, () => {
    test('the hub knows who is connected', patience, async (t) => {
      const identity = await newDevice(t);
      const client = await connect(t, identity, transport);
      assert.equal(await stateOf(identity.deviceId), 'Connected');
      await client.close();
      await eventually('the hub sees it leave', async () => await stateOf(identity.deviceId) === 'Disconnected');
    });

    test('a wrong key, a token run out and a disabled device are refused', patience, async (t) => {
      const identity = await newDevice(t);
      const withKey = (key) => device.Client.fromConnectionString(connectionStringOf({ ...identity, key }), transport);
      const withToken = (seconds) => device.Client.fromSharedAccessSignature(tokenOf(identity, seconds), transport);
      // The SDK calls every failed first connection unauthorized: the words
      // after that are those of the CONNACK.
      const refused = async (client) => {
        await trusting(t, client);
        await assert.rejects(client.open(), { name: 'UnauthorizedError', message: /Connection refused: Not authorized/ });
      };
      await refused(withKey(Buffer.from('wrong').toString('base64')));
      await refused(withToken(-60));
      await registry.update({ deviceId: identity.deviceId, status: 'disabled' });
      await refused(withKey(identity.key));
    });

    test('methods take and give any JSON value', patience, async (t) => {
      const identity = await newDevice(t);
      const client = await connect(t, identity, transport);
      answering(client, 'echo', (payload) => ({ status: 207, payload }));
      for (const payload of [{ a: [1, { b: 'ü' }] }, {}, [], [1, 'two', null], 'text', '', 42, -1.5e-7, true, false, null]) {
        assert.deepEqual(await invoke(identity.deviceId, 'echo', payload, whenConnected), { status: 207, payload });
      }
      const large = 'x'.repeat(120_000);
      assert.equal((await invoke(identity.deviceId, 'echo', large)).payload, large);
    });

    test('answers find their callers, in whatever order they come', patience, async (t) => {
      const identity = await newDevice(t);
      const client = await connect(t, identity, transport);
      answering(client, 'later', async (payload) => {
        await sleep(10 * (20 - payload));
        return { payload };
      });
      const numbers = Array.from({ length: 20 }, (_, i) => i);
      const answers = await Promise.all(numbers.map((i) => invoke(identity.deviceId, 'later', i, whenConnected)));
      assert.deepEqual(answers.map((a) => a.payload), numbers);
    });

    test('a method without a handler is never answered', patience, async (t) => {
      const identity = await newDevice(t);
      const client = await connect(t, identity, transport);
      answering(client, 'known', () => ({}));
      assert.equal((await invoke(identity.deviceId, 'known', null, whenConnected)).status, 200);
      await assert.rejects(invoke(identity.deviceId, 'unknown', null, { responseTimeoutInSeconds: shortest }), (err) => {
        assert.equal(err.name, 'GatewayTimeoutError');
        return hubError(err).code === 504101;
      });
    });

    // The SDK writes no bytes at all for no payload, and the hub pastes them
    // into its answer.
    test('an answer without a payload breaks the answer', patience, async (t) => {
      const identity = await newDevice(t);
      const client = await connect(t, identity, transport);
      client.onDeviceMethod('terse', (_, response) => response.send(200));
      await assert.rejects(invoke(identity.deviceId, 'terse', null, whenConnected), SyntaxError);
    });

    test('a call waits for a device that is still asleep', patience, async (t) => {
      const identity = await newDevice(t);
      const call = invoke(identity.deviceId, 'wake', null, whenConnected);
      await sleep(500); // so that the call is there first; the outcome is the same if not
      const client = await connect(t, identity, transport);
      answering(client, 'wake', () => ({ payload: 'good morning' }));
      assert.deepEqual(await call, { status: 200, payload: 'good morning' });
    });

    test('a module answers beside its device', patience, async (t) => {
      const identity = await newDevice(t);
      const client = await connect(t, identity, transport);
      const moduleIdentity = await newModule(identity.deviceId, 'engine');
      const module = await trusting(t, device.ModuleClient.fromConnectionString(connectionStringOf(moduleIdentity), transport));
      await module.open();
      answering(client, 'who', () => ({ payload: 'device' }));
      module.onMethod('who', (_, response) => response.send(200, 'module'));
      assert.equal((await invoke(identity.deviceId, 'who', null, whenConnected)).payload, 'device');
      assert.equal((await invoke(`${identity.deviceId}/engine`, 'who', null, whenConnected)).payload, 'module');
      const twin = await module.getTwin();
      await new Promise((resolve, reject) => {
        twin.properties.reported.update({ gear: 2 }, (err) => (err ? reject(err) : resolve()));
      });
      const seen = (await registry.getModuleTwin(identity.deviceId, 'engine')).responseBody;
      assert.equal(seen.properties.reported.gear, 2);
    });

    test('desired and reported properties cross', patience, async (t) => {
      const identity = await newDevice(t);
      await registry.updateTwin(identity.deviceId, { properties: { desired: { rate: 5, gone: 1 } } }, '*');
      const client = await connect(t, identity, transport);
      const twin = await client.getTwin();
      assert.equal(twin.properties.desired.rate, 5);

      const report = (patch) => new Promise((resolve, reject) => {
        twin.properties.reported.update(patch, (err) => (err ? reject(err) : resolve()));
      });
      await report({ firmware: '1.0', faults: { over: 1, under: 2 } });
      await report({ faults: { over: null } });
      const { properties } = (await registry.getTwin(identity.deviceId)).responseBody;
      assert.equal(properties.reported.firmware, '1.0');
      assert.deepEqual(properties.reported.faults, { under: 2 });

      const deltas = [];
      twin.on('properties.desired', (delta) => deltas.push({ ...delta }));
      // The first delta is what is known already; the subscription stands soon
      // after it, and a change made before that would be missed.
      const { responseBody } = await eventually('a change arrives', async () => {
        const updated = await registry.updateTwin(identity.deviceId, { properties: { desired: { rate: 60, gone: null, mark: deltas.length } } }, '*');
        await sleep(100);
        return deltas.some((d) => d.$version > 2) && updated;
      });
      const last = responseBody.properties.desired.$version;
      await eventually('the last change arrives', () => deltas.some((d) => d.$version === last));
      assert.equal(twin.properties.desired.rate, 60);
      assert.equal(twin.properties.desired.gone, undefined);
    });

    test('telemetry is acknowledged and counts as activity', patience, async (t) => {
      const identity = await newDevice(t);
      const client = await connect(t, identity, transport);
      const before = (await registry.get(identity.deviceId)).responseBody.lastActivityTime;
      const message = new common.Message(JSON.stringify({ temperature: 21.5, unit: '°C' }));
      message.contentType = 'application/json';
      message.contentEncoding = 'utf-8';
      message.messageId = 'm/1 %';
      message.properties.add('alarm', 'a&b=c');
      assert.equal((await client.sendEvent(message)).constructor.name, 'MessageEnqueued');
      await client.sendEvent(new common.Message(Buffer.alloc(200_000, 1)));
      const after = (await registry.get(identity.deviceId)).responseBody.lastActivityTime;
      assert.ok(after > before, `${after} is not after ${before}`);
    });

    // The SDK renews its token by reconnecting with cleanSession=0 and does not
    // subscribe again: only a session that the hub kept can take the call.
    test('a renewed token keeps the subscriptions', patience, async (t) => {
      const identity = await newDevice(t);
      const client = await trusting(t, device.Client.fromSharedAccessSignature(tokenOf(identity, 600), transport));
      await client.open();
      answering(client, 'echo', (payload) => ({ payload }));
      assert.equal((await invoke(identity.deviceId, 'echo', 1, whenConnected)).payload, 1);
      const since = (await registry.get(identity.deviceId)).responseBody.connectionStateUpdatedTime;

      const reconnected = event(client, '_sharedAccessSignatureUpdated');
      client.updateSharedAccessSignature(tokenOf(identity, 1200));
      await reconnected;
      const now = (await registry.get(identity.deviceId)).responseBody.connectionStateUpdatedTime;
      assert.notEqual(now, since);
      assert.equal((await invoke(identity.deviceId, 'echo', 2)).payload, 2);
      await client.close();
    });

    test('a client that renews its own token outlives it', patience, async (t) => {
      const identity = await newDevice(t);
      const tokenRenewal = { tokenValidTimeInSeconds: 4, tokenRenewalMarginInSeconds: 2 };
      const client = await connect(t, identity, transport, { retry: true, tokenRenewal });
      answering(client, 'echo', (payload) => ({ payload }));
      assert.equal((await invoke(identity.deviceId, 'echo', 1, whenConnected)).payload, 1);
      // No call is under way while the SDK changes its connection: that call
      // would be lost, here as in Azure.
      const connections = new Set();
      await eventually('three renewals', async () => {
        const { connectionState, connectionStateUpdatedTime } = (await registry.get(identity.deviceId)).responseBody;
        if (connectionState === 'Connected') connections.add(connectionStateUpdatedTime);
        return connections.size > 3;
      });
      assert.equal((await invoke(identity.deviceId, 'echo', 2, whenConnected)).payload, 2);
    });

    test('a client that lost its connection comes back with its methods and twin', patience, async (t) => {
      const identity = await newDevice(t);
      const client = await connect(t, identity, transport, { retry: true });
      answering(client, 'echo', (payload) => ({ payload }));
      assert.equal((await invoke(identity.deviceId, 'echo', 1, whenConnected)).payload, 1);
      // A second client with the same identity takes the place of the first,
      // which then takes it back.
      const rival = await connect(t, identity, transport);
      await event(rival, 'disconnect');
      assert.equal((await invoke(identity.deviceId, 'echo', 2, whenConnected)).payload, 2);
    });

    test('disabling a device ends its connection', patience, async (t) => {
      const identity = await newDevice(t);
      const client = await connect(t, identity, transport);
      const disconnected = event(client, 'disconnect');
      await registry.update({ deviceId: identity.deviceId, status: 'disabled' });
      await disconnected;
      await assert.rejects(invoke(identity.deviceId, 'echo'), (err) => hubError(err).code === 404001);
      await registry.update({ deviceId: identity.deviceId, status: 'enabled' });
      await client.open();
      assert.equal(await stateOf(identity.deviceId), 'Connected');
    });
  });
}

// Only `npm test` without the Go test round it lacks a certificate.
const { X509_CERT: cert, X509_KEY: key, X509_THUMBPRINT: thumbprint } = process.env;

test('a device shows its certificate', { ...patience, skip: !cert && 'X509_CERT is not set' }, async (t) => {
  const x509Thumbprint = { primaryThumbprint: thumbprint, secondaryThumbprint: thumbprint };
  const { deviceId } = await newDevice(t, { authentication: { type: 'selfSigned', x509Thumbprint } });
  const client = device.Client.fromConnectionString(`HostName=${hostName};DeviceId=${deviceId};x509=true`, mqtt.Mqtt);
  await (await trusting(t, client, { cert, key })).open();
  answering(client, 'echo', (payload) => ({ payload }));
  assert.equal((await invoke(deviceId, 'echo', 1, whenConnected)).payload, 1);
});
