// The service client calls methods of devices that the hub simulates.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import iothub from 'azure-iothub';
import { connectionStrings, hubError, invoke, patience, service, shortest, uniqueId } from './hub.js';

const payloads = {
  object: { delay: 5, nested: { list: [1, 'two', null] } },
  'empty object': {},
  array: [1, [2, [3]], {}],
  string: 'a "quoted" line\n',
  'empty string': '',
  'other scripts': 'Привет, 世界, 🚰',
  number: 1.5,
  zero: 0,
  true: true,
  false: false,
  null: null,
};

describe('payloads come back as they were sent', () => {
  for (const [name, payload] of Object.entries(payloads)) {
    test(name, patience, async () => {
      assert.deepEqual(await invoke('pump-1', 'echo', payload), { status: 200, payload });
    });
  }

  test('absent, which the SDK sends as null', patience, async () => {
    assert.deepEqual(await invoke('pump-1', 'echo'), { status: 200, payload: null });
  });

  test('120,000 characters', patience, async () => {
    const payload = { text: 'x'.repeat(120_000) };
    assert.deepEqual(await invoke('pump-1', 'echo', payload), { status: 200, payload });
  });
});

test('a module answers', patience, async () => {
  assert.deepEqual(await invoke('gateway/filter', 'echo', [true]), { status: 200, payload: [true] });
  assert.deepEqual(await invoke('gateway/$edgeAgent', 'ping'), { status: 200, payload: null });
});

test('the device’s own status is no error', patience, async () => {
  assert.deepEqual(await invoke('pump-1', 'busy'), { status: 409, payload: { reason: 'in motion' } });
  assert.equal((await invoke('pump-1', 'fly')).status, 501);
});

test('many calls at once are told apart', patience, async () => {
  const numbers = Array.from({ length: 50 }, (_, i) => i);
  const answers = await Promise.all(numbers.map((i) => invoke('pump-2', 'echo', i)));
  assert.deepEqual(answers.map((a) => a.payload), numbers);
});

test('a callback gets what a promise gets', patience, (_, done) => {
  service.invokeDeviceMethod('pump-1', { methodName: 'getStatus' }, (err, result) => {
    assert.ifError(err);
    assert.deepEqual(result, { status: 200, payload: { state: 'running', speedRpm: 1450 } });
    done();
  });
});

describe('failures arrive as the errors the SDK has for them', { concurrency: true }, () => {
  const unknown = uniqueId('unknown');
  const failures = [
    { target: 'freezer', name: 'Error', status: 404, code: 404103 },
    { target: 'freezer', name: 'Error', status: 404, code: 404103, timeouts: { connectTimeoutInSeconds: 1 } },
    { target: 'deaf', name: 'Error', status: 404, code: 404103 },
    { target: 'meter', name: 'Error', status: 404, code: 404001 },
    { target: unknown, name: 'Error', status: 404, code: 404001 },
    { target: 'gateway/unknown', name: 'Error', status: 404, code: 404010 },
    { target: 'press', name: 'GatewayTimeoutError', status: 504, code: 504101 },
    { target: 'pump-1', name: 'ArgumentError', status: 400, code: 400004, timeouts: { responseTimeoutInSeconds: 4 } },
    { target: 'pump-1', name: 'ArgumentError', status: 400, code: 400004, timeouts: { responseTimeoutInSeconds: 301 } },
    { target: 'pump-1', name: 'ArgumentError', status: 400, code: 400004, timeouts: { connectTimeoutInSeconds: 301 } },
    { target: 'pump-1', name: 'ArgumentError', status: 400, code: 400004, payload: 'x'.repeat(140_000) },
  ];
  for (const { target, name, status, code, timeouts, payload = null } of failures) {
    test(`${target} ${JSON.stringify(timeouts ?? {})}: ${code}`, patience, async () => {
      const call = invoke(target, 'echo', payload, { responseTimeoutInSeconds: shortest, ...timeouts });
      await assert.rejects(call, (err) => {
        assert.equal(err.name, name);
        assert.deepEqual(hubError(err), { status, code });
        return true;
      });
    });
  }

  test('an answer that is not JSON breaks the answer, and the SDK says so', patience, async () => {
    await assert.rejects(invoke('garbled', 'echo'), SyntaxError);
  });
});

describe('credentials', () => {
  const call = (connectionString) => iothub.Client.fromConnectionString(connectionString)
    .invokeDeviceMethod('pump-1', { methodName: 'getStatus' });

  test('the policies service and iothubowner may call', patience, async () => {
    assert.equal((await call(connectionStrings.service)).result.status, 200);
    assert.equal((await call(connectionStrings.owner)).result.status, 200);
  });

  test('a policy without the right may not', patience, async () => {
    await assert.rejects(call(connectionStrings.registry), { name: 'UnauthorizedError' });
  });

  test('a wrong key may not', patience, async () => {
    const wrong = connectionStrings.service.replace(/SharedAccessKey=.*/, `SharedAccessKey=${Buffer.from('wrong').toString('base64')}`);
    await assert.rejects(call(wrong), { name: 'UnauthorizedError' });
  });

  test('a token of one’s own may', patience, async () => {
    const [, name, key] = /SharedAccessKeyName=([^;]+);SharedAccessKey=(.+)/.exec(connectionStrings.service);
    const host = /HostName=([^;]+)/.exec(connectionStrings.service)[1];
    const token = iothub.SharedAccessSignature.create(host, name, key, Math.floor(Date.now() / 1000) + 60).toString();
    const client = iothub.Client.fromSharedAccessSignature(token);
    assert.equal((await client.invokeDeviceMethod('pump-1', { methodName: 'getStatus' })).result.status, 200);
  });
});
